/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The files that count, with what each of them held: what a keeper has to know to read one of them again.
 * The definitions themselves belong to the catalog. */

#include "engine/read/sources.h"

struct drop_in {
        char *name; /* the basename */
        unsigned family;
        bool override;
        bool incomplete;
        struct definition *first; /* what it holds, by definition->next. Borrowed from the catalog */
        struct diagnostics said;  /* what was to be said of it when it was read */
};

struct drop_in *drop_in_free(struct drop_in *d); /* returns NULL */
DEFINE_CLEANUP(struct drop_in *, drop_in_free);

/* Sorted by family and name. */
struct drop_ins {
        struct drop_in **items;
        size_t n;
        size_t n_incomplete;
};

/* What a reading brought: takes its diagnostics out of the list, and chains its definitions. *ret is NULL
 * for a file with nothing in it and nothing to be said of it. 0 or -ENOMEM. */
int drop_in_new(const struct source_reading *reading, const struct source_sink *sink, struct drop_in **ret);

/* Takes it over, on failure too; there is none of its name in its family. 0 or -ENOMEM. */
int drop_ins_add(struct drop_ins *all, struct drop_in *d);

/* Takes it out and hands it over; NULL if there is none. */
struct drop_in *drop_ins_take(struct drop_ins *all, unsigned family, const char *name);

void drop_ins_clear(struct drop_ins *all);
