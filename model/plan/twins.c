/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/twins.h"
#include "model/plan/rank.h"

#include <errno.h>

#define SIZE_MIN 16u

static const struct pattern *pattern_of(const struct format *f) {
        return f->definition->pattern;
}

static uint32_t hash_of(const struct format *f) {
        uint64_t hash = pattern_hash(pattern_of(f));

        return (uint32_t) (hash ^ hash >> 32);
}

static struct format **bucket(const struct pattern_index *t, uint32_t hash) {
        return &t->buckets[hash & (t->size - 1)];
}

static void put(struct pattern_index *t, struct format *f) {
        struct format **first = bucket(t, f->plan.hash);

        f->plan.next_of_pattern = *first;
        *first = f;
}

static int grow(struct pattern_index *t) {
        struct pattern_index larger = { .size = t->size > 0 ? 2 * t->size : SIZE_MIN, .n = t->n };

        larger.buckets = calloc(larger.size, sizeof *larger.buckets);
        if (!larger.buckets)
                return -ENOMEM;
        for (size_t i = 0; i < t->size; i++)
                for (struct format *f = t->buckets[i], *next; f; f = next) {
                        next = f->plan.next_of_pattern;
                        put(&larger, f);
                }
        free(t->buckets);
        *t = larger;
        return 0;
}

int pattern_index_add(struct pattern_index *t, struct format *f) {
        int r = t->n < t->size ? 0 : grow(t);

        if (r < 0)
                return r;
        f->plan.hash = hash_of(f);
        put(t, f);
        t->n++;
        return 0;
}

void pattern_index_remove(struct pattern_index *t, struct format *f) {
        if (t->size == 0)
                return;
        for (struct format **at = bucket(t, f->plan.hash); *at; at = &(*at)->plan.next_of_pattern)
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
        for (struct format *other = after ? after->plan.next_of_pattern : *bucket(t, hash); other;
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
