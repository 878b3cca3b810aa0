/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Decides when to stop fighting. Somebody disturbs our entry and we put it right; if that happens too often,
 * it is a fight that wears the machine down, and a person has to end it: the format is contended and left
 * alone for a while, then tried again. Pure: the time is an argument (microseconds of a clock that does not
 * jump). */

#include "model/base/macro.h"

#define CONTENTION_LIMIT  10u                       /* repairs … */
#define CONTENTION_WINDOW (60u * UINT64_C(1000000)) /* … in this time are a fight */
#define CONTENTION_HOLD   (30u * UINT64_C(1000000)) /* the format is then left alone for so long */
#define CONTENTION_NEVER  UINT64_MAX

struct contention; /* NULL: nobody has ever disturbed anything */

enum contention_verdict {
        CONTENTION_NONE,   /* repaired; nothing to say */
        CONTENTION_BEGINS, /* contended from now on: logged once */
        CONTENTION_LASTS,  /* still contended: the trial failed */
};

/* The entry `name` was disturbed and has been repaired just now. Returns a verdict, or -ENOMEM. */
int contention_repaired(struct contention **c, const char *name, uint64_t now);

/* Is this format to be left alone at present? */
bool contention_holds(const struct contention *c, const char *name);

/* Is any left alone? */
bool contention_holds_any(const struct contention *c);

/* The time at which contention_tick() has something to do; CONTENTION_NEVER if there is nothing. */
uint64_t contention_next(const struct contention *c);

/* To be called as time passes. `trial` is called for each format whose hold ended, so that its entry is
 * looked at again; `settled` for each that is no longer contended. Both are called before anything is freed,
 * and must not call back. */
void contention_tick(struct contention **c, uint64_t now, void (*trial)(void *user, const char *name),
                     void (*settled)(void *user, const char *name), void *user);

void contention_free(struct contention **c);
