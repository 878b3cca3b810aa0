/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/search.h"
#include "tests/test.h"

START_TEST(the_lower_bound_is_that_of_a_walk)
{
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(2000); round++) {
                size_t n = test_below(&state, 40), value = 0, key, walked = 0, items[40];

                for (size_t i = 0; i < n; i++)
                        items[i] = value += test_below(&state, 3);
                key = test_below(&state, value + 2);
                while (walked < n && items[walked] < key)
                        walked++;
                ck_assert_msg(LOWER_BOUND(i, n, items[i] < key) == walked, "seed %#llx",
                              (unsigned long long) seed);
        }
}
END_TEST

START_TEST(the_bounds_of_what_holds_everywhere_and_nowhere)
{
        for (size_t n = 0; n < 20; n++) {
                ck_assert_uint_eq(LOWER_BOUND(i, n, i < n), n);
                ck_assert_uint_eq(LOWER_BOUND(i, n, i > n), 0);
        }
}
END_TEST

START_TEST(few_are_looked_at)
{
        unsigned n_looks = 0;

        ck_assert_uint_eq(LOWER_BOUND(i, 1 << 20, (n_looks++, i < 777)), 777);
        ck_assert_uint_le(n_looks, 21);
}
END_TEST

TEST_MAIN("search", the_lower_bound_is_that_of_a_walk, the_bounds_of_what_holds_everywhere_and_nowhere,
          few_are_looked_at)
