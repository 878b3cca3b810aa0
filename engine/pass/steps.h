/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps of a pass, each for one format or for all. reconcile.c takes each of them once; the keeper goes
 * on from what it knows. All return 0 or -ENOMEM where nothing else is said. */

#include "engine/pass/pass.h"

/* Called before the first interpreter is looked at. 0 or negative errno. */
int pass_begin(struct pass *pass, const struct options *options);

/* Reads what the options name besides the sources, and the credential (engine/read/credential.h) unless
 * nothing but that is wanted. */
int pass_read_added(struct pass *pass, const struct options *options);

/* resolve → validate, beginning anew: finds the definition that counts for a format, and what is wrong with
 * it. For all: the catalog is sorted first, and each defined name gets a format. */
int pass_resolve(struct pass *pass, struct format *f);
int pass_resolve_all(struct pass *pass);

/* Called before f->have is replaced by another entry or none. 0 or negative errno. */
typedef int (*pass_changing_t)(struct format *f, void *userdata);

/* Reads the whole table: each entry gets a format, or is a stand-in; all serials are given anew. Calls
 * `on_change` (may be NULL) where an entry is another than was known. Negative errno of the kernel. */
int pass_read_table(struct pass *pass, struct table *table, pass_changing_t on_change, void *userdata);

/* Chooses the interpreter of a format that was resolved and whose entry is known, and decides its state. */
int pass_decide(struct pass *pass, const struct host *host, struct format *f);
int pass_decide_all(struct pass *pass, const struct host *host);

/* Ranks all formats that are wanted, leaves out the shadowed ones, and confirms the others. */
int pass_rank_all(struct pass *pass, const struct table *table);

/* The last decision about a format that ranks best among those of its pattern: whether detectors have to be
 * asked, and whether its entry is left to somebody else for now. Where the table is absent, the format is
 * unavailable. */
int pass_confirm(struct pass *pass, const struct table *table, struct format *f);

/* Finds the formats that options->chosen and chosen_names speak of; all others keep their entry if it is not
 * ours. *ret is the caller's to free. */
int pass_choose(struct pass *pass, const struct options *options, struct format ***ret, size_t *ret_n);

/* Plans the changes for the dirty formats, or all (NULL). */
int pass_plan(struct pass *pass, struct format *const *dirty, size_t n_dirty);

/* Moves the diagnostics of all formats to those of the pass. */
int pass_gather(struct pass *pass);
