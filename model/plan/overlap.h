/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Index of ranked formats by the first bytes that their patterns ask for; finds those that may overlap with
 * a given one. Its keys lie close together in memory, so nearly all others are told without a look at the
 * formats themselves. Holds formats that are ranked; owns none of them. Initialise with { 0 }. */

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

/* f has a `want`, whose pattern stays for as long as f is held. 0 or -ENOMEM. */
int overlaps_add(struct overlaps *s, struct format *f);

/* f must be held. */
void overlaps_remove(struct overlaps *s, struct format *f);

/* The key under which f is held, or would be. */
struct overlap_key overlap_key_of(struct format *f);

/* The next format from index *i on whose pattern may overlap with that of the key's format, which need not
 * be held itself; NULL at the end. */
struct format *overlaps_next(const struct overlaps *s, const struct overlap_key *f, size_t *i);

/* Lets all formats go, and frees the index. */
void overlaps_clear(struct overlaps *s);
