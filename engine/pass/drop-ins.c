/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/drop-ins.h"
#include "model/base/search.h"

#include <errno.h>

struct drop_in *drop_in_free(struct drop_in *d) {
        if (!d)
                return NULL;
        free(d->name);
        diagnostics_clear(&d->said);
        free(d);
        return NULL;
}

/* Moves the tail of a list to an empty one. */
static int take_diagnostics(struct diagnostics *from, size_t first, struct diagnostics *ret) {
        size_t n = from->n - first;
        struct diagnostic *items;

        if (n == 0)
                return 0;
        items = reallocarray(NULL, n, sizeof *items);
        if (!items)
                return -ENOMEM;
        memcpy(items, from->items + first, n * sizeof *items);
        *ret = (struct diagnostics){ items, n };
        from->n = first;
        return 0;
}

/* Links the tail of a list by definition->next, and returns its first; NULL if there is none. */
static struct definition *chain_definitions(struct definition *const *list, size_t from, size_t n) {
        for (size_t i = from; i < n; i++)
                list[i]->next = i + 1 < n ? list[i + 1] : NULL;
        return from < n ? list[from] : NULL;
}

int drop_in_new(const struct source_reading *reading, const struct source_sink *sink, struct drop_in **ret) {
        const struct catalog *c = sink->catalog;
        struct definition *first =
                        reading->override ? chain_definitions(c->overrides, reading->from.n_overrides,
                                                              c->n_overrides)
                                          : chain_definitions(c->definitions, reading->from.n, c->n);
        _cleanup_(drop_in_freep) struct drop_in *d = NULL;
        int r;

        if (!first && !reading->incomplete && sink->diagnostics->n == reading->from.n_diagnostics) {
                *ret = NULL;
                return 0;
        }
        d = calloc(1, sizeof *d);
        if (!d || !(d->name = strdup(reading->name)))
                return -ENOMEM;
        d->family = reading->family;
        d->override = reading->override;
        d->incomplete = reading->incomplete;
        d->first = first;
        r = take_diagnostics(sink->diagnostics, reading->from.n_diagnostics, &d->said);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(d);
        return 0;
}

static int drop_in_compare(const struct drop_in *d, unsigned family, const char *name) {
        return d->family != family ? (d->family > family) - (d->family < family) : strcmp(d->name, name);
}

/* The first index that does not stand before it. Whole directories come in order. */
static size_t drop_ins_seek(const struct drop_ins *all, unsigned family, const char *name) {
        if (all->n > 0 && drop_in_compare(all->items[all->n - 1], family, name) < 0)
                return all->n;
        return LOWER_BOUND(i, all->n, drop_in_compare(all->items[i], family, name) < 0);
}

int drop_ins_add(struct drop_ins *all, struct drop_in *d) {
        size_t i = drop_ins_seek(all, d->family, d->name);

        if (!ARRAY_GROW(all->items, all->n)) {
                drop_in_free(d);
                return -ENOMEM;
        }
        memmove(all->items + i + 1, all->items + i, (all->n++ - i) * sizeof *all->items);
        all->items[i] = d;
        all->n_incomplete += d->incomplete;
        return 0;
}

struct drop_in *drop_ins_take(struct drop_ins *all, unsigned family, const char *name) {
        size_t i = drop_ins_seek(all, family, name);
        struct drop_in *found;

        if (i == all->n || drop_in_compare(all->items[i], family, name) != 0)
                return NULL;
        found = all->items[i];
        memmove(all->items + i, all->items + i + 1, (--all->n - i) * sizeof *all->items);
        all->n_incomplete -= found->incomplete;
        return found;
}

void drop_ins_clear(struct drop_ins *all) {
        for (size_t i = 0; i < all->n; i++)
                drop_in_free(all->items[i]);
        free(all->items);
        *all = (struct drop_ins){ 0 };
}
