/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* "Did you mean": the nearest of some words, by edit distance (transpositions count one, case ignored). */

#include "model/base/macro.h"

/* The nearest candidate that is near enough to be meant (at most a third of the longer word's letters
 * differ), or NULL. Equal words are not a suggestion. NULL entries among the candidates are skipped. The
 * result is borrowed. */
const char *similar_word(const char *word, const char *const *candidates, size_t n);
