/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Turns a plan into writes to the kernel. Whichever operation fails, every format stays registered as before
 * or as wanted, never missing; the next pass finishes the rest.
 *
 * Replacing:  register stand-in   fails → nothing happened
 *             remove NAME         fails → remove the stand-in; the old entry is still there
 *             register NAME       fails → the stand-in stays and serves
 *             remove stand-in     fails → both serve; the next pass sweeps
 *
 * Where native programs may match (format->may_take_natives), a few of them are executed before and after
 * NAME, its stand-in or the switching on. If one does not run any more, that entry is removed at once: a
 * replaced one is still there. The format has failed with -ENOEXEC and is kept so until it is decided
 * again. */

#include "engine/system/table.h"
#include "model/plan/plan.h"

struct apply_result {
        size_t writes; /* write(2) calls that were tried */
        size_t failed; /* changes that are not done */
};

/* Carries out each change in turn; one that fails stops none of the others. Sets ->done, ->registered and
 * ->error of each change, and the state of its format: registered, or failed with ->error and ->reason. All
 * other states stay as they were decided, and so does format->have. Table, plan and formats are borrowed. 0
 * or -ENOMEM: then all changes were tried, but a state may be that of before. */
int apply_plan(struct table *table, struct plan *plan, struct apply_result *ret);
