/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/affected.h"

#include <errno.h>

struct affected {
        const struct pass *pass;
        bool *known; /* by their index among all formats: those that were found already */
        struct format **items;
        size_t n;
};

static void affected_add(struct affected *a, const struct format *f) {
        size_t i = formats_seek(&a->pass->formats, f->name);

        if (!a->known[i])
                a->items[a->n++] = a->pass->formats.items[i];
        a->known[i] = true;
}

static const struct pattern *declared_pattern(const struct format *f) {
        return f->definition ? f->definition->pattern : NULL;
}

/* Those that match the same as f does now, or did when its entry was registered. */
static void affected_add_twins(struct affected *a, const struct format *f) {
        const struct pattern *now = declared_pattern(f), *before = f->have ? f->have->pattern : NULL;
        const struct formats *all = &a->pass->formats;

        for (struct format *twin = NULL;
             now && (twin = pattern_index_next(&a->pass->pattern_index, f, twin));)
                affected_add(a, twin);
        if (!before || (now && pattern_equal(now, before)))
                return;
        for (size_t i = 0; i < all->n; i++) {
                const struct pattern *p = declared_pattern(all->items[i]);

                if (p && pattern_equal(p, before))
                        affected_add(a, all->items[i]);
        }
}

static void affected_add_dispatched(struct affected *a) {
        const struct formats *all = &a->pass->formats;

        for (size_t i = 0; i < all->n; i++)
                if (all->items[i]->have && streq_ptr(all->items[i]->have->interpreter, a->pass->dispatcher))
                        affected_add(a, all->items[i]);
}

int affected_find(const struct pass *pass, const char *const *names, struct format ***ret, size_t *ret_n) {
        const struct formats *all = &pass->formats;
        _cleanup_free_ bool *known = calloc(array_size(all->n), sizeof *known);
        _cleanup_free_ struct format **items = calloc(array_size(all->n), sizeof *items);
        struct affected a = { .pass = pass, .known = known, .items = items };

        if (!known || !items)
                return -ENOMEM;
        for (; *names; names++) {
                const struct format *f = formats_find(all, *names);

                if (f) {
                        affected_add(&a, f);
                        affected_add_twins(&a, f);
                }
        }
        affected_add_dispatched(&a);
        *ret = TAKE_PTR(items);
        *ret_n = a.n;
        return 0;
}
