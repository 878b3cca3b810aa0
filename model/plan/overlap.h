/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the patterns of many formats say of the first bytes of a file, close together in memory: nearly all
 * that cannot overlap with a given one are told by that, without a look at the formats themselves. Holds
 * what is ranked; owns none of it. Initialise with { 0 }. */

#include "model/format/format.h"

#define SKETCH_WORDS 3u /* of eight bytes, from the beginning of the file */

struct sketch {
        struct format *format;
        uint64_t magic[SKETCH_WORDS], mask[SKETCH_WORDS];
};

struct sketches {
        struct sketch *items; /* in no order */
        size_t n;
};

/* f has a want, whose pattern stays as long as it is held. 0 or -ENOMEM. */
int sketches_add(struct sketches *s, struct format *f);

/* f is held. */
void sketches_remove(struct sketches *s, struct format *f);

/* What is held of f, or would be. */
struct sketch sketch_of(struct format *f);

/* The next format from index *i on whose pattern may overlap with that of the sketched one, which need not
 * be held itself; NULL at the end. */
struct format *sketches_next(const struct sketches *s, const struct sketch *f, size_t *i);

/* Holds nothing any more. */
void sketches_clear(struct sketches *s);
