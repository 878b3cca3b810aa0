/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ranking. Counting a pattern's bits costs more than comparing two numbers, so a sort counts once for
 * each format and not once for each comparison. */

#include "model/plan/rank.h"

#include <errno.h>
#include <stdio.h>

struct rank {
        struct format *format;
        const char *name;
        int priority;
        enum pattern_type type;
        unsigned bits;
};

static struct rank rank_of(struct format *f) {
        const struct definition *d = f->definition;

        return (struct rank){
                .format = f,
                .name = f->name,
                .priority = d->priority,
                .type = d->pattern->type,
                .bits = pattern_bits(d->pattern),
        };
}

static int rank_compare(const void *x, const void *y) {
        const struct rank *a = x, *b = y;

        if (a->priority != b->priority)
                return a->priority > b->priority ? -1 : 1;
        if (a->type != b->type)
                return a->type == PATTERN_MAGIC ? -1 : 1;
        if (a->bits != b->bits)
                return a->bits > b->bits ? -1 : 1;
        return strcmp(a->name, b->name);
}

int order_compare(const struct format *a, const struct format *b) {
        struct rank x = rank_of((struct format *) a), y = rank_of((struct format *) b);

        return rank_compare(&x, &y);
}

static int compare_formats(const void *a, const void *b) {
        return order_compare(*(struct format *const *) a, *(struct format *const *) b);
}

void order_sort(struct format **formats, size_t n) {
        _cleanup_free_ struct rank *ranks = calloc(n, sizeof *ranks);

        if (n < 2)
                return;
        if (!ranks) {
                qsort(formats, n, sizeof *formats, compare_formats);
                return;
        }
        for (size_t i = 0; i < n; i++)
                ranks[i] = rank_of(formats[i]);
        qsort(ranks, n, sizeof *ranks, rank_compare);
        for (size_t i = 0; i < n; i++)
                formats[i] = ranks[i].format;
}

size_t order_seek(struct format *const *formats, size_t n, const struct format *f) {
        struct rank rank = rank_of((struct format *) f);
        size_t low = 0;

        while (low < n) {
                size_t middle = low + (n - low) / 2;
                struct rank other = rank_of(formats[middle]);

                if (rank_compare(&other, &rank) < 0)
                        low = middle + 1;
                else
                        n = middle;
        }
        return low;
}

int order_insert(struct format ***formats, size_t *n, struct format *f) {
        size_t i = order_seek(*formats, *n, f);

        if (!ARRAY_GROW(*formats, *n))
                return -ENOMEM;
        memmove(*formats + i + 1, *formats + i, ((*n)++ - i) * sizeof **formats);
        (*formats)[i] = f;
        return 0;
}

bool order_remove(struct format **formats, size_t *n, const struct format *f) {
        size_t i = order_seek(formats, *n, f);

        if (i >= *n || formats[i] != f)
                return false;
        memmove(formats + i, formats + i + 1, (--*n - i) * sizeof *formats);
        return true;
}

const struct format *order_best_match(const struct formats *formats,
                                      const uint8_t header[static PATTERN_HEADER_SIZE], const char *path) {
        const struct format *best = NULL;

        for (size_t i = 0; i < formats->n; i++) {
                const struct format *f = formats->items[i];

                if (f->definition && f->definition->pattern &&
                    pattern_matches(f->definition->pattern, header, path) &&
                    (!best || order_compare(f, best) < 0))
                        best = f;
        }
        return best;
}

int order_shadow(struct format *f, const struct format *by) {
        char *reason;

        if (asprintf(&reason, "%s has the same pattern and ranks above it", by->name) < 0)
                return -ENOMEM;
        free(f->reason);
        f->reason = reason;
        f->state = FORMAT_SHADOWED;
        f->shadowed_by = by;
        f->want = entry_free(f->want);
        return 0;
}

/* What is looked at came in the order of rank, so that the first of each pattern is its best. */
static const struct format *first_twin(const struct twins *twins, const struct format *f) {
        struct format *twin = twins_next(twins, f, NULL);

        return twin && twin->shadowed_by ? twin->shadowed_by : twin;
}

int order_drop_shadowed(struct format **formats, size_t *n, struct twins *twins) {
        size_t kept = 0;

        for (size_t i = 0; i < *n; i++) {
                struct format *f = formats[i];
                const struct format *better = first_twin(twins, f);
                int r = better ? order_shadow(f, better) : 0;

                if (r >= 0)
                        r = twins_add(twins, f);
                if (r < 0)
                        return r;
                if (!better)
                        formats[kept++] = f;
        }
        *n = kept;
        return 0;
}
