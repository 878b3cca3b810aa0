/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The plan: the changes, in order, that make the kernel's table what is wanted, and no more than those.
 *
 * The kernel takes the newest matching entry and knows neither "move" nor "replace", so an entry comes to
 * stand above another only by being registered again. Only pairs of patterns that overlap need their order
 * kept. The plan is therefore the least fixpoint of these rules. An entry is registered (again) if
 *   - it is missing, or differs from what is wanted;
 *   - it must stand above an entry that is registered again, and overlaps it;
 *   - it stands below an entry that it must stand above, and overlaps it.
 * Additions come first, from the worst rank to the best; removals of what is no longer wanted come last, so
 * that a renamed format leaves no gap. */

#include "model/plan/change.h"
#include "model/plan/overlap.h"

struct plan {
        struct change *changes;
        size_t n;
};

/* Input of a plan. All is borrowed. */
struct plan_scope {
        struct format *const *ranked; /* the formats that have a `want`, best rank first */
        size_t n_ranked;
        const struct formats *formats;  /* all, each with its entry in the kernel, and the place of that */
        struct entry *const *stand_ins; /* those in the kernel */
        size_t n_stand_ins;
        struct format *const *dirty; /* only these may differ from what is wanted; NULL: all may */
        size_t n_dirty;
        const struct overlaps *overlaps; /* of the ranked formats; NULL: none are kept */
};

/* Makes the plan. Patterns are compared only where the order may be disturbed: O(n log n) where nothing is,
 * and O(n) for each dirty format, which with overlap keys is one walk over them. 0 or -ENOMEM. */
int plan_make(const struct plan_scope *scope, struct plan *ret);

/* The number of its changes that were not made (yet). */
size_t plan_count_pending(const struct plan *p);

void plan_clear(struct plan *p);
