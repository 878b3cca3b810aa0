/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The files that count, each with its definitions and diagnostics, so that a keeper can replace those of one
 * file. The definitions themselves belong to the catalog. */

#include "engine/read/sources.h"

struct drop_in {
        char *name;               /* the basename */
        unsigned family;          /* of directories: within one, a name counts once */
        bool override;            /* it holds overrides */
        bool incomplete;          /* it could not be read, or not told what it defines */
        struct definition *first; /* its definitions, linked by ->next. Borrowed from the catalog */
        struct diagnostics said;  /* about it, when it was read. Owned */
};

struct drop_in *drop_in_free(struct drop_in *d); /* returns NULL */
DEFINE_CLEANUP(struct drop_in *, drop_in_free);

struct drop_ins {
        struct drop_in **items; /* owned; sorted by family and name */
        size_t n;
        size_t n_incomplete; /* of those, for which ->incomplete is set */
};

/* Makes a drop-in of a file that was just read into `sink`: takes its diagnostics out of the sink's list,
 * and links its definitions, which stay in the sink's catalog. *ret is NULL for a file without definitions
 * and diagnostics. 0 or -ENOMEM. */
int drop_in_new(const struct source_reading *reading, const struct source_sink *sink, struct drop_in **ret);

/* Takes `d` over, on failure too; none of its name and family may be there yet. 0 or -ENOMEM. */
int drop_ins_add(struct drop_ins *all, struct drop_in *d);

/* Takes the one of that name out, which is then the caller's; NULL if there is none. */
struct drop_in *drop_ins_take(struct drop_ins *all, unsigned family, const char *name);

void drop_ins_clear(struct drop_ins *all);
