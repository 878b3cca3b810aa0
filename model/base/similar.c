/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/similar.h"
#include "model/base/text.h"

/* No name is longer, and of longer words nobody mistypes a third. */
#define WORD_MAX 255u

static unsigned smaller_of(unsigned a, unsigned b) {
        return a < b ? a : b;
}

/* The distance of Damerau and Levenshtein, restricted: no letter takes part in two edits. Both words are at
 * most WORD_MAX long. */
static unsigned edit_distance(const char *a, size_t n_a, const char *b, size_t n_b) {
        unsigned rows[3][WORD_MAX + 1];

        for (size_t j = 0; j <= n_b; j++)
                rows[0][j] = (unsigned) j;
        for (size_t i = 1; i <= n_a; i++) {
                unsigned *row = rows[i % 3], *above = rows[(i - 1) % 3], *two_above = rows[(i + 1) % 3];

                row[0] = (unsigned) i;
                for (size_t j = 1; j <= n_b; j++) {
                        char x = ascii_lower(a[i - 1]), y = ascii_lower(b[j - 1]);

                        row[j] = above[j - 1] + (x != y);
                        row[j] = smaller_of(row[j], smaller_of(above[j], row[j - 1]) + 1);
                        if (i > 1 && j > 1 && x == ascii_lower(b[j - 2]) && y == ascii_lower(a[i - 2]))
                                row[j] = smaller_of(row[j], two_above[j - 2] + 1);
                }
        }
        return rows[n_a % 3][n_b];
}

const char *similar_word(const char *word, const char *const *candidates, size_t n) {
        size_t n_word = strlen(word);
        unsigned best_distance = 0;
        const char *best = NULL;

        if (n_word > WORD_MAX)
                return NULL;
        for (size_t i = 0; i < n; i++) {
                const char *c = candidates[i];
                size_t n_c = c ? strlen(c) : 0;
                unsigned d;

                if (!c || n_c > WORD_MAX || streq(c, word))
                        continue;
                d = edit_distance(word, n_word, c, n_c);
                if (3 * (size_t) d > (n_word > n_c ? n_word : n_c))
                        continue;
                if (!best || d < best_distance) {
                        best = c;
                        best_distance = d;
                }
        }
        return best;
}
