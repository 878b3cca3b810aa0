/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Decides how soon the next pass may begin: at once, as long as changes come at the rate of people and
 * package managers; in a storm a little later, so that many changes share a pass. Pure: the time is an
 * argument (microseconds). */

#include "model/base/macro.h"

#define PACE_BURST  100u                    /* passes … */
#define PACE_WINDOW (100u * UINT64_C(1000)) /* … in this time are a storm */
#define PACE_DELAY  (4u * UINT64_C(1000))   /* between two passes then */

struct pace {
        uint64_t begun[PACE_BURST]; /* when the last passes began: a ring */
        size_t n;                   /* number of passes so far */
};

/* To be called when a pass begins. */
void pace_count(struct pace *p, uint64_t now);

/* The earliest time at which the next pass should begin; at once if that is not after `now`. */
uint64_t pace_next(const struct pace *p, uint64_t now);
