/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the patterns of many formats say of the first bytes of a file, close together in memory: nearly all
 * that cannot overlap with a given one are told by that, without a look at the formats themselves. Holds
 * what is ranked; owns none of it. Initialise with { 0 }. */

#include "model/format/format.h"

#define OVERLAP_WORDS 3u /* of eight bytes, from the beginning of the file */

struct overlap_key {
        struct format *format;
        uint64_t magic[OVERLAP_WORDS], mask[OVERLAP_WORDS];
};

struct overlaps {
        struct overlap_key *items; /* in no order */
        size_t n;
};

/* f has a want, whose pattern stays as long as it is held. 0 or -ENOMEM. */
int overlaps_add(struct overlaps *s, struct format *f);

/* f is held. */
void overlaps_remove(struct overlaps *s, struct format *f);

/* What is held of f, or would be. */
struct overlap_key overlap_key_of(struct format *f);

/* The next format from index *i on whose pattern may overlap with that of the sketched one, which need not
 * be held itself; NULL at the end. */
struct format *overlaps_next(const struct overlaps *s, const struct overlap_key *f, size_t *i);

/* Holds nothing any more. */
void overlaps_clear(struct overlaps *s);
