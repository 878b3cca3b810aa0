/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One snapshot of how things stand, which every front-end encodes. */

#include "engine/reconcile.h"

struct status {
        size_t formats[_FORMAT_STATE_MAX]; /* how many are in each state */
        int unavailable;                   /* 0, or why there is no instance: negative errno */
        bool switched_off;                 /* somebody wrote 0 to `status` */
};

void status_take(const struct report *report, struct status *ret);

/* "29 registered, 1 disabled, 2 inactive", or why there is nothing. Appends. */
void status_describe(const struct status *s, struct text *t);
