/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which of the entries that do not match a file comes nearest, and where it fails: "byte 18 is b7, and
 * qemu-riscv64 wants f3". */

#include "model/format/entry.h"

struct miss {
        const struct entry *entry; /* borrowed; NULL: none comes near */
        unsigned byte;             /* the first of the file that fails; with a magic */
        unsigned n_bytes, n_bits;  /* how many fail */
};

/* Of the switched-on entries that do not match. Near is a magic of which at least two bytes that are not
 * zero are in the file; nearest the one that fails in the fewest bytes, then bits; of equals the newest. An
 * extension is near if only upper and lower case differ, or if the path ends in it but it contains a dot:
 * that is nearer than any magic. */
void nearest_miss(struct entry *const *entries, size_t n, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct miss *ret);
