/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The formats that one pass of a keeper has to look at, with what they were before. A format that is marked
 * dirty leaves ranking and twins, with those whose turn it may be when it goes; when all is settled, it
 * stands where it belongs. */

#include "engine/pass/steps.h"

struct worklist_item {
        struct format *format;
        enum format_state state; /* before */
        char *reason;            /* likewise. Owned */
        bool is_new;             /* there was none before */
};

struct worklist {
        struct pass *pass;
        struct worklist_item *items;
        size_t n;
        bool everything; /* all formats are dirty: ranking and twins are made anew */
        bool resolved;   /* and all of them are resolved */
        bool said;       /* something else is to be said of some of them */
};

/* Before anything that decides about f changes: its definition, interpreter, entry. Twice is once. 0 or
 * -ENOMEM.
 */
int worklist_add(struct worklist *r, struct format *f);

/* The same for all that there are. */
int worklist_add_all(struct worklist *r);

/* Only remembers what it was before, as something will be done to it. 0 or -ENOMEM. */
int worklist_remember(struct worklist *r, struct format *f);

/* resolve → validate → decide → rank for all that is dirty. 0 or -ENOMEM. */
int worklist_settle(struct worklist *r, const struct host *host, const struct table *k);

/* Those that are dirty, for a plan; NULL if everything is. Good until the next one is added. -ENOMEM. */
int worklist_formats(const struct worklist *r, struct format ***ret);

/* Whether it came, went, or is in another state or for another reason than before. */
bool worklist_item_differs(const struct worklist_item *item);

void worklist_clear(struct worklist *r);
