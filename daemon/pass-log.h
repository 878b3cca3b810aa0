/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a pass did, told to the journal: one line a change, none where nothing changed. */

#include "engine/pass/keeper.h"

/* Which faults of files were told already. */
struct chronicle {
        uint64_t *told;
        size_t n;
        bool begun; /* the first pass was told: from then on, every state that a format comes to is news */
};

/* Tells of the changes that were made, of the formats that came to another state, and of files that cannot
 * be used any more. */
void chronicle_pass(struct chronicle *c, const struct keeper_result *result, const struct report *report);

void chronicle_clear(struct chronicle *c);

/* The instance came (error 0) or is not there, for that negative errno. */
void chronicle_instance(const char *path, int error);

/* A fight began, or ended: `f` may be NULL if nothing is known of the format any more. */
void chronicle_contended(const char *name, const struct format *f);
void chronicle_settled(const char *name);
