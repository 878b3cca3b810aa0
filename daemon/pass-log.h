/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a pass did, told to the journal: one line a change, none where nothing changed. */

#include "engine/pass/keeper.h"

/* Which faults of files were told already. */
struct pass_log {
        uint64_t *logged;
        size_t n;
        bool begun; /* the first pass was told: from then on, every state that a format comes to is news */
};

/* Tells of the changes that were made, of the formats that came to another state, and of files that cannot
 * be used any more. */
void pass_log_pass(struct pass_log *log, const struct keeper_result *result, const struct pass *pass);

void pass_log_clear(struct pass_log *log);

/* The instance came (error 0) or is not there, for that negative errno. */
void pass_log_instance(const char *path, int error);

/* A fight began, or ended: `f` may be NULL if nothing is known of the format any more. */
void pass_log_contended(const char *name, const struct format *f);
void pass_log_settled(const char *name);
