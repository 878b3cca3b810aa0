/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats by what they match: of those with the same pattern only the best-ranked one is registered, and the
 * others have to be found when it comes or goes. Holds formats that the machine could run, registered or
 * shadowed; owns none of them. Initialise with { 0 }. */

#include "model/format/format.h"

struct pattern_index {
        struct format **buckets; /* chains by format->plan.next_of_pattern */
        size_t size;             /* a power of two, or 0 */
        size_t n;
};

/* f has a definition with a pattern, and keeps it for as long as it is held. 0 or -ENOMEM. */
int pattern_index_add(struct pattern_index *t, struct format *f);

/* Nothing happens if it is not held. */
void pattern_index_remove(struct pattern_index *t, struct format *f);

/* The next one of the same pattern as f, which is not f, behind `after` (NULL: from the beginning); NULL at
 * the end. f itself need not be held. */
struct format *pattern_index_next(const struct pattern_index *t, const struct format *f,
                                  const struct format *after);

/* The best-ranked of f and all of its twins. */
struct format *pattern_index_best(const struct pattern_index *t, struct format *f);

/* Holds nothing any more; for _cleanup_(pattern_index_clear). */
void pattern_index_clear(struct pattern_index *t);
