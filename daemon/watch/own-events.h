/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Our own writes cause events of the instance like anybody's. Between a pass and the next read of the
 * events, this knows which of them are ours, so that no pass causes another one.
 *
 * The kernel reports the removal of an entry (IN_DELETE, then IN_MODIFY) and its switching (IN_MODIFY) under
 * the entry's name, but of a registration only that `register` was written to. The top of the table
 * therefore tells whether others registered anything meanwhile. */

#include "engine/system/table.h"
#include "model/plan/plan.h"

struct own_events {
        struct own_event *items; /* by name */
        size_t n;
};

/* To be called right after the plan was carried out. 0 or -ENOMEM: then no event counts as ours. */
int own_events_expect(struct own_events *own, const struct plan *plan);

/* Is this event ours? Each expected event explains one. */
bool own_events_explain(struct own_events *own, uint32_t mask, const char *name);

void own_events_clear(struct own_events *own);

/* Are the newest entries of the table the very ones that the plan registered? The cost grows with their
 * number, not with the size of the table. */
bool own_events_are_newest(struct table *table, const struct plan *plan);
