/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Logs what a pass did: one line a change, none where nothing changed. */

#include "engine/pass/keeper.h"

/* Remembers which faults of files were logged already. */
struct pass_log {
        uint64_t *logged;
        size_t n;
        bool begun; /* the first pass was logged: from then on, every new state of a format is news */
};

/* Logs the changes that were made, the formats that came to another state, and the files that can no longer
 * be used. */
void pass_log_pass(struct pass_log *log, const struct keeper_result *result, const struct pass *pass);

void pass_log_clear(struct pass_log *log);

/* Logs that the instance appeared (error 0), or that it is not there, for this negative errno. */
void pass_log_instance(const char *path, int error);

/* Log that a format is contended, or no longer is. `f` may be NULL if nothing is known of the format any
 * more. */
void pass_log_contended(const char *name, const struct format *f);
void pass_log_settled(const char *name);
