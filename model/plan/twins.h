/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats by what they match: of those with the same pattern only the best-ranked one is registered, and the
 * others have to be found when it comes or goes. Holds formats that the machine could run, registered or
 * shadowed; owns none of them. Initialise with { 0 }. */

#include "model/format/format.h"

struct twins {
        struct format **buckets; /* chains by format->next_twin */
        size_t size;             /* a power of two, or 0 */
        size_t n;
};

/* f has a definition with a pattern, and keeps it for as long as it is held. 0 or -ENOMEM. */
int twins_add(struct twins *t, struct format *f);

/* Nothing happens if it is not held. */
void twins_remove(struct twins *t, struct format *f);

/* The next one of the same pattern as f, which is not f, behind `after` (NULL: from the beginning); NULL at
 * the end. f itself need not be held. */
struct format *twins_next(const struct twins *t, const struct format *f, const struct format *after);

/* The best-ranked of f and all of its twins. */
struct format *twins_best(const struct twins *t, struct format *f);

/* Holds nothing any more; for _cleanup_(twins_clear). */
void twins_clear(struct twins *t);
