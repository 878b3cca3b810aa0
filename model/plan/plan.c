/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What each entry needs by itself, then (model/plan/reorder.c) what has to follow for the sake of order,
 * then all of it in the order in which it can be done. */

#include "model/plan/jobs.h"

#include <errno.h>

/* Formats remember their jobs only while a plan is made. */
static void planner_clear(struct planner *p) {
        for (size_t i = 0; i < p->n_jobs; i++)
                if (p->jobs[i].format)
                        p->jobs[i].format->job = 0;
        free(p->jobs);
        free(p->staying);
        free(p->queue);
        free(p->sweeps);
}

static int append(struct planner *p, struct change c) {
        if (!ARRAY_GROW(p->jobs, p->n_jobs))
                return -ENOMEM;
        p->jobs[p->n_jobs++] = c;
        return 0;
}

int planner_give(struct planner *p, struct format *f, enum change_type type, enum change_cause cause) {
        struct change job = {
                .type = type, .cause = cause, .format = f, .have = f->have, .drift = f->drifted
        };
        int r;

        if (f->job > 0) {
                p->jobs[f->job - 1] = job;
                return 0;
        }
        r = append(p, job);
        if (r >= 0)
                f->job = (uint32_t) p->n_jobs;
        return r;
}

/* What an entry needs by itself, whatever stands around it. */
static int compare(struct planner *p, struct format *f) {
        const struct entry *have = f->have, *want = f->want;
        bool fixed = want->flags & ENTRY_FIX_BINARY, same = have && entry_same(have, want);

        if (!have)
                return planner_give(p, f, CHANGE_ADD, CAUSE_NEW);
        if (!have->ours && same && have->enabled && !fixed)
                return planner_give(p, f, CHANGE_ADOPT, CAUSE_TAKEOVER);
        if (!have->ours)
                return planner_give(p, f, CHANGE_REPLACE, CAUSE_TAKEOVER);
        if (!same)
                return planner_give(p, f, CHANGE_REPLACE, CAUSE_CHANGED);
        if (fixed && have->pin != want->pin)
                return planner_give(p, f, CHANGE_REPLACE, CAUSE_PIN);
        return have->enabled ? 0 : planner_give(p, f, CHANGE_ENABLE, CAUSE_SWITCHED_OFF);
}

static int compare_one(struct planner *p, struct format *f) {
        return f->want && !f->keep && f->job == 0 ? compare(p, f) : 0;
}

static int compare_touched(struct planner *p) {
        const struct plan_scope *s = p->scope;
        struct format *const *formats = s->touched ? s->touched : s->ranked;
        int r = 0;

        for (size_t i = s->touched ? s->n_touched : s->n_ranked; i-- > 0 && r >= 0;)
                r = compare_one(p, formats[i]);
        return r;
}

/* A name that was cut to fit may stand for several formats. */
static bool is_shadow_of(const char *shadow, const char *name) {
        char expected[NAME_LENGTH_MAX + 1];

        entry_shadow_name(name, expected);
        return streq(shadow, expected) && !entry_name_is_shadow(name, NULL);
}

static int add_sweep(struct planner *p, const struct entry *shadow, struct format *owner, bool early) {
        if (!ARRAY_GROW(p->sweeps, p->n_sweeps))
                return -ENOMEM;
        p->sweeps[p->n_sweeps++] = (struct sweep){
                .change = { .type = CHANGE_SWEEP, .cause = CAUSE_LEFTOVER, .format = owner, .have = shadow },
                .early = early,
        };
        return 0;
}

/* A shadow either serves for an entry that is gone, until that is registered, or is in the way. */
static int place_shadow(struct planner *p, struct entry *shadow) {
        const struct formats *formats = p->scope->formats;
        struct format *owner = NULL, *serves = NULL;
        char prefix[NAME_LENGTH_MAX + 1];
        bool present = false;
        size_t n = 0;
        int r;

        entry_name_is_shadow(shadow->name, &n);
        memcpy(prefix, shadow->name, n);
        prefix[n] = '\0';
        for (size_t i = formats_seek(formats, prefix);
             i < formats->n && strncmp(formats->items[i]->name, prefix, n) == 0; i++) {
                struct format *f = formats->items[i];

                if (!is_shadow_of(shadow->name, f->name))
                        continue;
                owner = f;
                if (f->have)
                        present = true;
                else if (f->keep)
                        return 0;
                else if (f->want && !serves)
                        serves = f;
        }
        if (!serves)
                return add_sweep(p, shadow, owner, present);
        r = planner_give(p, serves, CHANGE_FINISH, CAUSE_LEFTOVER);
        if (r >= 0)
                planner_job(p, serves)->have = shadow;
        return r;
}

static int place_shadows(struct planner *p) {
        int r = 0;

        for (size_t i = 0; i < p->scope->n_shadows && r >= 0; i++)
                r = place_shadow(p, p->scope->shadows[i]);
        return r;
}

static int compare_jobs(const void *x, const void *y) {
        const struct format *a = ((const struct change *) x)->format,
                            *b = ((const struct change *) y)->format;

        return (a->rank < b->rank) - (a->rank > b->rank);
}

void planner_sort(struct planner *p) {
        bool sorted = true;

        for (size_t i = 1; i < p->n_jobs && sorted; i++)
                sorted = compare_jobs(&p->jobs[i - 1], &p->jobs[i]) < 0;
        if (!sorted)
                qsort(p->jobs, p->n_jobs, sizeof *p->jobs, compare_jobs);
        for (size_t i = 0; i < p->n_jobs; i++)
                p->jobs[i].format->job = (uint32_t) i + 1;
}

static bool format_removal(const struct format *f, enum change_cause *ret) {
        if (!f->have || f->want || f->keep || entry_name_is_shadow(f->name, NULL))
                return false;
        if (f->state == FORMAT_DISABLED)
                *ret = CAUSE_DISABLED;
        else if (!f->have->ours)
                return false;
        else
                *ret = f->state == FORMAT_SHADOWED || f->state == FORMAT_SHARED ? CAUSE_SHADOWED
                                                                                : CAUSE_UNWANTED;
        return true;
}

static int emit_removals(struct planner *p) {
        const struct plan_scope *s = p->scope;
        struct format *const *formats = s->touched ? s->touched : s->formats->items;
        size_t n = s->touched ? s->n_touched : s->formats->n;
        int r = 0;

        for (size_t i = 0; i < n && r >= 0; i++) {
                struct change c = { .type = CHANGE_REMOVE, .format = formats[i], .have = formats[i]->have };

                if (format_removal(formats[i], &c.cause))
                        r = append(p, c);
        }
        return r;
}

static int emit_early_sweeps(struct planner *p) {
        int r = 0;

        for (size_t i = p->n_sweeps; i-- > 0 && r >= 0;) {
                if (!p->sweeps[i].early)
                        continue;
                r = append(p, p->sweeps[i].change);
                if (r < 0)
                        return r;
                memmove(p->jobs + 1, p->jobs, (p->n_jobs - 1) * sizeof *p->jobs);
                p->jobs[0] = p->sweeps[i].change;
        }
        return r;
}

static int emit_late_sweeps(struct planner *p) {
        int r = 0;

        for (size_t i = 0; i < p->n_sweeps && r >= 0; i++)
                if (!p->sweeps[i].early)
                        r = append(p, p->sweeps[i].change);
        return r;
}

/* The jobs become the plan, with what comes before and behind them. */
static int emit(struct planner *p, struct plan *ret) {
        int r;

        planner_sort(p);
        r = emit_removals(p);
        if (r >= 0)
                r = emit_early_sweeps(p);
        if (r >= 0)
                r = emit_late_sweeps(p);
        if (r < 0)
                return r;
        for (size_t i = 0; i < p->n_jobs; i++)
                if (p->jobs[i].format)
                        p->jobs[i].format->job = 0;
        *ret = (struct plan){ TAKE_PTR(p->jobs), p->n_jobs };
        p->n_jobs = 0;
        return 0;
}

int plan_make(const struct plan_scope *scope, struct plan *ret) {
        _cleanup_(planner_clear) struct planner p = { .scope = scope };
        int r = compare_touched(&p);

        if (r >= 0)
                r = place_shadows(&p);
        if (r < 0)
                return r;
        r = planner_raise(&p);
        return r < 0 ? r : emit(&p, ret);
}
