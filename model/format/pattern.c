/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/pattern.h"

#include <errno.h>

#define EXTENSION_SIZE_MAX 1920u

static struct pattern *pattern_alloc(enum pattern_type type, size_t data_size) {
        struct pattern *p = malloc(sizeof *p + data_size);

        if (p)
                *p = (struct pattern){ .n_ref = 1, .type = type };
        return p;
}

int pattern_new_magic(size_t offset, const uint8_t *magic, const uint8_t *mask, size_t size,
                      struct pattern **ret) {
        struct pattern *p;

        if (size == 0 || size > PATTERN_HEADER_SIZE || offset > PATTERN_HEADER_SIZE - size)
                return -EINVAL;

        p = pattern_alloc(PATTERN_MAGIC, mask ? 2 * size : size);
        if (!p)
                return -ENOMEM;
        p->offset = (uint16_t) offset;
        p->size = (uint16_t) size;
        p->masked = mask;
        memcpy(p->data, magic, size);
        if (mask)
                memcpy(p->data + size, mask, size);

        *ret = p;
        return 0;
}

int pattern_new_extension(const char *extension, struct pattern **ret) {
        size_t size = strlen(extension);
        struct pattern *p;

        if (size == 0 || size > EXTENSION_SIZE_MAX || strchr(extension, '/'))
                return -EINVAL;

        p = pattern_alloc(PATTERN_EXTENSION, size + 1);
        if (!p)
                return -ENOMEM;
        p->size = (uint16_t) size;
        memcpy(p->data, extension, size + 1);

        *ret = p;
        return 0;
}

struct pattern *pattern_ref(struct pattern *p) {
        p->n_ref++;
        return p;
}

struct pattern *pattern_unref(struct pattern *p) {
        if (p && --p->n_ref == 0)
                free(p);
        return NULL;
}

/* A word of the file, eight bytes at `position`: the bits that the pattern fixes, and their values. Zero
 * where it fixes none, so that words of patterns with different offsets and sizes can be compared. */
struct word {
        uint64_t mask;
        uint64_t value;
};

static struct word pattern_word(const struct pattern *p, unsigned position) {
        const uint8_t *magic = pattern_magic(p), *mask = pattern_mask(p);
        unsigned first = p->offset, end = first + p->size;
        struct word w = { 0 };

        if (position >= first && position + 8 <= end) {
                w.mask = UINT64_MAX;
                memcpy(&w.value, magic + (position - first), 8);
                if (mask)
                        memcpy(&w.mask, mask + (position - first), 8);
        } else {
                unsigned from = position > first ? position : first,
                         to = position + 8 < end ? position + 8 : end;

                if (from >= to)
                        return w;
                memcpy((uint8_t *) &w.value + (from - position), magic + (from - first), to - from);
                if (mask)
                        memcpy((uint8_t *) &w.mask + (from - position), mask + (from - first), to - from);
                else
                        memset((uint8_t *) &w.mask + (from - position), 0xff, to - from);
        }
        w.value &= w.mask;
        return w;
}

bool pattern_matches(const struct pattern *p, const uint8_t header[static PATTERN_HEADER_SIZE],
                     const char *path) {
        const uint8_t *magic, *mask;

        if (p->type == PATTERN_EXTENSION) {
                const char *dot = strrchr(path, '.');

                return dot && streq(dot + 1, (const char *) p->data);
        }

        magic = pattern_magic(p);
        mask = pattern_mask(p);
        for (unsigned i = 0; i < p->size; i++)
                if ((header[p->offset + i] ^ magic[i]) & (mask ? mask[i] : 0xff))
                        return false;
        return true;
}

bool pattern_can_match(const struct pattern *p) {
        return p->type == PATTERN_MAGIC || !strchr((const char *) p->data, '.');
}

/* Returns the position at which the word at i is read. The last one is moved back to end with the range,
 * over bytes that were compared before, as a word within the pattern is read faster than a part of one. */
static unsigned word_position(unsigned i, unsigned first, unsigned end) {
        return i + 8 <= end || end - first < 8 ? i : end - 8;
}

static bool extension_equal(const struct pattern *a, const struct pattern *b) {
        return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

bool pattern_equal(const struct pattern *a, const struct pattern *b) {
        unsigned first, end;

        if (a == b)
                return true;
        if (a->type != b->type)
                return false;
        if (a->type == PATTERN_EXTENSION)
                return extension_equal(a, b);

        first = a->offset < b->offset ? a->offset : b->offset;
        end = a->offset + a->size > b->offset + b->size ? a->offset + a->size : b->offset + b->size;
        for (unsigned i = first; i < end; i += 8) {
                unsigned at = word_position(i, first, end);
                struct word v = pattern_word(a, at), w = pattern_word(b, at);

                if (v.mask != w.mask || v.value != w.value)
                        return false;
        }
        return true;
}

bool pattern_covers(const struct pattern *wider, const struct pattern *narrower) {
        unsigned end = wider->offset + wider->size;

        if (wider->type == PATTERN_EXTENSION)
                return narrower->type == PATTERN_EXTENSION && extension_equal(wider, narrower);
        if (narrower->type == PATTERN_EXTENSION)
                return pattern_bits(wider) == 0;
        for (unsigned i = wider->offset; i < end; i += 8) {
                unsigned at = word_position(i, wider->offset, end);
                struct word v = pattern_word(wider, at), w = pattern_word(narrower, at);

                if (v.mask & ~w.mask || (v.value ^ w.value) & v.mask)
                        return false;
        }
        return true;
}

static uint64_t mix_word(uint64_t hash, uint64_t word) {
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        return hash ^ (hash >> 29);
}

uint64_t pattern_hash(const struct pattern *p) {
        uint64_t hash = mix_word(p->type, 1);

        if (p->type == PATTERN_EXTENSION) {
                for (unsigned i = 0; i < p->size; i++)
                        hash = mix_word(hash, p->data[i]);
                return hash;
        }

        /* Words are cut at multiples of eight of the file, not of the magic: free bytes at either end must
         * not shift them. */
        for (unsigned i = p->offset & ~7u; i < (unsigned) p->offset + p->size; i += 8) {
                struct word w = pattern_word(p, i);

                if (w.mask)
                        hash = mix_word(mix_word(mix_word(hash, i), w.mask), w.value);
        }
        return hash;
}

static uint64_t read_word(const uint8_t *bytes) {
        uint64_t word;

        memcpy(&word, bytes, sizeof word);
        return word;
}

/* Do eight bytes of both allow the same file? The masks may be NULL. */
static bool words_agree(const uint8_t *a, const uint8_t *b, const uint8_t *a_mask, const uint8_t *b_mask) {
        uint64_t mask = a_mask ? read_word(a_mask) : UINT64_MAX;

        if (b_mask)
                mask &= read_word(b_mask);
        return ((read_word(a) ^ read_word(b)) & mask) == 0;
}

/* A plan asks this for each pair of formats that may stand the wrong way round: thousands of times for one
 * change, where there are thousands of formats. */
static bool magic_overlaps(const struct pattern *a, const struct pattern *b) {
        unsigned first = a->offset > b->offset ? a->offset : b->offset;
        unsigned a_end = a->offset + a->size, b_end = b->offset + b->size,
                 end = a_end < b_end ? a_end : b_end;
        const uint8_t *x, *y, *x_mask, *y_mask;
        unsigned n, i = 0;

        if (first >= end)
                return true;
        n = end - first;
        x = pattern_magic(a) + (first - a->offset);
        y = pattern_magic(b) + (first - b->offset);
        x_mask = a->masked ? x + a->size : NULL;
        y_mask = b->masked ? y + b->size : NULL;
        for (; i + 8 <= n; i += 8)
                if (!words_agree(x + i, y + i, x_mask ? x_mask + i : NULL, y_mask ? y_mask + i : NULL))
                        return false;
        for (; i < n; i++)
                if ((x[i] ^ y[i]) & (x_mask ? x_mask[i] : 0xff) & (y_mask ? y_mask[i] : 0xff))
                        return false;
        return true;
}

bool pattern_overlaps(const struct pattern *a, const struct pattern *b) {
        if (a->type == PATTERN_MAGIC && b->type == PATTERN_MAGIC)
                return magic_overlaps(a, b);
        if (!pattern_can_match(a) || !pattern_can_match(b))
                return false;
        return a->type != b->type || extension_equal(a, b);
}

unsigned pattern_bits(const struct pattern *p) {
        const uint8_t *mask = pattern_mask(p);
        unsigned bits = 0;

        if (!mask)
                return p->size * 8u;
        for (unsigned i = 0; i < p->size; i++)
                bits += (unsigned) __builtin_popcount(mask[i]);
        return bits;
}
