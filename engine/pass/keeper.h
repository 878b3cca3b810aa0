/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pass, with a memory: it keeps what it read, decided and wrote the last time, so that its cost follows
 * what changed and not how much there is. The steps are those of engine/pass/reconcile.h; each works on what
 * the step before it found to be changed.
 *
 * The owner marks what may have changed, then runs a pass. Nothing is read and nothing is written in
 * between. */

#include "engine/pass/pass.h"

struct keeper;

/* Copies the options, but `chosen` and `chosen_names`, which are ignored. Everything is dirty at first, and
 * there is no instance. 0 or -ENOMEM. */
int keeper_new(const struct options *options, struct keeper **ret);
struct keeper *keeper_free(struct keeper *k); /* returns NULL; frees the instance too */
DEFINE_CLEANUP(struct keeper *, keeper_free);

/* Takes the instance over, in place of the one before. The table and all formats are dirty then. */
void keeper_set_table(struct keeper *k, struct table *table);

/* There is no instance (any more), for this reason: negative errno of table_open(). All formats are dirty.
 */
void keeper_set_no_table(struct keeper *k, int error);

/* Each marks something dirty that may have changed. They are cheap and may be repeated; paths are without
 * the root. Strings are copied. 0, or -ENOMEM: then all of its kind is dirty. */

/* A file in a source directory came, changed or went. */
int keeper_mark_file(struct keeper *k, const char *path);

/* Anything in a source directory changed. All sources are read again. */
int keeper_mark_directory(struct keeper *k, const char *path);

/* The file at a path that definitions name changed. */
int keeper_mark_interpreter(struct keeper *k, const char *path);

/* A file of the instance changed: `status`, `register`, or an entry. */
int keeper_mark_entry(struct keeper *k, const char *name);

/* Any entry changed. The whole table is read again. */
void keeper_mark_table(struct keeper *k);

/* Changes that failed in earlier passes are to be tried again, as they are in a pass if nothing is dirty. */
void keeper_mark_failed(struct keeper *k);

/* Anything changed, the host's own formats included. */
void keeper_mark_all(struct keeper *k);

/* The entry of a contended format is left to others, and its state says so, until it is no longer contended.
 * Nothing happens if there is no such format. 0, or -ENOMEM: then all formats are dirty. */
int keeper_set_contended(struct keeper *k, const char *name, bool contended);

/* The outcome of a pass. All is borrowed, until the next pass. A format that is gone has neither definition
 * nor entry. */
struct keeper_result {
        /* Formats that came, are gone, or have another state or reason than before the pass. */
        struct format *const *changed;
        size_t n_changed;

        /* Formats that came, are gone, or of which reports say anything else than before the pass. */
        struct format *const *news;
        size_t n_news;

        const struct plan *plan; /* the changes that were tried, with their errors */
        struct apply_result applied;
        bool retry; /* something failed that may succeed later: keeper_mark_failed() then */
};

/* Runs one pass over all that is dirty. 0 or negative errno: then everything is dirty, and
 * keeper_last_pass() is empty until a pass succeeds. */
int keeper_pass(struct keeper *k, struct keeper_result *ret);

/* All that is known, for reports. Borrowed, until the next pass. It has no diagnostics if there is no memory
 * for them. */
const struct pass *keeper_last_pass(struct keeper *k);
