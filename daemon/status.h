/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One snapshot of how things stand, which every front-end encodes. */

#include "engine/pass/reconcile.h"

struct status {
        const struct pass *pass;       /* all that is known. Borrowed; good until the next pass */
        const struct options *options; /* whose report that is. Borrowed, for as long as the daemon lives */
        uint64_t device;               /* of the instance; 0: there is none */
        size_t formats[_FORMAT_STATE_MAX]; /* how many are in each state */
        int unavailable;                   /* 0, or why there is no instance: negative errno */
        bool switched_off;                 /* somebody wrote 0 to `status` */
};

void status_take(const struct pass *pass, const struct options *options, uint64_t device,
                 struct status *ret);

/* Is it the same as to the instance: there or not, and for which reason, switched on or off? */
bool status_same_instance(const struct status *a, const struct status *b);

/* "29 registered, 1 disabled, 2 inactive", or why there is nothing. Appends. */
void status_describe(const struct status *s, struct text *t);
