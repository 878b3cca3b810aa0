/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The input of a plan, wanted entries beside those of a table, without drop-ins and interpreters. Made by
 * hand, or at random. */

#include "model/plan/plan.h"

/* Room for a random scene: a name may stand in the table twice, itself and as a stand-in. */
#define SCENE_NAMES_MAX 16u

/* A list of entries. The items are owned. */
struct cast {
        struct entry *items[2 * SCENE_NAMES_MAX + 8];
        size_t n;
};

/* Appends "NAME:MAGIC:FLAGS": magic as text at offset 0, where ? is a byte that may be anything, or .EXT;
 * flags of POCF, and: o ours, d disabled. The interpreter is /bin/sh. */
struct entry *cast_add(struct cast *c, const char *spec);
struct entry *cast_find(const struct cast *c, const char *name);
void cast_clear(struct cast *c);

struct entry *entry_copy(const struct entry *e);

/* Formats and plan for `wants`, best rank first, and a table, newest first, which is borrowed. A name in the
 * table without a want is an orphan: ours is to go, all else is foreign. The format's `want` is a copy. */
struct scene {
        struct formats formats;
        struct format **ranked;
        struct definition **definitions; /* their Priority= makes the ranking */
        size_t n_ranked;
        struct entry **stand_ins;
        size_t n_stand_ins;
        struct plan plan;
};

void scene_make(const struct cast *wants, struct entry *const *table, size_t n_table, struct scene *ret);
void scene_plan(struct scene *s);
void scene_clear(struct scene *s);

/* Makes random wants that overlap a lot, and a table which has all kinds of trouble: other texts, wrong
 * order, stale pins, leftover stand-ins, entries of others, entries that were switched off. At most `names`
 * names.
 */
void scene_random(uint64_t *state, size_t names, struct cast *ret_wants, struct cast *ret_table);

/* NULL if the table holds exactly the wants, each of them ours, and in the order of rank where they overlap,
 * no stand-in, and no other entry of ours; else a message about the first fault (never freed). */
const char *scene_complaint(const struct cast *wants, struct entry *const *table, size_t n_table);

/* The number of write(2) calls to the kernel that the plan needs if all goes well. */
size_t plan_writes(const struct plan *p);
