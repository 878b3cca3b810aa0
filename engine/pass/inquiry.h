/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Why a file runs or does not: the question, its answer by model/explain, and all that both borrow. The
 * kernel's own entries are asked, whatever is declared; what is declared counts only where no entry takes
 * the file. */

#include "engine/pass/pass.h"
#include "engine/system/examine.h"
#include "model/explain/verdict.h"

/* Zeroes are an empty one, to be cleared with inquiry_clear(). */
struct inquiry {
        struct question question;
        struct explanation explanation;
        struct setting setting;
        struct verdict verdict;
        struct host host;

        /* The five above borrow from these. */
        struct examiner *examiner;
        struct table *table;    /* NULL where there is none, or the entries are a pass's. Owned */
        struct entry **entries; /* newest first. The array is owned, and with a table, the entries are */
        size_t n_entries;
        struct pass declared;    /* of inquire(): what is declared, if that was asked for */
        struct program *program; /* of inquire_header(): the client's file */
        struct program *unseen;  /* likewise: stands for a file that is not looked at */
};

/* Asks for this process: the file at `path`, below the options' root, and all that it leads to are looked
 * at, and the options' instance is read. That there is no instance is part of the answer. Fills *ret, which
 * the caller clears also after a failure. 0 or negative errno. */
int inquire(const struct options *options, const char *path, struct inquiry *ret);

/* Asks for a client, which sends the path, as it would be passed to execve(2), and the first bytes of its
 * file: `n` of them, all if the file is shorter than PATTERN_HEADER_SIZE. Answered by the entries as `pass`
 * knows them; no file of the client's choice is looked at, as we may see more than it may, but only the
 * interpreters that are registered. As above, and good until the next pass. */
int inquire_header(const struct options *options, const struct pass *pass, const char *path,
                   const void *header, size_t n, struct inquiry *ret);

void inquiry_clear(struct inquiry *i);
