/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/rank.h"
#include "tests/test.h"

#include <inttypes.h>

#define N 80u

/* Few patterns, of which some match the same though they are written otherwise. */
static struct pattern *random_pattern(uint64_t *state) {
        static const uint8_t mask[] = { 0xff, 0xff, 0x00 };
        uint8_t magic[] = { 'a', (uint8_t) ('a' + test_below(state, 12)), (uint8_t) test_random(state) };
        struct pattern *p;

        if (test_below(state, 2))
                assert_ok(pattern_new_magic(0, magic, mask, 3, &p));
        else
                assert_ok(pattern_new_magic(0, magic, NULL, 2, &p));
        return p;
}

static struct format *random_format(uint64_t *state, size_t i) {
        char name[24];
        struct format *f;

        snprintf(name, sizeof name, "f%zu", i);
        f = format_new(name);
        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f", 1 }, &f->definition));
        f->definition->pattern = random_pattern(state);
        f->definition->priority = (int) test_below(state, 3);
        return f;
}

static bool are_twins(const struct format *a, const struct format *b) {
        return a != b && pattern_equal(a->definition->pattern, b->definition->pattern);
}

static void check(const struct pattern_index *t, struct format *const *all, const bool *held,
                  struct format *f, uint64_t seed) {
        struct format *best = f;
        size_t expected = 0, found = 0;

        for (size_t i = 0; i < N; i++)
                if (held[i] && are_twins(all[i], f)) {
                        expected++;
                        if (rank_compare(all[i], best) < 0)
                                best = all[i];
                }
        for (struct format *other = NULL; (other = pattern_index_next(t, f, other)); found++)
                ck_assert_msg(are_twins(other, f), "seed %" PRIu64, seed);
        ck_assert_msg(found == expected, "%zu instead of %zu (seed %" PRIu64 ")", found, expected, seed);
        ck_assert_msg(pattern_index_best(t, f) == best, "seed %" PRIu64, seed);
}

START_TEST(twins_are_those_that_are_held_and_match_the_same)
{
        uint64_t seed = test_seed(), state = seed;
        _cleanup_(pattern_index_clear) struct pattern_index t = { 0 };
        struct format *all[N];
        bool held[N] = { 0 };
        size_t n = 0;

        for (size_t i = 0; i < N; i++)
                all[i] = random_format(&state, i);
        for (size_t round = 0; round < test_rounds(4000); round++) {
                size_t i = test_below(&state, N);

                if (held[i]) {
                        pattern_index_remove(&t, all[i]);
                        n--;
                } else {
                        assert_ok(pattern_index_add(&t, all[i]));
                        n++;
                }
                held[i] = !held[i];
                ck_assert_uint_eq(t.n, n);
                check(&t, all, held, all[test_below(&state, N)], seed);
        }
        for (size_t i = 0; i < N; i++) {
                definition_free(all[i]->definition);
                format_free(all[i]);
        }
}
END_TEST

START_TEST(nobody_has_a_twin_where_nobody_is)
{
        uint64_t state = 1;
        struct pattern_index t = { 0 };
        struct format *f = random_format(&state, 0);

        ck_assert_ptr_null(pattern_index_next(&t, f, NULL));
        ck_assert_ptr_eq(pattern_index_best(&t, f), f);
        pattern_index_remove(&t, f);
        assert_ok(pattern_index_add(&t, f));
        ck_assert_ptr_null(pattern_index_next(&t, f, NULL));
        pattern_index_clear(&t);
        ck_assert_uint_eq(t.n, 0);
        ck_assert_ptr_null(pattern_index_next(&t, f, NULL));
        definition_free(f->definition);
        format_free(f);
}
END_TEST

TEST_MAIN("twins", twins_are_those_that_are_held_and_match_the_same, nobody_has_a_twin_where_nobody_is)
