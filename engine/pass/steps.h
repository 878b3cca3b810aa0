/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The steps of a pass, for one format or for all, on what a report holds. reconcile.c takes each of them
 * once; keeper.c goes on from what it knows. All return 0 or -ENOMEM where nothing else is said. */

#include "engine/pass/reconcile.h"

/* Before the first interpreter is looked at. 0 or negative errno. */
int step_begin(struct report *report, const struct options *options);

/* Reads what the options name besides the sources, and the credential (engine/read/credential.h) unless
 * nothing but that is wanted. */
int step_read_added(struct report *report, const struct options *options);

/* resolve → validate, beginning anew: finds the definition that counts for a format, and says what is wrong
 * with it. For all: the catalog is sorted first, each defined name gets a format, and every format counts as
 * resolved.
 */
int step_resolve(struct report *report, struct format *f);
int step_resolve_all(struct report *report);

/* Called before it becomes known that something else stands in the kernel than was known of f. 0 or negative
 * errno. */
typedef int (*step_touch_t)(struct format *f, void *userdata);

/* Reads the whole table: each entry gets a format, or is a shadow; all places are given anew. Negative errno
 * of the kernel. */
int step_read_table(struct report *report, struct kernel *k, step_touch_t touch, void *userdata);

/* What has become of a format that was resolved and whose entry is known: chooses the interpreter, and
 * judges. */
int step_judge(struct report *report, const struct host *host, struct format *f);
int step_judge_all(struct report *report, const struct host *host);

/* Ranks all that were judged to be wanted, drops the shadowed ones, and places the others. */
int step_rank_all(struct report *report, const struct kernel *k);

/* The last word on one that ranks best among its twins: whether detectors have to be asked, and whether it
 * is left to somebody else for now. Without a kernel, it is unavailable. */
int step_place(struct report *report, const struct kernel *k, struct format *f);

/* Finds the formats that options->chosen and chosen_names speak of; all others keep what stands in the
 * kernel of them if it is not ours. *ret is the caller's to free. */
int step_choose(struct report *report, const struct options *options, struct format ***ret, size_t *ret_n);

/* Plans what is to be done for the touched formats, or all (NULL). */
int step_plan(struct report *report, struct format *const *touched, size_t n_touched);

/* Moves what is said of formats to the report's diagnostics. */
int step_gather(struct report *report);
