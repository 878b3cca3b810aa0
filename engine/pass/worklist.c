/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/worklist.h"
#include "model/plan/rank.h"

#include <errno.h>

static int append(struct worklist *r, struct format *f) {
        if (!ARRAY_GROW(r->items, r->n))
                return -ENOMEM;
        r->items[r->n++] =
                        (struct worklist_item){ .format = f, .state = f->state, .is_new = f->keeper.is_new };
        f->keeper.dirty = true;
        return 0;
}

static bool has_twins(const struct format *f) {
        return f->want || f->shadowed_by;
}

static struct format *next_untouched_twin(const struct worklist *r, const struct format *f) {
        struct format *twin = NULL;

        while ((twin = pattern_index_next(&r->pass->pattern_index, f, twin)))
                if (!twin->keeper.dirty)
                        return twin;
        return NULL;
}

static int touch_twins(struct worklist *r, const struct format *f) {
        struct format *twin;
        int e = 0;

        while (e >= 0 && (twin = next_untouched_twin(r, f)))
                e = worklist_add(r, twin);
        return e;
}

/* While what it ranks by is still known. */
static int leave(struct worklist *r, struct format *f) {
        struct pass *pass = r->pass;

        if (!has_twins(f))
                return 0;
        pattern_index_remove(&pass->pattern_index, f);
        if (f->state == FORMAT_SHADOWED)
                return 0;
        if (f->want && rank_remove(pass->ranked, &pass->n_ranked, f))
                overlaps_remove(&pass->overlaps, f);
        return touch_twins(r, f);
}

int worklist_add(struct worklist *r, struct format *f) {
        int e;

        if (f->keeper.dirty)
                return 0;
        e = append(r, f);
        if (e < 0)
                return e;
        r->items[r->n - 1].reason = TAKE_PTR(f->reason);
        return r->everything ? 0 : leave(r, f);
}

int worklist_add_all(struct worklist *r) {
        int e = 0;

        r->everything = true;
        for (size_t i = 0; i < r->pass->formats.n && e >= 0; i++)
                e = worklist_add(r, r->pass->formats.items[i]);
        return e;
}

int worklist_remember(struct worklist *r, struct format *f) {
        char *reason = NULL;
        int e;

        if (f->keeper.dirty)
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

static int settle(struct worklist *r, const struct host *host, struct format *f) {
        size_t said = f->said.n;
        int e = pass_resolve(r->pass, f);

        if (e >= 0)
                e = pass_decide(r->pass, host, f);
        r->said = r->said || said > 0 || f->said.n > 0;
        if (e < 0 || !f->want)
                return e;
        e = touch_twins(r, f);
        return e < 0 ? e : pattern_index_add(&r->pass->pattern_index, f);
}

static int rank(struct worklist *r, struct format *f) {
        struct pass *pass = r->pass;
        struct format *best = pattern_index_best(&pass->pattern_index, f);
        int e;

        if (best != f)
                return rank_shadow(f, best);
        e = rank_insert(&pass->ranked, &pass->n_ranked, f);
        return e < 0 ? e : overlaps_add(&pass->overlaps, f);
}

static int settle_touched(struct worklist *r, const struct host *host, const struct table *k) {
        int e = 0;

        /* It grows by the twins of what comes. */
        for (size_t i = 0; i < r->n && e >= 0; i++)
                e = settle(r, host, r->items[i].format);
        for (size_t i = 0; i < r->n && e >= 0; i++)
                if (r->items[i].format->want)
                        e = rank(r, r->items[i].format);
        for (size_t i = 0; i < r->n && e >= 0; i++)
                if (r->items[i].format->want)
                        e = pass_confirm(r->pass, k, r->items[i].format);
        return e;
}

static int settle_everything(struct worklist *r, const struct host *host, const struct table *k) {
        int e = r->resolved ? 0 : pass_resolve_all(r->pass);

        r->said = true;
        if (e >= 0)
                e = worklist_add_all(r);
        if (e >= 0)
                e = pass_decide_all(r->pass, host);
        if (e >= 0)
                e = pass_rank_all(r->pass, k);
        for (size_t i = 0; i < r->pass->n_ranked && e >= 0; i++)
                e = overlaps_add(&r->pass->overlaps, r->pass->ranked[i]);
        return e;
}

int worklist_settle(struct worklist *r, const struct host *host, const struct table *k) {
        return (r->everything ? settle_everything : settle_touched)(r, host, k);
}

int worklist_formats(const struct worklist *r, struct format ***ret) {
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

bool worklist_item_differs(const struct worklist_item *item) {
        const struct format *f = item->format;
        bool gone = !f->definition && !f->have;

        if (item->is_new || gone)
                return item->is_new != gone;
        return f->state != item->state || !streq_ptr(f->reason, item->reason);
}

void worklist_clear(struct worklist *r) {
        for (size_t i = 0; i < r->n; i++)
                free(r->items[i].reason);
        free(r->items);
        *r = (struct worklist){ .pass = r->pass };
}
