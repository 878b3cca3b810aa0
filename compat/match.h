/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which formats a file is of: the kernel's comparison again, and then the detectors. */

#include "engine/pass/reconcile.h"

/* What the kernel compares of the file open at fd: its first bytes, padded with zeros. 0 or negative errno.
 */
int match_header(int fd, uint8_t ret[static PATTERN_HEADER_SIZE]);

/* The formats of the report whose definition is switched on and without mistake, and whose pattern matches;
 * in the order in which they are to be tried (model/plan/share). 0 or -ENOMEM. */
int match_formats(const struct pass *pass, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct format ***ret, size_t *ret_n);

/* Is the file meant? A format without a detector always says yes. Why it is not is a line more in `why`. The
 * report has begun (pass_begin()). */
bool match_ask(const struct pass *pass, const struct format *f, const char *path, struct text *why);

/* Reads binfmt-support's admin files in `directory` and nothing else; those that have no name that an entry
 * could have do not count. For reconcile's report, read and resolved. 0 or negative errno. */
int match_read_directory(const char *directory, struct pass *pass);
