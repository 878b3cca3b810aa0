/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/worklist.h"
#include "model/plan/rank.h"

#include <errno.h>

static int append(struct revision *r, struct format *f) {
        if (!ARRAY_GROW(r->items, r->n))
                return -ENOMEM;
        r->items[r->n++] = (struct revised){ .format = f, .state = f->state, .new = f->new };
        f->touched = true;
        return 0;
}

static bool has_twins(const struct format *f) {
        return f->want || f->shadowed_by;
}

static struct format *next_untouched_twin(const struct revision *r, const struct format *f) {
        struct format *twin = NULL;

        while ((twin = twins_next(&r->report->twins, f, twin)))
                if (!twin->touched)
                        return twin;
        return NULL;
}

static int touch_twins(struct revision *r, const struct format *f) {
        struct format *twin;
        int e = 0;

        while (e >= 0 && (twin = next_untouched_twin(r, f)))
                e = revision_touch(r, twin);
        return e;
}

/* While what it ranks by is still known. */
static int leave(struct revision *r, struct format *f) {
        struct report *report = r->report;

        if (!has_twins(f))
                return 0;
        twins_remove(&report->twins, f);
        if (f->state == FORMAT_SHADOWED)
                return 0;
        if (f->want && order_remove(report->ranked, &report->n_ranked, f))
                sketches_remove(&report->sketches, f);
        return touch_twins(r, f);
}

int revision_touch(struct revision *r, struct format *f) {
        int e;

        if (f->touched)
                return 0;
        e = append(r, f);
        if (e < 0)
                return e;
        r->items[r->n - 1].reason = TAKE_PTR(f->reason);
        return r->everything ? 0 : leave(r, f);
}

int revision_touch_all(struct revision *r) {
        int e = 0;

        r->everything = true;
        for (size_t i = 0; i < r->report->formats.n && e >= 0; i++)
                e = revision_touch(r, r->report->formats.items[i]);
        return e;
}

int revision_remember(struct revision *r, struct format *f) {
        char *reason = NULL;
        int e;

        if (f->touched)
                return 0;
        if (f->reason && !(reason = strdup(f->reason)))
                return -ENOMEM;
        e = append(r, f);
        if (e < 0)
                free(reason);
        else
                r->items[r->n - 1].reason = reason;
        return e;
}

static int settle(struct revision *r, const struct host *host, struct format *f) {
        size_t said = f->said.n;
        int e = step_resolve(r->report, f);

        if (e >= 0)
                e = step_judge(r->report, host, f);
        r->said = r->said || said > 0 || f->said.n > 0;
        if (e < 0 || !f->want)
                return e;
        e = touch_twins(r, f);
        return e < 0 ? e : twins_add(&r->report->twins, f);
}

static int rank(struct revision *r, struct format *f) {
        struct report *report = r->report;
        struct format *best = twins_best(&report->twins, f);
        int e;

        if (best != f)
                return order_shadow(f, best);
        e = order_insert(&report->ranked, &report->n_ranked, f);
        return e < 0 ? e : sketches_add(&report->sketches, f);
}

static int settle_touched(struct revision *r, const struct host *host, const struct kernel *k) {
        int e = 0;

        /* It grows by the twins of what comes. */
        for (size_t i = 0; i < r->n && e >= 0; i++)
                e = settle(r, host, r->items[i].format);
        for (size_t i = 0; i < r->n && e >= 0; i++)
                if (r->items[i].format->want)
                        e = rank(r, r->items[i].format);
        for (size_t i = 0; i < r->n && e >= 0; i++)
                if (r->items[i].format->want)
                        e = step_place(r->report, k, r->items[i].format);
        return e;
}

static int settle_everything(struct revision *r, const struct host *host, const struct kernel *k) {
        int e = r->resolved ? 0 : step_resolve_all(r->report);

        r->said = true;
        if (e >= 0)
                e = revision_touch_all(r);
        if (e >= 0)
                e = step_judge_all(r->report, host);
        if (e >= 0)
                e = step_rank_all(r->report, k);
        for (size_t i = 0; i < r->report->n_ranked && e >= 0; i++)
                e = sketches_add(&r->report->sketches, r->report->ranked[i]);
        return e;
}

int revision_settle(struct revision *r, const struct host *host, const struct kernel *k) {
        return (r->everything ? settle_everything : settle_touched)(r, host, k);
}

int revision_formats(const struct revision *r, struct format ***ret) {
        struct format **formats = NULL;

        if (!r->everything) {
                formats = calloc(r->n + 1, sizeof *formats);
                if (!formats)
                        return -ENOMEM;
                for (size_t i = 0; i < r->n; i++)
                        formats[i] = r->items[i].format;
        }
        *ret = formats;
        return 0;
}

bool revised_differs(const struct revised *item) {
        const struct format *f = item->format;
        bool gone = !f->definition && !f->have;

        if (item->new || gone)
                return item->new != gone;
        return f->state != item->state || !streq_ptr(f->reason, item->reason);
}

void revision_clear(struct revision *r) {
        for (size_t i = 0; i < r->n; i++)
                free(r->items[i].reason);
        free(r->items);
        *r = (struct revision){ .report = r->report };
}
