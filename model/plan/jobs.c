/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The list of jobs that becomes the plan. */

#include "model/plan/plan-private.h"

#include <errno.h>

int jobs_append(struct jobs *p, struct change c) {
        if (!ARRAY_GROW(p->jobs, p->n_jobs))
                return -ENOMEM;
        p->jobs[p->n_jobs++] = c;
        return 0;
}

int jobs_give(struct jobs *p, struct format *f, enum change_type type, enum change_cause cause) {
        struct change job = {
                .type = type, .cause = cause, .format = f, .have = f->have, .drift = f->drifted
        };
        int r;

        if (f->plan.job > 0) {
                p->jobs[f->plan.job - 1] = job;
                return 0;
        }
        r = jobs_append(p, job);
        if (r >= 0)
                f->plan.job = (uint32_t) p->n_jobs;
        return r;
}

static int compare_jobs(const void *x, const void *y) {
        const struct format *a = ((const struct change *) x)->format,
                            *b = ((const struct change *) y)->format;

        return (a->plan.rank < b->plan.rank) - (a->plan.rank > b->plan.rank);
}

void jobs_sort(struct jobs *p) {
        bool sorted = true;

        for (size_t i = 1; i < p->n_jobs && sorted; i++)
                sorted = compare_jobs(&p->jobs[i - 1], &p->jobs[i]) < 0;
        if (!sorted)
                qsort(p->jobs, p->n_jobs, sizeof *p->jobs, compare_jobs);
        for (size_t i = 0; i < p->n_jobs; i++)
                p->jobs[i].format->plan.job = (uint32_t) i + 1;
}

void jobs_clear(struct jobs *p) {
        for (size_t i = 0; i < p->n_jobs; i++)
                if (p->jobs[i].format)
                        p->jobs[i].format->plan.job = 0;
        free(p->jobs);
        free(p->staying);
        free(p->queue);
        free(p->sweeps);
}
