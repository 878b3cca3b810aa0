/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/overlap.h"

#include <errno.h>

struct overlap_key overlap_key_of(struct format *f) {
        const struct pattern *p = f->want->pattern;
        struct overlap_key s = { .format = f };

        if (p->type != PATTERN_MAGIC)
                return s;
        for (size_t i = p->offset; i < (size_t) p->offset + p->size && i < 8u * OVERLAP_WORDS; i++) {
                uint8_t mask = p->masked ? pattern_mask(p)[i - p->offset] : 0xff;
                unsigned shift = 8u * (i % 8u);

                s.mask[i / 8u] |= (uint64_t) mask << shift;
                s.magic[i / 8u] |= (uint64_t) (pattern_magic(p)[i - p->offset] & mask) << shift;
        }
        return s;
}

int overlaps_add(struct overlaps *s, struct format *f) {
        if (!ARRAY_GROW(s->items, s->n))
                return -ENOMEM;
        f->plan.overlap_key = (uint32_t) s->n;
        s->items[s->n++] = overlap_key_of(f);
        return 0;
}

void overlaps_remove(struct overlaps *s, struct format *f) {
        struct overlap_key *last = &s->items[--s->n];

        last->format->plan.overlap_key = f->plan.overlap_key;
        s->items[f->plan.overlap_key] = *last;
}

static bool may_overlap(const struct overlap_key *a, const struct overlap_key *b) {
        uint64_t differ = 0;

        for (size_t i = 0; i < OVERLAP_WORDS; i++)
                differ |= (a->magic[i] ^ b->magic[i]) & a->mask[i] & b->mask[i];
        return differ == 0;
}

struct format *overlaps_next(const struct overlaps *s, const struct overlap_key *f, size_t *i) {
        while (*i < s->n) {
                const struct overlap_key *other = &s->items[(*i)++];

                if (may_overlap(f, other) && other->format != f->format)
                        return other->format;
        }
        return NULL;
}

void overlaps_clear(struct overlaps *s) {
        free(s->items);
        *s = (struct overlaps){ 0 };
}
