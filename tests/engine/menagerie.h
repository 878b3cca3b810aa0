/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files of every kind that execve(2) may be given, below MENAGERIE, for tests against the real kernel:
 * programs whose exit status tells which one ran, scripts good and bad, rubbish, ELF files with
 * something wrong, links, directories, a file system mounted noexec, and a chroot. */

#include "model/base/macro.h"

#define MENAGERIE          "/mnt" /* a fresh tmpfs */
#define ENCLOSURE          "root" /* the chroot; it has some of the same names below its own MENAGERIE */

#define MENAGERIE_PROGRAMS 9u
#define MENAGERIE_RUBBISH  8u

/* Makes all of it in a process that has a mount namespace of its own, and moves there. `teller` is the path
 * of the program. */
void menagerie_make(const char *teller);

/* The name of a file by index, relative to MENAGERIE; NULL behind the last. The first MENAGERIE_PROGRAMS are
 * programs. */
const char *menagerie_name(size_t i);

/* Makes the MENAGERIE_RUBBISH files of rubbish anew. */
void menagerie_shuffle(uint64_t *random);
