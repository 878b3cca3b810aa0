/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/rank.h"
#include "tests/test.h"

#include <inttypes.h>

#define N_TWINS 80u

static struct pattern *magic(size_t offset, const void *bytes, const void *mask, size_t n) {
        struct pattern *p;

        assert_ok(pattern_new_magic(offset, bytes, mask, n, &p));
        return p;
}

static struct pattern *extension(const char *e) {
        struct pattern *p;

        assert_ok(pattern_new_extension(e, &p));
        return p;
}

/* Takes the pattern over. */
static struct format *format(const char *name, int priority, struct pattern *p) {
        struct format *f = calloc(1, sizeof *f);

        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f", 1 }, &f->definition));
        f->name = f->definition->name;
        f->definition->priority = priority;
        f->definition->pattern = p;
        f->state = FORMAT_PENDING;
        assert_ok(entry_new(name, p, "/i", 0, NULL, &f->want));
        return f;
}

static void format_drop(struct format *f) {
        definition_free(f->definition);
        entry_free(f->want);
        free(f->reason);
        free(f);
}

static void formats_drop(struct format **f, size_t n) {
        for (size_t i = 0; i < n; i++)
                format_drop(f[i]);
}

/* Few values of everything, so that ties are frequent. */
static struct format *random_format(uint64_t *state, size_t serial) {
        char name[32];
        uint8_t bytes[2] = { (uint8_t) ('a' + test_below(state, 2)),
                             (uint8_t) ('a' + test_below(state, 2)) };
        uint8_t mask[2] = { test_below(state, 2) ? 0xff : 0x0f, 0xff };
        size_t n = 1 + test_below(state, 2);
        char text[4] = { 'x', test_below(state, 2) ? 'y' : '\0', '\0' };

        snprintf(name, sizeof name, "f%" PRIu64 "-%zu", test_random(state) % 97, serial);
        return format(name, (int) test_below(state, 3) - 1,
                      test_below(state, 4) == 0 ? extension(text)
                                                : magic(test_below(state, 2), bytes,
                                                        test_below(state, 2) ? mask : NULL, n));
}

static void random_formats(struct format **f, size_t n, uint64_t *state) {
        for (size_t i = 0; i < n; i++)
                f[i] = random_format(state, i);
}

/* Each ranks above all that follow, and for one reason only. */
START_TEST(priority_counts_before_magic_before_bits_before_name)
{
        static const uint8_t half[] = { 0xff, 0x0f };
        struct format *f[] = {
                format("z-priority", 1, extension("x")),
                format("z-longest", 0, magic(0, "MZqFpD", NULL, 6)),
                format("b", 0, magic(0, "MZ", NULL, 2)),
                format("c", 0, magic(9, "PK", NULL, 2)),
                format("a-masked", 0, magic(0, "PK", half, 2)),
                format("a-long-extension", 0, extension("abcdefgh")),
                format("a-extension", 0, extension("x")),
                format("a-last", -1, magic(0, "MZqFpDqwertz", NULL, 12)),
        };

        for (size_t i = 0; i < ELEMENTSOF(f); i++)
                for (size_t j = 0; j < ELEMENTSOF(f); j++) {
                        int c = rank_compare(f[i], f[j]);

                        ck_assert_msg(i < j   ? c < 0
                                      : i > j ? c > 0
                                              : c == 0,
                                      "%s and %s: %d", f[i]->name, f[j]->name, c);
                }
        formats_drop(f, ELEMENTSOF(f));
}
END_TEST

START_TEST(extreme_priorities_do_not_overflow)
{
        struct format *high = format("a", INT32_MAX, extension("x")),
                      *low = format("b", INT32_MIN, extension("x"));

        ck_assert_int_lt(rank_compare(high, low), 0);
        ck_assert_int_gt(rank_compare(low, high), 0);
        format_drop(high);
        format_drop(low);
}
END_TEST

START_TEST(the_ranking_is_a_strict_total_order)
{
        uint64_t seed = test_seed(), state = seed;
        struct format *f[24];

        for (size_t round = 0; round < test_rounds(40); round++) {
                random_formats(f, ELEMENTSOF(f), &state);
                for (size_t a = 0; a < ELEMENTSOF(f); a++)
                        for (size_t b = 0; b < ELEMENTSOF(f); b++) {
                                int ab = rank_compare(f[a], f[b]), ba = rank_compare(f[b], f[a]);

                                ck_assert_msg((ab == 0) == (a == b), "seed %" PRIu64, seed);
                                ck_assert_msg((ab < 0) == (ba > 0), "seed %" PRIu64, seed);
                                for (size_t c = 0; c < ELEMENTSOF(f); c++)
                                        if (ab < 0 && rank_compare(f[b], f[c]) < 0)
                                                ck_assert_msg(rank_compare(f[a], f[c]) < 0, "seed %" PRIu64,
                                                              seed);
                        }
                formats_drop(f, ELEMENTSOF(f));
        }
}
END_TEST

START_TEST(sorting_puts_the_best_first_and_loses_none)
{
        uint64_t seed = test_seed(), state = seed;
        struct format *f[300], *before[300];

        for (size_t n = 0; n <= ELEMENTSOF(f); n += n < 4 ? 1 : 37) {
                random_formats(f, n, &state);
                memcpy(before, f, n * sizeof *f);
                rank_sort(f, n);
                for (size_t i = 1; i < n; i++)
                        ck_assert_msg(rank_compare(f[i - 1], f[i]) < 0, "seed %" PRIu64, seed);
                for (size_t i = 0; i < n; i++) {
                        size_t found = 0;

                        for (size_t j = 0; j < n; j++)
                                found += f[j] == before[i];
                        ck_assert_msg(found == 1, "seed %" PRIu64, seed);
                }
                formats_drop(f, n);
        }
}
END_TEST

START_TEST(what_is_inserted_and_removed_leaves_what_sorting_would)
{
        uint64_t seed = test_seed(), state = seed;
        struct format *all[60], *sorted[60], **list = NULL;
        bool inside[60] = { 0 };
        size_t n = 0;

        random_formats(all, ELEMENTSOF(all), &state);
        for (size_t round = 0; round < test_rounds(3000); round++) {
                size_t i = test_below(&state, ELEMENTSOF(all)), k = 0;

                if (!inside[i])
                        assert_ok(rank_insert(&list, &n, all[i]));
                else
                        rank_remove(list, &n, all[i]);
                inside[i] = !inside[i];
                rank_remove(list, &n, all[(i + 1) % ELEMENTSOF(all)]);
                inside[(i + 1) % ELEMENTSOF(all)] = false;

                for (size_t j = 0; j < ELEMENTSOF(all); j++)
                        if (inside[j])
                                sorted[k++] = all[j];
                rank_sort(sorted, k);
                ck_assert_msg(n == k && memcmp(list, sorted, n * sizeof *list) == 0, "seed %" PRIu64, seed);
        }
        free(list);
        formats_drop(all, ELEMENTSOF(all));
}
END_TEST

START_TEST(of_equal_patterns_only_the_best_ranked_stays)
{
        uint64_t seed = test_seed(), state = seed;
        struct format *all[120], *f[120];

        for (size_t round = 0; round < test_rounds(50); round++) {
                _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
                size_t n = ELEMENTSOF(all), kept = n;

                random_formats(f, n, &state);
                rank_sort(f, n);
                memcpy(all, f, sizeof all);
                assert_ok(rank_drop_shadowed(f, &kept, &pattern_index));
                for (size_t i = 0, next = 0; i < n; i++) {
                        const struct format *best = NULL;

                        for (size_t j = 0; j < i && !best; j++)
                                if (pattern_equal(all[j]->definition->pattern, all[i]->definition->pattern))
                                        best = all[j];
                        if (!best) {
                                ck_assert_msg(next < kept && f[next++] == all[i], "seed %" PRIu64, seed);
                                ck_assert_msg(all[i]->state == FORMAT_PENDING && all[i]->want &&
                                                              !all[i]->shadowed_by && !all[i]->reason,
                                              "seed %" PRIu64, seed);
                                continue;
                        }
                        ck_assert_msg(all[i]->state == FORMAT_SHADOWED && !all[i]->want &&
                                                      all[i]->shadowed_by == best &&
                                                      strstr(all[i]->reason, best->name),
                                      "seed %" PRIu64, seed);
                }
                formats_drop(all, n);
        }
}
END_TEST

START_TEST(patterns_are_compared_by_what_they_match)
{
        static const uint8_t ones[] = { 0xff, 0xff }, tail[] = { 0xff, 0xff, 0x00 };
        struct format *f[] = {
                format("a", 0, magic(0, "MZ", NULL, 2)),
                format("b", 0, magic(0, "MZ", ones, 2)),
                format("c", 0, magic(0, "MZ?", tail, 3)),
                format("d", 0, magic(1, "MZ", NULL, 2)),
        }, *all[ELEMENTSOF(f)];
        _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
        size_t n = ELEMENTSOF(f);

        memcpy(all, f, sizeof f);
        rank_sort(f, n);
        assert_ok(rank_drop_shadowed(f, &n, &pattern_index));
        ck_assert_uint_eq(n, 2);
        ck_assert_str_eq(f[0]->name, "a");
        ck_assert_str_eq(f[1]->name, "d");
        ck_assert_ptr_eq(all[2]->shadowed_by, all[0]);
        formats_drop(all, ELEMENTSOF(all));
}
END_TEST

START_TEST(nothing_and_one_are_no_special_case)
{
        struct format *f[] = { format("a", 0, extension("x")) };
        _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
        size_t n = 0;

        rank_sort(NULL, 0);
        assert_ok(rank_drop_shadowed(NULL, &n, &pattern_index));
        ck_assert_uint_eq(n, 0);
        n = 1;
        rank_sort(f, n);
        assert_ok(rank_drop_shadowed(f, &n, &pattern_index));
        ck_assert_uint_eq(n, 1);
        formats_drop(f, 1);
}
END_TEST

START_TEST(of_those_that_match_a_file_the_best_ranked_is_found)
{
        uint8_t header[PATTERN_HEADER_SIZE] = "MZab";
        struct format *items[] = {
                format("e", 0, extension("exe")),
                format("mz", 0, magic(0, "MZ", NULL, 2)),
                format("mza", 0, magic(0, "MZa", NULL, 3)),
                format("other", 9, magic(0, "ELF", NULL, 3)),
        };
        const struct formats all = { items, ELEMENTSOF(items) }, none = { items + 3, 1 };

        ck_assert_ptr_eq(rank_best_match(&all, header, "x.exe"), items[2]);
        items[0]->definition->priority = 1;
        ck_assert_ptr_eq(rank_best_match(&all, header, "x.exe"), items[0]);
        ck_assert_ptr_eq(rank_best_match(&all, header, "x"), items[2]);
        ck_assert_ptr_null(rank_best_match(&none, header, "x.exe"));
        formats_drop(items, ELEMENTSOF(items));
}
END_TEST

/* Few patterns, of which some match the same though they are written otherwise. */
static struct pattern *random_twin_pattern(uint64_t *state) {
        static const uint8_t mask[] = { 0xff, 0xff, 0x00 };
        uint8_t magic[] = { 'a', (uint8_t) ('a' + test_below(state, 12)), (uint8_t) test_random(state) };
        struct pattern *p;

        if (test_below(state, 2))
                assert_ok(pattern_new_magic(0, magic, mask, 3, &p));
        else
                assert_ok(pattern_new_magic(0, magic, NULL, 2, &p));
        return p;
}

static struct format *random_twin(uint64_t *state, size_t i) {
        char name[24];
        struct format *f;

        snprintf(name, sizeof name, "f%zu", i);
        f = format_new(name);
        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f", 1 }, &f->definition));
        f->definition->pattern = random_twin_pattern(state);
        f->definition->priority = (int) test_below(state, 3);
        return f;
}

static bool are_twins(const struct format *a, const struct format *b) {
        return a != b && pattern_equal(a->definition->pattern, b->definition->pattern);
}

static void check_twins(const struct pattern_index *t, struct format *const *all, const bool *held,
                        struct format *f, uint64_t seed) {
        struct format *best = f;
        size_t expected = 0, found = 0;

        for (size_t i = 0; i < N_TWINS; i++)
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
        struct format *all[N_TWINS];
        bool held[N_TWINS] = { 0 };
        size_t n = 0;

        for (size_t i = 0; i < N_TWINS; i++)
                all[i] = random_twin(&state, i);
        for (size_t round = 0; round < test_rounds(4000); round++) {
                size_t i = test_below(&state, N_TWINS);

                if (held[i]) {
                        pattern_index_remove(&t, all[i]);
                        n--;
                } else {
                        assert_ok(pattern_index_add(&t, all[i]));
                        n++;
                }
                held[i] = !held[i];
                ck_assert_uint_eq(t.n, n);
                check_twins(&t, all, held, all[test_below(&state, N_TWINS)], seed);
        }
        for (size_t i = 0; i < N_TWINS; i++) {
                definition_free(all[i]->definition);
                format_free(all[i]);
        }
}
END_TEST

START_TEST(nobody_has_a_twin_where_nobody_is)
{
        uint64_t state = 1;
        struct pattern_index t = { 0 };
        struct format *f = random_twin(&state, 0);

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

TEST_MAIN("rank", of_those_that_match_a_file_the_best_ranked_is_found,
          priority_counts_before_magic_before_bits_before_name, extreme_priorities_do_not_overflow,
          the_ranking_is_a_strict_total_order, sorting_puts_the_best_first_and_loses_none,
          what_is_inserted_and_removed_leaves_what_sorting_would,
          of_equal_patterns_only_the_best_ranked_stays, patterns_are_compared_by_what_they_match,
          nothing_and_one_are_no_special_case, twins_are_those_that_are_held_and_match_the_same,
          nobody_has_a_twin_where_nobody_is)
