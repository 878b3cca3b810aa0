/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The working set of a pass, which its steps fill one after the other, and which reports are made from. */

#include "engine/pass/apply.h"
#include "engine/system/probe.h"
#include "engine/system/table.h"
#include "model/format/catalog.h"
#include "model/plan/plan.h"
#include "model/plan/rank.h"

/* Says what a pass is to read and to change. */
struct options {
        const char *root;       /* "" for the machine itself */
        const char *instance;   /* directory of the instance */
        bool force;             /* for who writes to it: also if it is that of a machine around */
        char *const *added;     /* files or directories to read besides (NULL-terminated), or NULL */
        bool only_added;        /* read nothing else */
        const char *dispatcher; /* the program that asks detectors; NULL: ours, where it was configured to be
                                   installed; "": the caller himself, so that it need not be there */
        char *const *chosen;    /* files, as definitions name them (NULL-terminated): only what one of these
                                   speaks of is changed, and entries of others are not touched for the sake of
                                   order. NULL: all. A keeper has no use for it */
        const char *const *chosen_names; /* the same by the names of formats; with `chosen`, both count */
};

/* All that a pass found out and did. Owns everything that the formats point into. */
struct pass {
        struct diagnostics diagnostics;
        struct catalog catalog;
        struct prober *prober;
        const char *dispatcher; /* as in the options, NULL for "" */
        struct formats formats;
        struct format **ranked; /* those with a want, best first */
        size_t n_ranked;
        struct overlaps overlaps;           /* of those, if a keeper keeps them */
        struct pattern_index pattern_index; /* those that could be wanted, by what they match */
        struct entry **stand_ins;           /* stand in the kernel, and belong to no format */
        size_t n_stand_ins;
        uint64_t serial; /* the highest that was given to an entry */
        struct plan plan;
        struct apply_result result;
        int unavailable;   /* 0, or the error of an absent table */
        bool switched_off; /* 0 in `status`: the kernel asks no entry at all */
};

/* Counts the formats in each state. */
void pass_count_states(const struct pass *pass, size_t ret[static _FORMAT_STATE_MAX]);

/* Tells where the entry of f stands in the order in which the kernel asks: 1 is the first, 0 means that it
 * has none. *ret_n is the number of all entries. */
size_t pass_position(const struct pass *pass, const struct format *f, size_t *ret_n);

void pass_clear(struct pass *pass);
