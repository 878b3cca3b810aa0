/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who wins where two formats match. The kernel takes the newest entry; we rank by Priority, then magic
 * before extension, then the number of bits that the pattern fixes, then name. */

#include "model/plan/twins.h"

/* Negative if a ranks above b (wins over it), positive if below; 0 only for one and the same name. Both have
 * a definition with a pattern. */
int rank_compare(const struct format *a, const struct format *b);

/* Sorts the array so that the best-ranked stands first. */
void rank_sort(struct format **formats, size_t n);

/* In a sorted array: the first index that does not rank above f; where f stands, if it does. */
size_t rank_seek(struct format *const *formats, size_t n, const struct format *f);

/* Into a sorted array of array_size(*n) items, where it belongs. 0 or -ENOMEM. */
int rank_insert(struct format ***formats, size_t *n, struct format *f);

/* Out of a sorted array; false if it is not there. */
bool rank_remove(struct format **formats, size_t *n, const struct format *f);

/* The best-ranked of the formats whose declared pattern matches such a file; NULL: none does. */
const struct format *rank_best_match(const struct formats *formats,
                                     const uint8_t header[static PATTERN_HEADER_SIZE], const char *path);

/* f is not to be registered, as `by` has the same pattern: sets FORMAT_SHADOWED with reason and shadowed_by,
 * and frees `want`. 0 or -ENOMEM. */
int rank_shadow(struct format *f, const struct format *by);

/* Of a sorted array: shadows and drops all whose pattern equals that of a better one. *n is what remains, in
 * order; all of them are put into `twins`, which was empty. 0 or -ENOMEM. Linear: by hash. */
int rank_drop_shadowed(struct format **formats, size_t *n, struct pattern_index *pattern_index);
