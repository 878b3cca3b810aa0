/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One pass from its beginning, for who runs once: read → resolve → validate → order → plan. What is planned
 * is done by apply_plan(). The daemon goes on from what it knows instead: engine/pass/keeper.h. */

#include "engine/pass/pass.h"

/* read → resolve → validate. All that is said so far is in pass->diagnostics. No kernel and no interpreter
 * is looked at: all that lint and cat-config need. Fills *ret, which the caller clears with pass_clear()
 * also after a failure. 0 or negative errno. */
int reconcile_read(const struct options *options, struct pass *ret);

/* order → plan, on a pass that was read: what is, what should be, and what would have to be done. Where the
 * table is absent, all that would be wanted is FORMAT_UNAVAILABLE and the plan is empty. 0 or negative
 * errno. */
int reconcile_decide(const struct options *options, struct table *table, struct pass *pass);

/* reconcile_read(), then reconcile_decide(): a pass that changes nothing. */
int reconcile_plan(const struct options *options, struct table *table, struct pass *ret);

/* reconcile_plan() on the instance that the options name. *ret_table is the caller's; it is NULL if there is
 * no instance, and ret->unavailable says why. 0 or negative errno, and *ret_table is untouched then. */
int reconcile_plan_instance(const struct options *options, struct pass *ret, struct table **ret_table);

/* Removes the entries that we own (stand-ins too) and whose name one of the globs matches (NULL: all);
 * foreign ones stay. Tries all; 0 or the first negative errno. *ret_removed counts. */
int reconcile_remove(struct table *table, char *const *globs, size_t *ret_removed);
