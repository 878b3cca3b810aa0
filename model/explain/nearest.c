/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/nearest.h"

#define LIKE_MIN 2u

/* Fills all of *ret but the entry; how many bytes that are not zero agree is returned. */
static unsigned compare(const struct pattern *p, const uint8_t *header, struct miss *ret) {
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);
        struct miss miss = { 0 };
        unsigned like = 0;

        for (unsigned i = 0; i < p->size; i++) {
                unsigned fixed = mask ? mask[i] : 0xffu;
                unsigned wrong = (header[p->offset + i] ^ magic[i]) & fixed;

                if (wrong) {
                        if (miss.n_bytes++ == 0)
                                miss.byte = p->offset + i;
                        miss.n_bits += (unsigned) __builtin_popcount(wrong);
                } else if (magic[i] & fixed)
                        like++;
        }
        *ret = miss;
        return like;
}

static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
}

static bool extension_is_near(const char *extension, const char *path) {
        size_t n = strlen(extension), n_path = strlen(path);

        if (n_path <= n || path[n_path - n - 1] != '.')
                return false;
        for (size_t i = 0; i < n; i++)
                if (lower(extension[i]) != lower(path[n_path - n + i]))
                        return false;
        return true;
}

static bool is_nearer(const struct miss *a, const struct miss *b) {
        if (!b->entry)
                return true;
        return a->n_bytes != b->n_bytes ? a->n_bytes < b->n_bytes : a->n_bits < b->n_bits;
}

void nearest_miss(struct entry *const *entries, size_t n, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct miss *ret) {
        struct miss best = { 0 };

        for (size_t i = 0; i < n; i++) {
                const struct pattern *p = entries[i]->pattern;
                struct miss miss = { 0 };

                if (!p || !entries[i]->enabled || pattern_matches(p, header, path))
                        continue;
                if (p->type == PATTERN_EXTENSION ? !extension_is_near((const char *) p->data, path)
                                                 : compare(p, header, &miss) < LIKE_MIN)
                        continue;
                miss.entry = entries[i];
                if (is_nearer(&miss, &best))
                        best = miss;
        }
        *ret = best;
}
