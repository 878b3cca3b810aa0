/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* binfmtctl by the name of systemd-binfmt, for units, scripts and RPM macros that call that: the same
 * options, without the flush of everybody's entries. */

#define SYSTEMD_BINFMT "systemd-binfmt"

int systemd_binfmt_main(int argc, char **argv);
