/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/overlap.h"

#include <errno.h>

struct sketch sketch_of(struct format *f) {
        const struct pattern *p = f->want->pattern;
        struct sketch s = { .format = f };

        if (p->type != PATTERN_MAGIC)
                return s;
        for (size_t i = p->offset; i < (size_t) p->offset + p->size && i < 8u * SKETCH_WORDS; i++) {
                uint8_t mask = p->masked ? pattern_mask(p)[i - p->offset] : 0xff;
                unsigned shift = 8u * (i % 8u);

                s.mask[i / 8u] |= (uint64_t) mask << shift;
                s.magic[i / 8u] |= (uint64_t) (pattern_magic(p)[i - p->offset] & mask) << shift;
        }
        return s;
}

int sketches_add(struct sketches *s, struct format *f) {
        if (!ARRAY_GROW(s->items, s->n))
                return -ENOMEM;
        f->sketch = (uint32_t) s->n;
        s->items[s->n++] = sketch_of(f);
        return 0;
}

void sketches_remove(struct sketches *s, struct format *f) {
        struct sketch *last = &s->items[--s->n];

        last->format->sketch = f->sketch;
        s->items[f->sketch] = *last;
}

static bool may_overlap(const struct sketch *a, const struct sketch *b) {
        uint64_t differ = 0;

        for (size_t i = 0; i < SKETCH_WORDS; i++)
                differ |= (a->magic[i] ^ b->magic[i]) & a->mask[i] & b->mask[i];
        return differ == 0;
}

struct format *sketches_next(const struct sketches *s, const struct sketch *f, size_t *i) {
        while (*i < s->n) {
                const struct sketch *other = &s->items[(*i)++];

                if (may_overlap(f, other) && other->format != f->format)
                        return other->format;
        }
        return NULL;
}

void sketches_clear(struct sketches *s) {
        free(s->items);
        *s = (struct sketches){ 0 };
}
