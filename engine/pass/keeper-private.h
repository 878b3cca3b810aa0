/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The keeper from inside, for engine/pass/keeper*.c alone: keeper.c holds it together, keeper-read.c reads
 * what is dirty, keeper-apply.c writes. */

#include "engine/pass/dirty.h"
#include "engine/pass/drop-ins.h"
#include "engine/pass/keeper.h"
#include "engine/pass/worklist.h"

struct keeper {
        struct options options; /* with copies of the strings. Owned */
        struct table *table;    /* owned; NULL: there is none */
        struct table absent; /* stands for it where there is none, or none that can be read: its error says
                                why, and is 0 where there is one */
        struct host host;
        struct dirty dirty; /* for the next pass */

        /* Found out by the passes until now, and kept from one to the next. */
        struct pass pass; /* its diagnostics are only a view: they borrow from those that formats, files, and
                             the two lists below own */
        bool view_outdated;         /* some of those have changed since the view was made */
        struct drop_ins files;      /* those in the source directories */
        struct diagnostics unknown; /* about overrides of formats that nobody defines */
        struct diagnostics beside;  /* about directories, and about files that the options name */
        bool beside_incomplete;     /* some of these could not be read */
        enum source_directory states[SOURCE_DIRECTORIES]; /* when they were read last */

        /* For the running pass. */
        struct worklist worklist;
        bool order_unknown; /* the whole table was read: any two entries may stand in the wrong order */

        /* The result of the last pass, which points into these until the next one. */
        struct format **changed; /* for keeper_result. Array owned */
        size_t n_changed;
        struct format **news; /* likewise */
        size_t n_news;
        struct format **gone; /* those without definition and entry, taken out of pass.formats. Owned */
        size_t n_gone;
        struct entry **replaced; /* entries that are gone, but changes of the plan point to them. Owned */
        size_t n_replaced;
};

/* The table, borrowed; absent if there is none that can be read. */
static inline struct table *keeper_table(struct keeper *k) {
        return k->absent.error < 0 ? &k->absent : k->table;
}

/* There is a table, but the last pass could not read it: the next one tries again. */
static inline bool keeper_is_unreadable(const struct keeper *k) {
        return k->table && k->absent.error < 0;
}

/* Reads what is dirty: files, interpreters, entries; puts the formats that depend on it on the worklist. An
 * instance that cannot be read only makes keeper_table() absent. 0 or negative errno.
 * engine/pass/keeper-read.c. */
int keeper_read(struct keeper *k);

/* Plans and applies the changes for the formats of the worklist, after worklist_decide(), and learns their
 * entries. It is no failure if changes fail: the plan tells. 0 or -ENOMEM. engine/pass/keeper-apply.c. */
int keeper_apply(struct keeper *k);
