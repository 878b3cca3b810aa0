/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Binary search in whatever is sorted, for the place of an item that is there or is to be inserted. */

#include "model/base/macro.h"

/* The first index below n at which `is_less` does not hold; n if there is none. `is_less` is an expression
 * over the index i, which the macro declares, and must hold at no index behind one at which it does not. It
 * is evaluated some log2(n) times:
 *
 *     size_t at = LOWER_BOUND(i, n, strcmp(list[i]->name, name) < 0);
 */
#define LOWER_BOUND(i, n, is_less)                                                                          \
        __extension__({                                                                                     \
                size_t _low = 0, _high = (n);                                                               \
                                                                                                            \
                while (_low < _high) {                                                                      \
                        const size_t i = _low + (_high - _low) / 2;                                         \
                                                                                                            \
                        if (is_less)                                                                        \
                                _low = i + 1;                                                               \
                        else                                                                                \
                                _high = i;                                                                  \
                }                                                                                           \
                _low;                                                                                       \
        })
