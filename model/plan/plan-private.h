/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A plan in the making, for model/plan/plan.c, jobs.c and reorder.c alone. What is to be changed becomes a
 * job, which its format points to as long as the plan is made. */

#include "model/plan/plan.h"

struct sweep {
        struct change change;
        bool early; /* NAME serves: before all else, as the stand-in's name may be needed again */
};

struct jobs {
        const struct plan_scope *scope;
        struct change *jobs; /* of one format each; in the end, with removals and sweeps, the plan */
        size_t n_jobs;
        struct format **staying; /* stand in the kernel and are not registered again, best rank first */
        size_t n_staying;
        struct format **queue; /* are registered (again), in the order of discovery */
        size_t n_queue;
        struct sweep *sweeps;
        size_t n_sweeps;
};

/* The job of f, or NULL. */
static inline struct change *jobs_of(const struct jobs *p, const struct format *f) {
        return f->plan.job > 0 ? &p->jobs[f->plan.job - 1] : NULL;
}

/* Appends a change that no format points to. 0 or -ENOMEM. */
int jobs_append(struct jobs *p, struct change c);

/* Gives f that job, in place of the one it may have. 0 or -ENOMEM. */
int jobs_give(struct jobs *p, struct format *f, enum change_type type, enum change_cause cause);

/* Sorts the jobs from the worst rank to the best, once ranks are known. */
void jobs_sort(struct jobs *p);

/* Gives jobs to all formats that have to be registered again for the sake of order, and finds the ranks that
 * it needs for that. Does nothing where the order cannot be disturbed. 0 or -ENOMEM. model/plan/reorder.c.
 */
int jobs_reorder(struct jobs *p);

/* Frees all that no plan has taken over, and lets the formats forget their jobs. */
void jobs_clear(struct jobs *p);
