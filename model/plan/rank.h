/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The ranking: which of two formats wins where both match. The kernel takes the newest entry; we rank by
 * Priority, then magic before extension, then the number of bits that the pattern fixes, then name. Of
 * formats with the same pattern, which are called twins, only the best-ranked one is registered. */

#include "model/format/format.h"

/* Negative if a ranks above b (wins over it), positive if below; 0 only for one and the same name. Both have
 * a definition with a pattern. */
int rank_compare(const struct format *a, const struct format *b);

/* Sorts the array so that the best-ranked stands first. */
void rank_sort(struct format **formats, size_t n);

/* In a sorted array: the first index that does not rank above f; where f stands, if it does. */
size_t rank_seek(struct format *const *formats, size_t n, const struct format *f);

/* Inserts f where it belongs into a sorted array of array_size(*n) items. 0 or -ENOMEM. */
int rank_insert(struct format ***formats, size_t *n, struct format *f);

/* Takes f out of a sorted array; false if it is not there. */
bool rank_remove(struct format **formats, size_t *n, const struct format *f);

/* The best-ranked of the formats whose declared pattern matches such a file; NULL: none does. */
const struct format *rank_best_match(const struct formats *formats,
                                     const uint8_t header[static PATTERN_HEADER_SIZE], const char *path);

/* f is not to be registered, as `by` has the same pattern: sets FORMAT_SHADOWED with reason and shadowed_by,
 * and frees `want`. 0 or -ENOMEM. */
int rank_shadow(struct format *f, const struct format *by);

/* Index of formats by pattern; finds the next candidate when the registered one goes. Holds formats that the
 * machine could run, registered or shadowed; owns none of them. Initialise with { 0 }. */
struct pattern_index {
        struct format **buckets; /* chains by format->plan.next_of_pattern */
        size_t size;             /* of buckets; a power of two, so that a hash needs only a mask, or 0 */
        size_t n;
};

/* f has a definition with a pattern, and keeps it for as long as it is held. 0 or -ENOMEM. */
int pattern_index_add(struct pattern_index *t, struct format *f);

/* Nothing happens if f is not held. */
void pattern_index_remove(struct pattern_index *t, struct format *f);

/* The next one of the same pattern as f, which is not f, behind `after` (NULL: from the beginning); NULL at
 * the end. f itself need not be held. */
struct format *pattern_index_next(const struct pattern_index *t, const struct format *f,
                                  const struct format *after);

/* The best-ranked of f and all of its twins. */
struct format *pattern_index_best(const struct pattern_index *t, struct format *f);

/* Lets all formats go, and frees the index; for _cleanup_(pattern_index_clear). */
void pattern_index_clear(struct pattern_index *t);

/* Shadows, and drops from a sorted array, all formats whose pattern equals that of a better one. *n is what
 * remains, in order; all of them are put into `pattern_index`, which was empty. 0 or -ENOMEM. Linear: by
 * hash. */
int rank_drop_shadowed(struct format **formats, size_t *n, struct pattern_index *pattern_index);
