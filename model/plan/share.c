/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/share.h"
#include "model/plan/decide.h"

#include <errno.h>
#include <stdio.h>

/* The sum of what all twins ask of their entry. */
struct demand {
        const struct interpreter *dispatcher;
        unsigned any, all; /* enum entry_flags that one of them, or each of them has */
        const char *extra_flags;
};

static void demand_add(struct demand *demand, const struct format *f) {
        const struct definition *d = f->definition;

        if (f->dispatcher)
                demand->dispatcher = f->dispatcher;
        if (!demand->extra_flags)
                demand->extra_flags = d->extra_flags;
        demand->any |= d->flags;
        demand->all &= d->flags;
}

static int want_dispatcher(struct format *f, const struct demand *demand) {
        unsigned flags = (demand->any & ~(unsigned) ENTRY_CREDENTIALS) | (demand->all & ENTRY_CREDENTIALS);
        struct entry *want;
        int r = entry_new(f->name, f->definition->pattern, demand->dispatcher->registered, flags,
                          demand->extra_flags, &want);

        if (r < 0)
                return r;
        want->ours = true;
        if (want->flags & ENTRY_FIX_BINARY)
                want->pin = demand->dispatcher->pin;
        entry_free(f->want);
        f->want = want;
        decide_standing(f);
        return 0;
}

static int share_entry(struct format *f, const struct format *best) {
        char *reason;

        if (asprintf(&reason, "it shares the entry of %s, which asks detectors", best->name) < 0)
                return -ENOMEM;
        free(f->reason);
        f->reason = reason;
        f->state = FORMAT_SHARED;
        return 0;
}

int share_decide(struct format *best, const struct pattern_index *pattern_index) {
        struct demand demand = { .all = ~0u };
        int r;

        demand_add(&demand, best);
        for (const struct format *twin = NULL; (twin = pattern_index_next(pattern_index, best, twin));)
                demand_add(&demand, twin);
        if (!demand.dispatcher)
                return 0;
        r = want_dispatcher(best, &demand);
        for (struct format *twin = NULL; r >= 0 && (twin = pattern_index_next(pattern_index, best, twin));)
                r = share_entry(twin, best);
        return r;
}

static int compare_turns(const void *x, const void *y) {
        const struct format *a = *(struct format *const *) x, *b = *(struct format *const *) y;
        bool asks = definition_has_detector(a->definition);

        return asks != definition_has_detector(b->definition) ? (asks ? -1 : 1) : rank_compare(a, b);
}

void share_sort(struct format **formats, size_t n) {
        if (n > 1)
                qsort(formats, n, sizeof *formats, compare_turns);
}
