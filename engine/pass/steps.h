/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps of a pass, for one format or for all, on what a pass holds. reconcile.c takes each of them
 * once; keeper.c goes on from what it knows. All return 0 or -ENOMEM where nothing else is said. */

#include "engine/pass/pass.h"

/* Before the first interpreter is looked at. 0 or negative errno. */
int pass_begin(struct pass *pass, const struct options *options);

/* Reads what the options name besides the sources, and the credential (engine/read/credential.h) unless
 * nothing but that is wanted. */
int pass_read_added(struct pass *pass, const struct options *options);

/* resolve → validate, beginning anew: finds the definition that counts for a format, and says what is wrong
 * with it. For all: the catalog is sorted first, each defined name gets a format, and every format counts as
 * resolved.
 */
int pass_resolve(struct pass *pass, struct format *f);
int pass_resolve_all(struct pass *pass);

/* Called before it becomes known that something else stands in the kernel than was known of f. 0 or negative
 * errno. */
typedef int (*pass_changing_t)(struct format *f, void *userdata);

/* Reads the whole table: each entry gets a format, or is a stand-in; all serials are given anew. Negative
 * errno of the kernel. */
int pass_read_table(struct pass *pass, struct table *table, pass_changing_t touch, void *userdata);

/* What has become of a format that was resolved and whose entry is known: chooses the interpreter, and
 * judges. */
int pass_decide(struct pass *pass, const struct host *host, struct format *f);
int pass_decide_all(struct pass *pass, const struct host *host);

/* Ranks all that were judged to be wanted, drops the shadowed ones, and places the others. */
int pass_rank_all(struct pass *pass, const struct table *table);

/* The last word on one that ranks best among its twins: whether detectors have to be asked, and whether it
 * is left to somebody else for now. Where the table is absent, it is unavailable. */
int pass_confirm(struct pass *pass, const struct table *table, struct format *f);

/* Finds the formats that options->chosen and chosen_names speak of; all others keep what stands in the
 * kernel of them if it is not ours. *ret is the caller's to free. */
int pass_choose(struct pass *pass, const struct options *options, struct format ***ret, size_t *ret_n);

/* Plans what is to be done for the dirty formats, or all (NULL). */
int pass_plan(struct pass *pass, struct format *const *dirty, size_t n_dirty);

/* Moves what is said of formats to the pass's diagnostics. */
int pass_gather(struct pass *pass);
