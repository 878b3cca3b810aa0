/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A client asks why a file runs or does not, of which it sends the path and the first bytes. Answered by the
 * entries as they are known: no file of the client's choice is looked at, as we may see more than it may,
 * but only the interpreters that are registered. */

#include "daemon/status.h"
#include "model/explain/verdict.h"

/* Zeroes are an empty one, to be cleared with inquiry_clear(). */
struct inquiry {
        const struct pass *pass; /* borrowed */
        struct entry **entries;  /* newest first. The array is owned */
        struct examiner *examiner;
        struct program *program; /* the client's file */
        struct program *unseen;  /* what is not looked at */
        struct host host;
        struct question question;
        struct explanation explanation;
        struct setting setting;
        struct verdict verdict;
};

/* `header`: the first `n` bytes of the file, all of it if it is shorter than PATTERN_HEADER_SIZE; `path`: as
 * it would be passed to execve(2). Fills *ret, which the caller clears also after a failure; good until the
 * next pass. 0 or negative errno. */
int inquire(const struct status *s, const char *path, const void *header, size_t n, struct inquiry *ret);
void inquiry_clear(struct inquiry *i);
