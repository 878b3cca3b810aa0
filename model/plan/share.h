/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Detectors: programs that decide whether a file is meant, where its first bytes do not tell enough. The
 * kernel asks nobody, so it runs our dispatcher in the interpreter's place, which matches the file again,
 * asks, and executes the interpreter of the one that is meant.
 *
 * Formats of one pattern, one of which has a detector, share one entry: that of the best-ranked. Those
 * without a detector take what no detector claims. */

#include "model/plan/rank.h"

/* `best` is the best-ranked of its twins. If one of them has a detector, the entry that `best` wants gets
 * the dispatcher for its interpreter, and the others are FORMAT_SHARED. The entry has P, O and F if one of
 * them has; C only if all of them have, as nobody's interpreter may get rights that its own definition does
 * not give it. Nothing happens where no format has a dispatcher. 0 or -ENOMEM. */
int share_decide(struct format *best, const struct pattern_index *pattern_index);

/* Sorts by what the dispatcher tries first: formats with a detector before those without, and each of the
 * two as they rank. */
void share_sort(struct format **formats, size_t n);
