/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A small machine below a root of its own, on which anything happens to what a keeper looks after: drop-ins
 * and overrides in all sources, interpreters, the kernel's table. Each thing that happens is told to the
 * keeper just as precisely as inotify would. */

#include "engine/pass/keeper.h"
#include "tests/engine/faulty-table.h"

/* What asks detectors; as it is with interpreters, it is there or not. */
#define WORLD_DISPATCHER "/bin/dispatcher"

struct world {
        uint64_t state; /* of the random numbers */
        const char *root;
        struct table *inner;                               /* the table */
        int (*disable)(struct table *k, const char *name); /* switches an entry off, as somebody else may */
        struct faulty_table proxy; /* what the keeper has of it; the world keeps the table */
        bool gone;                 /* there is no instance */
        struct keeper *keeper;
        char last[256]; /* what happened last */
        struct heard {
                char *name;
                uint64_t digest;
        } * heard; /* what somebody knows of the formats who only listens to the news */
        size_t n_heard;
};

/* Takes the table over; `root` is made, and borrowed. */
void world_begin(struct world *w, uint64_t seed, const char *root, struct table *inner,
                 int (*disable)(struct table *k, const char *name));
void world_end(struct world *w);

/* Something happens, and the keeper is told. */
void world_happen(struct world *w);

/* Runs passes until nothing is left to be tried again. */
void world_pass(struct world *w);

/* NULL if the keeper knows and did just what a fresh pass would find; else what is otherwise (static). */
const char *world_complaint(struct world *w);
