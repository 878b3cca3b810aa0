/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ranking. Counting a pattern's bits costs more than comparing two numbers, so a sort counts once for
 * each format and not once for each comparison. */

#include "model/plan/rank.h"
#include "model/base/search.h"

#include <errno.h>
#include <stdio.h>

#define INDEX_SIZE_MIN 16u

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

static int compare_ranks(const void *x, const void *y) {
        const struct rank *a = x, *b = y;

        if (a->priority != b->priority)
                return a->priority > b->priority ? -1 : 1;
        if (a->type != b->type)
                return a->type == PATTERN_MAGIC ? -1 : 1;
        if (a->bits != b->bits)
                return a->bits > b->bits ? -1 : 1;
        return strcmp(a->name, b->name);
}

int rank_compare(const struct format *a, const struct format *b) {
        struct rank x = rank_of((struct format *) a), y = rank_of((struct format *) b);

        return compare_ranks(&x, &y);
}

static int compare_formats(const void *a, const void *b) {
        return rank_compare(*(struct format *const *) a, *(struct format *const *) b);
}

void rank_sort(struct format **formats, size_t n) {
        _cleanup_free_ struct rank *ranks = calloc(n, sizeof *ranks);

        if (n < 2)
                return;
        if (!ranks) {
                qsort(formats, n, sizeof *formats, compare_formats);
                return;
        }
        for (size_t i = 0; i < n; i++)
                ranks[i] = rank_of(formats[i]);
        qsort(ranks, n, sizeof *ranks, compare_ranks);
        for (size_t i = 0; i < n; i++)
                formats[i] = ranks[i].format;
}

static int compare_to_rank(struct format *f, const struct rank *rank) {
        struct rank own = rank_of(f);

        return compare_ranks(&own, rank);
}

size_t rank_seek(struct format *const *formats, size_t n, const struct format *f) {
        struct rank rank = rank_of((struct format *) f);

        return LOWER_BOUND(i, n, compare_to_rank(formats[i], &rank) < 0);
}

int rank_insert(struct format ***formats, size_t *n, struct format *f) {
        size_t i = rank_seek(*formats, *n, f);

        if (!ARRAY_GROW(*formats, *n))
                return -ENOMEM;
        memmove(*formats + i + 1, *formats + i, ((*n)++ - i) * sizeof **formats);
        (*formats)[i] = f;
        return 0;
}

bool rank_remove(struct format **formats, size_t *n, const struct format *f) {
        size_t i = rank_seek(formats, *n, f);

        if (i >= *n || formats[i] != f)
                return false;
        memmove(formats + i, formats + i + 1, (--*n - i) * sizeof *formats);
        return true;
}

const struct format *rank_best_match(const struct formats *formats,
                                     const uint8_t header[static PATTERN_HEADER_SIZE], const char *path) {
        const struct format *best = NULL;

        for (size_t i = 0; i < formats->n; i++) {
                const struct format *f = formats->items[i];

                if (f->definition && f->definition->pattern &&
                    pattern_matches(f->definition->pattern, header, path) &&
                    (!best || rank_compare(f, best) < 0))
                        best = f;
        }
        return best;
}

int rank_shadow(struct format *f, const struct format *by) {
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

static const struct pattern *pattern_of(const struct format *f) {
        return f->definition->pattern;
}

static uint32_t hash_of(const struct format *f) {
        uint64_t hash = pattern_hash(pattern_of(f));

        return (uint32_t) (hash ^ hash >> 32);
}

static struct format **index_bucket(const struct pattern_index *t, uint32_t hash) {
        return &t->buckets[hash & (t->size - 1)];
}

static void index_put(struct pattern_index *t, struct format *f) {
        struct format **first = index_bucket(t, f->plan.hash);

        f->plan.next_of_pattern = *first;
        *first = f;
}

static int index_grow(struct pattern_index *t) {
        struct pattern_index larger = { .size = t->size > 0 ? 2 * t->size : INDEX_SIZE_MIN, .n = t->n };

        larger.buckets = calloc(larger.size, sizeof *larger.buckets);
        if (!larger.buckets)
                return -ENOMEM;
        for (size_t i = 0; i < t->size; i++)
                for (struct format *f = t->buckets[i], *next; f; f = next) {
                        next = f->plan.next_of_pattern;
                        index_put(&larger, f);
                }
        free(t->buckets);
        *t = larger;
        return 0;
}

int pattern_index_add(struct pattern_index *t, struct format *f) {
        int r = t->n < t->size ? 0 : index_grow(t);

        if (r < 0)
                return r;
        f->plan.hash = hash_of(f);
        index_put(t, f);
        t->n++;
        return 0;
}

void pattern_index_remove(struct pattern_index *t, struct format *f) {
        if (t->size == 0)
                return;
        for (struct format **at = index_bucket(t, f->plan.hash); *at; at = &(*at)->plan.next_of_pattern)
                if (*at == f) {
                        *at = TAKE_PTR(f->plan.next_of_pattern);
                        t->n--;
                        return;
                }
}

struct format *pattern_index_next(const struct pattern_index *t, const struct format *f,
                                  const struct format *after) {
        const struct pattern *p = pattern_of(f);
        uint32_t hash = after ? after->plan.hash : hash_of(f);

        if (t->size == 0)
                return NULL;
        for (struct format *other = after ? after->plan.next_of_pattern : *index_bucket(t, hash); other;
             other = other->plan.next_of_pattern)
                if (other != f && other->plan.hash == hash && pattern_equal(pattern_of(other), p))
                        return other;
        return NULL;
}

struct format *pattern_index_best(const struct pattern_index *t, struct format *f) {
        struct format *best = f;

        for (struct format *other = NULL; (other = pattern_index_next(t, f, other));)
                if (rank_compare(other, best) < 0)
                        best = other;
        return best;
}

void pattern_index_clear(struct pattern_index *t) {
        free(t->buckets);
        *t = (struct pattern_index){ 0 };
}

int rank_drop_shadowed(struct format **formats, size_t *n, struct pattern_index *pattern_index) {
        size_t kept = 0;

        for (size_t i = 0; i < *n; i++) {
                struct format *f = formats[i];
                const struct format *twin = pattern_index_next(pattern_index, f, NULL);
                /* Formats are added in the order of their ranks, so the first of each pattern is its best.
                 */
                const struct format *better = twin && twin->shadowed_by ? twin->shadowed_by : twin;
                int r = better ? rank_shadow(f, better) : 0;

                if (r >= 0)
                        r = pattern_index_add(pattern_index, f);
                if (r < 0)
                        return r;
                if (!better)
                        formats[kept++] = f;
        }
        *n = kept;
        return 0;
}
