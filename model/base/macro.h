/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The few macros that every module uses: cleanup attributes, TAKE, sizes. Nothing here knows of formats. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define _cleanup_(f)         __attribute__((cleanup(f)))
#define _printf_(fmt, first) __attribute__((format(printf, fmt, first)))
#define _unused_             __attribute__((unused))

/* Defines funcp() for use with _cleanup_(): calls func() on the pointer unless it is NULL. */
#define DEFINE_CLEANUP(type, func)                                                                          \
        static inline void func##p(type *p) {                                                               \
                if (*p)                                                                                     \
                        func(*p);                                                                           \
        }                                                                                                   \
        struct cleanup_##func##_takes_a_semicolon

static inline void freep(void *p) {
        free(*(void **) p);
}

#define _cleanup_free_ _cleanup_(freep)

/* Hands the value on and leaves NULL behind, so that a cleanup attribute does not free what was given away.
 */
#define TAKE_PTR(p)                                                                                         \
        __extension__({                                                                                     \
                __typeof__(p) *_pp = &(p), _taken = *_pp;                                                   \
                *_pp = NULL;                                                                                \
                _taken;                                                                                     \
        })

#define ELEMENTSOF(a) (sizeof(a) / sizeof((a)[0]))

/* Arrays double whenever they hold a power of two, so that no capacity has to be kept. Room for n items is
 * made with array_size(n), and room for one more behind n with ARRAY_GROW(), which is false if there is no
 * memory. */
static inline size_t array_size(size_t n) {
        size_t size = 1;

        while (size < n)
                size *= 2;
        return size;
}

#define ARRAY_GROW(items, n)                                                                                \
        __extension__({                                                                                     \
                size_t _n = (n);                                                                            \
                bool _full = (_n & (_n - 1)) == 0;                                                          \
                void *_grown = _full ? reallocarray(items, _n > 0 ? 2 * _n : 1, sizeof *(items)) : (items); \
                                                                                                            \
                if (_grown)                                                                                 \
                        (items) = _grown;                                                                   \
                _grown != NULL;                                                                             \
        })

static inline bool streq(const char *a, const char *b) {
        return strcmp(a, b) == 0;
}

/* Like streq(), but either may be NULL, and two NULLs are equal. */
static inline bool streq_ptr(const char *a, const char *b) {
        return a == b || (a && b && strcmp(a, b) == 0);
}
