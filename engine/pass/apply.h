/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A plan → writes. Whatever operation fails, every format stays registered as before or as wanted, never
 * missing; the next pass finishes what this one could not.
 *
 * Replacing:  register stand-in   fails → nothing happened
 *             remove NAME       fails → remove the stand-in; the old entry is still there
 *             register NAME     fails → the stand-in stays and serves
 *             remove stand-in     fails → both serve; the next pass sweeps */

#include "engine/system/table.h"
#include "model/plan/plan.h"

struct apply_result {
        size_t writes; /* write(2) calls that were tried */
        size_t failed; /* changes that did not come to their end */
};

/* Carries out each change in turn; one that fails stops none of the others. Sets change->done and ->error,
 * and the format's state (registered, failed with
 * ->error and ->reason; shadowed, disabled … stay as judged). 0 or -ENOMEM. */
int apply_plan(struct table *k, struct plan *plan, struct apply_result *ret);
