/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The command that installs QEMU's interpreter of a machine (by elf_machine.name) on the distribution that
 * os-release(5) below `root` names. *ret is NULL if the distribution is unknown. 0 or -ENOMEM. */
int distribution_install_command(const char *root, const char *machine, char **ret);
