/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A plan is made in three steps: each format gets the job that its entry needs by itself;
 * model/plan/reorder.c adds those that have to follow for the sake of order; then all jobs are brought into
 * the order in which they can be done. */

#include "model/plan/plan-private.h"

#include <errno.h>

/* Gives f the job that its entry needs by itself, whatever stands around it. */
static int give_own_job(struct jobs *p, struct format *f) {
        const struct entry *have = f->have, *want = f->want;
        bool fixed = want->flags & ENTRY_FIX_BINARY, same = have && entry_same(have, want);

        if (!have)
                return jobs_give(p, f, CHANGE_ADD, CAUSE_NEW);
        if (!have->ours && same && have->enabled && !fixed)
                return jobs_give(p, f, CHANGE_ADOPT, CAUSE_TAKEOVER);
        if (!have->ours)
                return jobs_give(p, f, CHANGE_REPLACE, CAUSE_TAKEOVER);
        if (!same)
                return jobs_give(p, f, CHANGE_REPLACE, CAUSE_CHANGED);
        if (fixed && have->pin != want->pin)
                return jobs_give(p, f, CHANGE_REPLACE, CAUSE_PIN);
        return have->enabled ? 0 : jobs_give(p, f, CHANGE_ENABLE, CAUSE_SWITCHED_OFF);
}

static int give_own_jobs(struct jobs *p) {
        const struct plan_scope *s = p->scope;
        struct format *const *formats = s->dirty ? s->dirty : s->ranked;
        int r = 0;

        for (size_t i = s->dirty ? s->n_dirty : s->n_ranked; i-- > 0 && r >= 0;)
                if (formats[i]->want && !formats[i]->keep && formats[i]->plan.job == 0)
                        r = give_own_job(p, formats[i]);
        return r;
}

/* Several formats may have one stand-in, as a name that is too long for the suffix is cut to fit. */
static bool is_stand_in_of(const char *stand_in, const char *name) {
        char expected[NAME_LENGTH_MAX + 1];

        entry_stand_in_name(name, expected);
        return streq(stand_in, expected) && !entry_name_is_stand_in(name, NULL);
}

static int add_sweep(struct jobs *p, const struct entry *stand_in, struct format *owner, bool early) {
        if (!ARRAY_GROW(p->sweeps, p->n_sweeps))
                return -ENOMEM;
        p->sweeps[p->n_sweeps++] = (struct sweep){
                .change = { .type = CHANGE_SWEEP,
                            .cause = CAUSE_LEFTOVER,
                            .format = owner,
                            .have = stand_in },
                .early = early,
        };
        return 0;
}

/* A stand-in either serves for an entry that is gone, until that is registered, or is in the way. */
static int place_stand_in(struct jobs *p, struct entry *stand_in) {
        const struct formats *formats = p->scope->formats;
        struct format *owner = NULL, *serves = NULL;
        char prefix[NAME_LENGTH_MAX + 1];
        bool present = false;
        size_t n = 0;
        int r;

        entry_name_is_stand_in(stand_in->name, &n);
        memcpy(prefix, stand_in->name, n);
        prefix[n] = '\0';
        for (size_t i = formats_seek(formats, prefix);
             i < formats->n && strncmp(formats->items[i]->name, prefix, n) == 0; i++) {
                struct format *f = formats->items[i];

                if (!is_stand_in_of(stand_in->name, f->name))
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
                return add_sweep(p, stand_in, owner, present);
        r = jobs_give(p, serves, CHANGE_FINISH, CAUSE_LEFTOVER);
        if (r >= 0)
                jobs_of(p, serves)->have = stand_in;
        return r;
}

static bool needs_removal(const struct format *f, enum change_cause *ret) {
        if (!f->have || f->want || f->keep || entry_name_is_stand_in(f->name, NULL))
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

static int append_removals(struct jobs *p) {
        const struct plan_scope *s = p->scope;
        struct format *const *formats = s->dirty ? s->dirty : s->formats->items;
        size_t n = s->dirty ? s->n_dirty : s->formats->n;
        int r = 0;

        for (size_t i = 0; i < n && r >= 0; i++) {
                struct change c = { .type = CHANGE_REMOVE, .format = formats[i], .have = formats[i]->have };

                if (needs_removal(formats[i], &c.cause))
                        r = jobs_append(p, c);
        }
        return r;
}

static int prepend_early_sweeps(struct jobs *p) {
        int r = 0;

        for (size_t i = p->n_sweeps; i-- > 0 && r >= 0;) {
                if (!p->sweeps[i].early)
                        continue;
                r = jobs_append(p, p->sweeps[i].change);
                if (r < 0)
                        return r;
                memmove(p->jobs + 1, p->jobs, (p->n_jobs - 1) * sizeof *p->jobs);
                p->jobs[0] = p->sweeps[i].change;
        }
        return r;
}

/* Turns the jobs into the plan, with sweeps and removals before and behind them. */
static int emit_plan(struct jobs *p, struct plan *ret) {
        int r;

        jobs_sort(p);
        r = append_removals(p);
        if (r >= 0)
                r = prepend_early_sweeps(p);
        for (size_t i = 0; i < p->n_sweeps && r >= 0; i++)
                if (!p->sweeps[i].early)
                        r = jobs_append(p, p->sweeps[i].change);
        if (r < 0)
                return r;
        for (size_t i = 0; i < p->n_jobs; i++)
                if (p->jobs[i].format)
                        p->jobs[i].format->plan.job = 0;
        *ret = (struct plan){ TAKE_PTR(p->jobs), p->n_jobs };
        p->n_jobs = 0;
        return 0;
}

int plan_make(const struct plan_scope *scope, struct plan *ret) {
        _cleanup_(jobs_clear) struct jobs p = { .scope = scope };
        int r = give_own_jobs(&p);

        for (size_t i = 0; i < scope->n_stand_ins && r >= 0; i++)
                r = place_stand_in(&p, scope->stand_ins[i]);
        if (r >= 0)
                r = jobs_reorder(&p);
        return r < 0 ? r : emit_plan(&p, ret);
}

size_t plan_count_pending(const struct plan *p) {
        size_t n = 0;

        for (size_t i = 0; i < p->n; i++)
                n += !p->changes[i].done;
        return n;
}

void plan_clear(struct plan *p) {
        free(p->changes);
        *p = (struct plan){ 0 };
}
