/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/contention-private.h"
#include "tests/test.h"

#define SECOND UINT64_C(1000000)

/* Is it contended: left alone, or on trial? */
static bool contention_is(const struct contention *c, const char *name) {
        for (; c; c = c->next)
                if (streq(c->name, name))
                        return c->contended;
        return false;
}

static char trials[256], settlements[256];

static void on_trial(void *user _unused_, const char *name) {
        strcat(strcat(trials, name), " ");
}

static void on_settled(void *user _unused_, const char *name) {
        strcat(strcat(settlements, name), " ");
}

static void tick(struct contention **c, uint64_t now) {
        trials[0] = settlements[0] = '\0';
        contention_tick(c, now, on_trial, on_settled, NULL);
}

/* Repairs until one of them begins a fight; how many that took. */
static unsigned fight(struct contention **c, const char *name, uint64_t *now, uint64_t step) {
        for (unsigned n = 1; n <= 2 * CONTENTION_LIMIT; n++) {
                *now += step;
                if (contention_repaired(c, name, *now) == CONTENTION_BEGINS)
                        return n;
        }
        return 0;
}

START_TEST(nothing_is_contended_at_first)
{
        struct contention *c = NULL;

        ck_assert(!contention_is(c, "a"));
        ck_assert(!contention_holds(c, "a"));
        ck_assert(!contention_holds_any(c));
        ck_assert(contention_next(c) == CONTENTION_NEVER);
        tick(&c, 5 * SECOND);
        ck_assert_str_eq(trials, "");
}
END_TEST

START_TEST(a_fight_is_the_limit_within_the_window)
{
        struct contention *c = NULL;
        uint64_t now = 1000 * SECOND;

        ck_assert_uint_eq(fight(&c, "a", &now, SECOND), CONTENTION_LIMIT);
        ck_assert(contention_is(c, "a"));
        ck_assert(contention_holds(c, "a"));
        ck_assert(contention_holds_any(c));
        ck_assert(!contention_is(c, "b"));
        contention_free(&c);
}
END_TEST

START_TEST(the_window_is_exact)
{
        struct contention *c = NULL;
        uint64_t now = 1000 * SECOND, step = CONTENTION_WINDOW / (CONTENTION_LIMIT - 1);

        ck_assert_uint_eq(CONTENTION_WINDOW % (CONTENTION_LIMIT - 1) < CONTENTION_LIMIT, 1);
        ck_assert_uint_eq(fight(&c, "a", &now, step), CONTENTION_LIMIT);
        contention_free(&c);
        ck_assert_uint_eq(fight(&c, "a", &now, step + 1), 0);
        ck_assert(!contention_is(c, "a"));
        contention_free(&c);
}
END_TEST

START_TEST(each_format_has_its_own_fight)
{
        struct contention *c = NULL;
        uint64_t now = 0;

        for (unsigned i = 1; i < CONTENTION_LIMIT; i++) {
                ck_assert_int_eq(contention_repaired(&c, "a", ++now), CONTENTION_NONE);
                ck_assert_int_eq(contention_repaired(&c, "b", ++now), CONTENTION_NONE);
        }
        ck_assert_int_eq(contention_repaired(&c, "b", ++now), CONTENTION_BEGINS);
        ck_assert(contention_is(c, "b") && !contention_is(c, "a"));
        contention_free(&c);
}
END_TEST

START_TEST(a_held_one_is_tried_again_and_held_again_at_the_first_repair)
{
        struct contention *c = NULL;
        uint64_t now = 7 * SECOND;

        fight(&c, "a", &now, 1000);
        for (int i = 0; i < 5; i++) {
                uint64_t next = contention_next(c);

                ck_assert_uint_eq(next, now + CONTENTION_HOLD);
                tick(&c, next - 1);
                ck_assert_str_eq(trials, "");
                ck_assert(contention_holds(c, "a"));
                tick(&c, next);
                ck_assert_str_eq(trials, "a ");
                ck_assert_str_eq(settlements, "");
                ck_assert(!contention_holds(c, "a") && contention_is(c, "a"));
                now = next + 10;
                ck_assert_int_eq(contention_repaired(&c, "a", now), CONTENTION_LASTS);
                ck_assert(contention_holds(c, "a"));
        }
        contention_free(&c);
}
END_TEST

START_TEST(a_fight_is_over_after_a_calm_window_and_then_forgotten)
{
        struct contention *c = NULL;
        uint64_t now = 7 * SECOND, next;

        fight(&c, "a", &now, 1000);
        tick(&c, contention_next(c));
        ck_assert_str_eq(trials, "a ");
        next = contention_next(c);
        ck_assert_uint_eq(next, now + CONTENTION_HOLD + CONTENTION_WINDOW);
        tick(&c, next - 1);
        ck_assert_str_eq(settlements, "");
        tick(&c, next);
        ck_assert_str_eq(settlements, "a ");
        ck_assert(!c);
        ck_assert(contention_next(c) == CONTENTION_NEVER);
        now = next;
        ck_assert_uint_eq(fight(&c, "a", &now, 1000), CONTENTION_LIMIT);
        contention_free(&c);
}
END_TEST

START_TEST(a_sleep_over_both_ends_is_one_trial_and_one_settlement)
{
        struct contention *c = NULL;
        uint64_t now = 7 * SECOND;

        fight(&c, "a", &now, 1000);
        tick(&c, now + 3600 * SECOND);
        ck_assert_str_eq(trials, "a ");
        ck_assert_str_eq(settlements, "a ");
        ck_assert(!c);
}
END_TEST

START_TEST(who_never_fought_needs_no_timer_and_is_forgotten)
{
        struct contention *c = NULL;

        ck_assert_int_eq(contention_repaired(&c, "a", SECOND), CONTENTION_NONE);
        ck_assert(contention_next(c) == CONTENTION_NEVER);
        tick(&c, SECOND + CONTENTION_WINDOW - 1);
        ck_assert(c);
        tick(&c, SECOND + CONTENTION_WINDOW);
        ck_assert(!c);
        ck_assert_str_eq(settlements, "");
}
END_TEST

/* A format is contended exactly if its last repairs were a fight, until it was calm. Few rounds may hold no
 * fight, so the history goes on until it held one. */
START_TEST(it_agrees_with_counting)
{
        uint64_t seed = test_seed(), random = seed, now = 1, times[4096];
        struct contention *c = NULL;
        bool contended = false;
        size_t n = 0, begun = 0;

        for (size_t round = 0; round < test_rounds(4000) || begun == 0; round++) {
                ck_assert_uint_lt(n, ELEMENTSOF(times));
                size_t recent = 0;
                int verdict;

                now += test_below(&random, 20) ? test_below(&random, 12 * SECOND) : 100 * SECOND;
                tick(&c, now);
                if (n > 0 && now - times[n - 1] >= CONTENTION_WINDOW + CONTENTION_HOLD) {
                        ck_assert_int_eq(settlements[0] != '\0', contended);
                        contended = false;
                }
                verdict = contention_repaired(&c, "a", now);
                times[n++] = now;
                for (size_t i = n; i-- > 0 && now - times[i] <= CONTENTION_WINDOW;)
                        recent++;
                ck_assert_msg((verdict == CONTENTION_LASTS) == contended &&
                                              (verdict != CONTENTION_NONE) ==
                                                              (contended || recent >= CONTENTION_LIMIT),
                              "seed %#llx, round %zu", (unsigned long long) seed, round);
                contended = verdict != CONTENTION_NONE;
                begun += verdict == CONTENTION_BEGINS;
        }
        contention_free(&c);
}
END_TEST

TEST_MAIN("contention", nothing_is_contended_at_first, a_fight_is_the_limit_within_the_window,
          the_window_is_exact, each_format_has_its_own_fight,
          a_held_one_is_tried_again_and_held_again_at_the_first_repair,
          a_fight_is_over_after_a_calm_window_and_then_forgotten,
          a_sleep_over_both_ends_is_one_trial_and_one_settlement,
          who_never_fought_needs_no_timer_and_is_forgotten, it_agrees_with_counting)
