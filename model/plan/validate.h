/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Is a definition acceptable by itself? The kernel's own rules hold, so that nothing valid here is refused
 * there (and the other way round), and ours on top. Rules that depend on the machine (interpreters, host,
 * other definitions) are in guard.h and rank.h. */

#include "model/format/definition.h"

/* Appends what is wrong or doubtful, each with field, reason and remedy, and sets d->invalid if there is an
 * error among it. 0 or -ENOMEM. What the reader has reported is not said twice: a pattern that was given and
 * is NULL was not valid; of an invalid definition that says nothing at all (a line that does not parse),
 * nothing is missed.
 *
 * Errors, by code. The kernel's:
 *   pattern-missing, interpreter-missing, name (empty, ".", "..", '/', too long, register, status),
 *   too-long (no form fits into 1920 bytes), flags (not a letter)
 * Ours, which the kernel would take:
 *   name-newline, extension-newline, interpreter-newline   an entry's text would be ambiguous
 *   name-reserved             the suffix of a stand-in
 *   credentials-relative      C with a relative interpreter: anybody's ./interpreter would run as root
 *   mask-zero                 matches every file
 *   flags-known               POCF in Flags=, past the keys that they have
 *   detector-newline, detector-relative with C        as for interpreters
 *
 * Warnings: interpreter-relative, detector-relative, extension-dot (can never match), flags-unknown,
 * credentials (C at all). Notes: short-text (one or two letters that text files may begin with),
 * magic-unmasked (a byte of the magic that the mask ignores as a whole; single bits are not mentioned,
 * QEMU's own patterns have them). */
int validate_definition(struct definition *d, struct diagnostics *diagnostics);
