/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Finds the formats that a file matches: the kernel's comparison again, and then the detectors. */

#include "engine/pass/reconcile.h"

/* Reads what the kernel compares of the file open at fd: its first bytes, padded with zeros. 0 or negative
 * errno. */
int match_header(int fd, uint8_t ret[static PATTERN_HEADER_SIZE]);

/* The pass's formats whose definition is switched on and without mistake, and whose pattern matches, in the
 * order in which they are to be tried (model/plan/share). The array is the caller's to free. 0 or -ENOMEM.
 */
int match_formats(const struct pass *pass, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct format ***ret, size_t *ret_n);

/* Does the format's detector accept the file? A format without one accepts all. A refusal is appended to
 * `why` as a line. The pass must have begun (pass_begin()). */
bool match_ask(const struct pass *pass, const struct format *f, const char *path, struct text *why);

/* Reads the admin files of binfmt-support in `directory` and nothing else, and resolves them; files whose
 * name no entry could have are left out. 0 or negative errno. */
int match_read_directory(const char *directory, struct pass *pass);
