/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/hash.h"

#include <errno.h>

#define SIZE_MIN 64u /* buckets; always a power of two */

/* This is FNV-1a with a last step that spreads it over the low bits. */
uint64_t hash_string(uint64_t seed, const char *s) {
        uint64_t h = seed ^ UINT64_C(0xcbf29ce484222325);

        for (; *s; s++)
                h = (h ^ (uint8_t) *s) * UINT64_C(0x100000001b3);
        return h ^ (h >> 32);
}

static void bucket_add(struct hash *h, struct hash_node *node) {
        struct hash_node **bucket = &h->buckets[node->hash & (h->size - 1)];

        node->next = *bucket;
        node->link = bucket;
        if (*bucket)
                (*bucket)->link = &node->next;
        *bucket = node;
}

static int hash_grow(struct hash *h) {
        struct hash larger = { .n = h->n, .size = h->size > 0 ? 2 * h->size : SIZE_MIN };

        larger.buckets = calloc(larger.size, sizeof *larger.buckets);
        if (!larger.buckets)
                return -ENOMEM;
        for (size_t i = 0; i < h->size; i++)
                while (h->buckets[i]) {
                        struct hash_node *node = h->buckets[i];

                        h->buckets[i] = node->next;
                        bucket_add(&larger, node);
                }
        free(h->buckets);
        *h = larger;
        return 0;
}

int hash_add(struct hash *h, struct hash_node *node, uint64_t hash) {
        int r = h->n < h->size ? 0 : hash_grow(h);

        if (r < 0)
                return r;
        node->hash = hash;
        bucket_add(h, node);
        h->n++;
        return 0;
}

void hash_remove(struct hash *h, struct hash_node *node) {
        *node->link = node->next;
        if (node->next)
                node->next->link = node->link;
        node->next = NULL;
        node->link = NULL;
        h->n--;
}

static struct hash_node *find_in_chain(struct hash_node *node, uint64_t hash) {
        while (node && node->hash != hash)
                node = node->next;
        return node;
}

struct hash_node *hash_first(const struct hash *h, uint64_t hash) {
        return h->size > 0 ? find_in_chain(h->buckets[hash & (h->size - 1)], hash) : NULL;
}

struct hash_node *hash_next(const struct hash_node *node) {
        return find_in_chain(node->next, node->hash);
}

void hash_clear(struct hash *h) {
        free(h->buckets);
        *h = (struct hash){ 0 };
}
