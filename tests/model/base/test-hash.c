/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/hash.h"
#include "tests/test.h"

#define ITEMS 1000u

struct item {
        struct hash_node node;
        bool in;
};

/* Few different hashes, so that many nodes share one. */
static uint64_t hash_of(size_t i) {
        return i % 37 * UINT64_C(0x9e3779b97f4a7c15);
}

static bool finds(const struct hash *h, const struct item *item, uint64_t hash) {
        for (struct hash_node *n = hash_first(h, hash); n; n = hash_next(n))
                if (n == &item->node)
                        return true;
        return false;
}

START_TEST(what_was_put_in_is_found_until_it_is_taken_out)
{
        uint64_t seed = test_seed(), random = seed;
        struct item *items = calloc(ITEMS, sizeof *items);
        struct hash h = { 0 };
        size_t n = 0;

        for (size_t round = test_rounds(20000); round > 0; round--) {
                size_t i = test_below(&random, ITEMS);

                if (items[i].in)
                        hash_remove(&h, &items[i].node);
                else
                        assert_ok(hash_add(&h, &items[i].node, hash_of(i)));
                items[i].in = !items[i].in;
                n += items[i].in ? 1 : (size_t) -1;
                ck_assert_uint_eq(h.n, n);
                i = test_below(&random, ITEMS);
                ck_assert_msg(finds(&h, &items[i], hash_of(i)) == items[i].in, "seed %#llx",
                              (unsigned long long) seed);
        }
        hash_clear(&h);
        free(items);
}
END_TEST

START_TEST(strings_differ_by_text_and_seed)
{
        ck_assert_uint_eq(hash_string(1, "a"), hash_string(1, "a"));
        ck_assert_uint_ne(hash_string(1, "a"), hash_string(2, "a"));
        ck_assert_uint_ne(hash_string(1, "a"), hash_string(1, "b"));
        ck_assert_uint_ne(hash_string(1, "ab"), hash_string(1, "ba"));
}
END_TEST

TEST_MAIN("hash", what_was_put_in_is_found_until_it_is_taken_out, strings_differ_by_text_and_seed)
