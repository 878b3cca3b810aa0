/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/worklist.h"
#include "model/plan/rank.h"

#include <errno.h>

static int worklist_append(struct worklist *w, struct format *f) {
        if (!ARRAY_GROW(w->items, w->n))
                return -ENOMEM;
        w->items[w->n++] =
                        (struct worklist_item){ .format = f, .state = f->state, .is_new = f->keeper.is_new };
        f->keeper.dirty = true;
        return 0;
}

/* Adding one takes it out of the index, so that the search begins anew after it. */
static int add_equal_patterns(struct worklist *w, const struct format *f) {
        struct format *other = NULL;
        int r = 0;

        while (r >= 0 && (other = pattern_index_next(&w->pass->pattern_index, f, other)))
                if (!other->keeper.dirty) {
                        r = worklist_add(w, other);
                        other = NULL;
                }
        return r;
}

static int take_out_of_ranking(struct worklist *w, struct format *f) {
        struct pass *pass = w->pass;

        if (!f->want && !f->shadowed_by)
                return 0;
        pattern_index_remove(&pass->pattern_index, f);
        /* Nobody takes the turn of one that had none. */
        if (f->state == FORMAT_SHADOWED)
                return 0;
        if (f->want && rank_remove(pass->ranked, &pass->n_ranked, f))
                overlaps_remove(&pass->overlaps, f);
        return add_equal_patterns(w, f);
}

int worklist_add(struct worklist *w, struct format *f) {
        int r;

        if (f->keeper.dirty)
                return 0;
        r = worklist_append(w, f);
        if (r < 0)
                return r;
        w->items[w->n - 1].reason = TAKE_PTR(f->reason);
        return w->everything ? 0 : take_out_of_ranking(w, f);
}

int worklist_add_all(struct worklist *w) {
        int r = 0;

        w->everything = true;
        for (size_t i = 0; i < w->pass->formats.n && r >= 0; i++)
                r = worklist_add(w, w->pass->formats.items[i]);
        return r;
}

int worklist_remember(struct worklist *w, struct format *f) {
        char *reason = NULL;
        int r;

        if (f->keeper.dirty)
                return 0;
        if (f->reason && !(reason = strdup(f->reason)))
                return -ENOMEM;
        r = worklist_append(w, f);
        if (r < 0)
                free(reason);
        else
                w->items[w->n - 1].reason = reason;
        return r;
}

static int resolve_and_decide(struct worklist *w, const struct host *host, struct format *f) {
        size_t n_before = f->said.n;
        int r = pass_resolve(w->pass, f);

        if (r >= 0)
                r = pass_decide(w->pass, host, f);
        w->diagnostics_changed = w->diagnostics_changed || n_before > 0 || f->said.n > 0;
        if (r < 0 || !f->want)
                return r;
        r = add_equal_patterns(w, f);
        return r < 0 ? r : pattern_index_add(&w->pass->pattern_index, f);
}

static int rank_or_shadow(struct worklist *w, struct format *f) {
        struct pass *pass = w->pass;
        struct format *best = pattern_index_best(&pass->pattern_index, f);
        int r;

        if (best != f)
                return rank_shadow(f, best);
        r = rank_insert(&pass->ranked, &pass->n_ranked, f);
        return r < 0 ? r : overlaps_add(&pass->overlaps, f);
}

static int decide_added(struct worklist *w, const struct host *host, const struct table *table) {
        int r = 0;

        /* The list grows meanwhile: by formats of the pattern that one of them has now. */
        for (size_t i = 0; i < w->n && r >= 0; i++)
                r = resolve_and_decide(w, host, w->items[i].format);
        for (size_t i = 0; i < w->n && r >= 0; i++)
                if (w->items[i].format->want)
                        r = rank_or_shadow(w, w->items[i].format);
        for (size_t i = 0; i < w->n && r >= 0; i++)
                if (w->items[i].format->want)
                        r = pass_confirm(w->pass, table, w->items[i].format);
        return r;
}

static int decide_everything(struct worklist *w, const struct host *host, const struct table *table) {
        int r = w->resolved ? 0 : pass_resolve_all(w->pass);

        w->diagnostics_changed = true;
        /* Resolving may have made formats. */
        if (r >= 0)
                r = worklist_add_all(w);
        if (r >= 0)
                r = pass_decide_all(w->pass, host);
        if (r >= 0)
                r = pass_rank_all(w->pass, table);
        for (size_t i = 0; i < w->pass->n_ranked && r >= 0; i++)
                r = overlaps_add(&w->pass->overlaps, w->pass->ranked[i]);
        return r;
}

int worklist_decide(struct worklist *w, const struct host *host, const struct table *table) {
        return (w->everything ? decide_everything : decide_added)(w, host, table);
}

int worklist_formats(const struct worklist *w, struct format ***ret) {
        struct format **formats = NULL;

        if (!w->everything) {
                formats = calloc(w->n + 1, sizeof *formats);
                if (!formats)
                        return -ENOMEM;
                for (size_t i = 0; i < w->n; i++)
                        formats[i] = w->items[i].format;
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

void worklist_clear(struct worklist *w) {
        for (size_t i = 0; i < w->n; i++)
                free(w->items[i].reason);
        free(w->items);
        *w = (struct worklist){ .pass = w->pass };
}
