/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* binfmtctl under the name systemd-binfmt, for units, scripts and RPM macros that call that program. It has
 * the same options, but does not flush entries of others. */

#define SYSTEMD_BINFMT "systemd-binfmt"

int systemd_binfmt_main(int argc, char **argv);
