/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A keeper from the inside, for engine/pass/keeper*.c alone. */

#include "engine/pass/dirty.h"
#include "engine/pass/drop-ins.h"
#include "engine/pass/keeper.h"
#include "engine/pass/worklist.h"

struct keeper {
        struct options options;
        struct table *table; /* NULL: there is none */
        struct table absent; /* stands for it where there is none, or none that can be read; its error says
                                why, and is 0 where there is */
        struct host host;
        struct dirty dirty;

        struct pass pass;      /* what is known. Its diagnostics are only a view on what is said elsewhere */
        struct drop_ins files; /* what was read */
        struct diagnostics unknown; /* overrides of what nobody defines */
        struct diagnostics beside;  /* what was to be said of directories, and of what the options name */
        bool beside_incomplete;
        enum source_directory states[SOURCE_DIRECTORIES];
        bool said; /* something else is to be said than the view shows */

        struct worklist worklist; /* of the running pass */
        bool order_unknown;       /* and any two entries may stand the wrong way round */

        struct format **changed; /* what the last pass told */
        size_t n_changed;
        struct format **news; /* likewise */
        size_t n_news;
        struct format **gone; /* formats that it left without definition and entry, and entries that it
                                 replaced; both may still be told of */
        size_t n_gone;
        struct entry **replaced;
        size_t n_replaced;
};

/* The table, absent if there is none that can be read. */
static inline struct table *keeper_table(struct keeper *k) {
        return k->absent.error < 0 ? &k->absent : k->table;
}

/* There is a table, but the last pass could not read it: the next one tries again. */
static inline bool keeper_is_unreadable(const struct keeper *k) {
        return k->table && k->absent.error < 0;
}

/* Reads what is dirty: files, interpreters, entries; marks the formats dirty that this decides about.
 * Negative errno of the kernel, or -ENOMEM. engine/pass/keeper-read.c. */
int keeper_read(struct keeper *k);

/* Plans and does what has to be done for the dirty formats, and learns what has become of it. Negative
 * errno of the kernel, or -ENOMEM. engine/pass/keeper-apply.c. */
int keeper_apply(struct keeper *k);
