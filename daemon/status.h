/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A snapshot of the daemon's state, which every front-end encodes. */

#include "engine/pass/reconcile.h"

struct status {
        const struct pass *pass;           /* borrowed; good until the next pass */
        const struct options *options;     /* of that pass; borrowed, for as long as the daemon lives */
        uint64_t device;                   /* of the instance; 0: there is none */
        size_t formats[_FORMAT_STATE_MAX]; /* number of formats in each state */
        int unavailable;                   /* 0, or why there is no instance: negative errno */
        bool switched_off;                 /* somebody wrote 0 to `status` */
};

void status_take(const struct pass *pass, const struct options *options, uint64_t device,
                 struct status *ret);

/* Are the two equal as far as the instance goes: whether there is one, for which reason not, and whether it
 * is switched on? */
bool status_same_instance(const struct status *a, const struct status *b);

/* Appends a summary such as "29 registered, 1 disabled, 2 inactive", and why there is no instance if so. */
void status_describe(const struct status *s, struct text *t);
