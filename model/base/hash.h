/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A hash table whose links stand inside the things that it holds; it owns none of them. Zeroes are an empty
 * table. */

#include "model/base/macro.h"

struct hash_node {
        struct hash_node *next, **link; /* `link` points at what points here */
        uint64_t hash;
};

struct hash {
        struct hash_node **buckets;
        size_t n, size;
};

/* Hashes a string; `seed` is any number, such as the hash of what stands before it. */
uint64_t hash_string(uint64_t seed, const char *s);

/* Adds a node that is in no table yet. 0 or -ENOMEM. */
int hash_add(struct hash *h, struct hash_node *node, uint64_t hash);

void hash_remove(struct hash *h, struct hash_node *node);

/* The first node with that hash, and the next one; NULL at the end. The caller compares what they stand for,
 * as different things may have the same hash. */
struct hash_node *hash_first(const struct hash *h, uint64_t hash);
struct hash_node *hash_next(const struct hash_node *node);

/* Frees the table, not what it held. */
void hash_clear(struct hash *h);
