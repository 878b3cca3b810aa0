/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pass, with a memory: what was read, decided and written the last time, so that a change costs what it
 * changes and not what there is. The street is the same, read → resolve → validate → order → plan → apply →
 * report; each step works on what the step before marked dirty.
 *
 * The owner says what may have changed (mark), then runs a pass. Nothing is read and nothing is written in
 * between. */

#include "engine/pass/pass.h"

struct keeper;

/* `options` is copied. Everything counts as dirty. 0 or -ENOMEM. */
int keeper_new(const struct options *options, struct keeper **ret);
struct keeper *keeper_free(struct keeper *k); /* returns NULL; the instance goes with it */
DEFINE_CLEANUP(struct keeper *, keeper_free);

/* Hands the instance over, in place of the one before. The table counts as dirty. */
void keeper_set_table(struct keeper *k, struct table *table);

/* There is no instance (any more), for this reason: negative errno of table_open(). */
void keeper_set_no_table(struct keeper *k, int error);

/* What may have changed. Cheap, may be repeated, paths without the root in front. 0 or -ENOMEM (then all of
 * its kind counts as dirty). */
int keeper_mark_file(struct keeper *k, const char *path); /* in a source directory: came, changed, went */
int keeper_mark_directory(struct keeper *k, const char *path);   /* a source directory as a whole */
int keeper_mark_interpreter(struct keeper *k, const char *path); /* as definitions name it */
int keeper_mark_entry(struct keeper *k, const char *name); /* a file of the instance: `status`, `register`,
                                                               an entry */
void keeper_mark_table(struct keeper *k);
void keeper_mark_failed(struct keeper *k); /* what the last passes could not do, for another try; also meant
                                               if nothing is dirty */
void keeper_mark_all(struct keeper *k);

/* A contended format is left as others want it, and says so, until it is no longer contended. Nothing
 * happens where there is no such format. 0 or -ENOMEM (then all formats count as dirty). */
int keeper_set_contended(struct keeper *k, const char *name, bool contended);

/* What a pass did. Pointers are good until the next pass. */
struct keeper_result {
        struct format *const
                        *changed; /* whose state or reason is another than before the pass; those that came;
                                     and those that are gone, which have neither definition nor entry */
        size_t n_changed;
        struct format *const *news; /* of which anything is to be told that was not before: those, and whose
                                       definition or entry is another */
        size_t n_news;
        const struct plan *plan; /* what was done, with its errors */
        struct apply_result applied;
        bool retry; /* something failed that may succeed later: keeper_mark_failed() then */
};

/* One pass over what is dirty. 0 or negative errno: then everything counts as dirty, and until the next
 * pass succeeds nothing is known. */
int keeper_pass(struct keeper *k, struct keeper_result *ret);

/* All that is known, for reports; good until the next pass. If there is no memory, it has no diagnostics. */
const struct pass *keeper_last_pass(struct keeper *k);
