/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A small machine below a root of its own, for random tests of a keeper. Drop-ins and overrides of all
 * sources, interpreters and the kernel's table change at random; the keeper hears of each change just as
 * precisely as it would from inotify. */

#include "engine/pass/keeper.h"
#include "tests/engine/faulty-table.h"

/* The program that asks detectors. It comes and goes as interpreters do. */
#define WORLD_DISPATCHER "/bin/dispatcher"

struct world {
        uint64_t state; /* of the random numbers */
        const char *root;
        struct table *inner;                               /* the table. Owned */
        int (*disable)(struct table *k, const char *name); /* switches an entry off, as somebody else may */
        struct faulty_table proxy; /* stands before `inner`; the keeper has this one, but does not free it */
        bool gone;                 /* there is no instance */
        struct keeper *keeper;
        char last[256]; /* the last change, for messages */
        struct heard {
                char *name;
                uint64_t digest;
        } * heard; /* all that a listener knows of the formats, who hears the news of each pass */
        size_t n_heard;
};

/* Takes the table over; `root` is made, and borrowed. */
void world_begin(struct world *w, uint64_t seed, const char *root, struct table *inner,
                 int (*disable)(struct table *k, const char *name));
void world_end(struct world *w);

/* Changes something at random and marks it in the keeper. */
void world_happen(struct world *w);

/* Runs passes until nothing is left to be tried again. In some of them an operation on the table fails. */
void world_pass(struct world *w);

/* NULL if the keeper knows and did just what a fresh pass finds out; else a message about the first
 * difference (static). */
const char *world_complaint(struct world *w);
