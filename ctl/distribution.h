/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What brings QEMU's interpreter of a machine (by elf_machine.name) here: the command that installs it, by
 * what os-release(5) below `root` says of the distribution. *ret is NULL where that tells nothing. 0 or
 * -ENOMEM. */
int distribution_install_command(const char *root, const char *machine, char **ret);
