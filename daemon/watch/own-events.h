/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Our own writes show up among the instance's events like anybody's. Between a pass and the next look at the
 * events, this knows which of them are ours, so that no pass causes another one.
 *
 * The kernel tells of an entry's removal (IN_DELETE, then IN_MODIFY) and of switching (IN_MODIFY) by the
 * entry's name, but of a registration only that `register` was written to. Whether others registered
 * anything meanwhile is therefore seen by what stands on top of the table. */

#include "engine/system/table.h"
#include "model/plan/plan.h"

struct own_events {
        struct own_event *items; /* by name */
        size_t n;
};

/* The plan was carried out a moment ago. 0 or -ENOMEM: then
 * nothing counts as ours. */
int own_events_expect(struct own_events *own, const struct plan *plan);

/* Is this event ours? Each is ours once. */
bool own_events_explain(struct own_events *own, uint32_t mask, const char *name);

void own_events_clear(struct own_events *own);

/* Are the newest entries of the table the very ones that the plan registered? Costs what it registered, not
 * what there is. */
bool own_events_are_newest(struct table *table, const struct plan *plan);
