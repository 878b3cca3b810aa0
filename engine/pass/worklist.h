/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The formats that one pass of a keeper works on, each with the state in which the pass found it.
 *
 * A format must be added before its definition or its entry is replaced: adding takes it out of the
 * ranking, the pattern index and the overlaps of the pass, where it can be found only by its old values. The
 * formats of the same pattern are added with it, as one of them may take its turn. worklist_decide() then
 * decides about all that were added and puts those that are wanted back where they belong. */

#include "engine/pass/steps.h"

struct worklist_item {
        struct format *format;   /* borrowed from pass->formats */
        enum format_state state; /* before the pass */
        char *reason;            /* likewise; NULL: none. Owned */
        bool is_new;             /* the format did not exist before */
};

struct worklist {
        struct pass *pass; /* borrowed; set by the owner, and kept by worklist_clear() */
        struct worklist_item *items;
        size_t n;
        bool everything;          /* all formats are in it: ranking and indexes are made anew */
        bool resolved;            /* with `everything`: they are resolved already */
        bool diagnostics_changed; /* those of some format may be others than before */
};

/* Adds f, unless it is there. 0 or -ENOMEM. */
int worklist_add(struct worklist *w, struct format *f);

/* Adds all formats of the pass. 0 or -ENOMEM. */
int worklist_add_all(struct worklist *w);

/* Adds f, unless it is there, only so that its state is remembered: a change of the plan will be applied to
 * it. Not before worklist_decide(). 0 or -ENOMEM. */
int worklist_remember(struct worklist *w, struct format *f);

/* resolve → validate → order, for all that were added. The table may be absent. 0 or -ENOMEM, after which
 * the pass must be cleared. */
int worklist_decide(struct worklist *w, const struct host *host, const struct table *table);

/* The w->n formats that were added, for pass_plan(); *ret is the caller's to free, and NULL with
 * `everything`. 0 or -ENOMEM. */
int worklist_formats(const struct worklist *w, struct format ***ret);

/* Did the format come or go, or is its state or reason another than before the pass? */
bool worklist_item_differs(const struct worklist_item *item);

/* Empties it for the next pass; format->keeper.dirty stays as it is. */
void worklist_clear(struct worklist *w);
