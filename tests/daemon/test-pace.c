/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/pace.h"
#include "tests/test.h"

START_TEST(passes_begin_at_once)
{
        struct pace p = { 0 };

        for (uint64_t now = 5; now < 5 + PACE_BURST - 1; now++) {
                ck_assert_uint_le(pace_next(&p, now), now);
                pace_count(&p, now);
        }
}
END_TEST

START_TEST(in_a_storm_they_wait_and_afterwards_no_more)
{
        struct pace p = { 0 };
        uint64_t now = 1000000;

        for (unsigned i = 0; i < PACE_BURST; i++)
                pace_count(&p, now++);
        ck_assert_uint_eq(pace_next(&p, now), now - 1 + PACE_DELAY);
        ck_assert_uint_le(pace_next(&p, now + PACE_WINDOW), now + PACE_WINDOW);
}
END_TEST

START_TEST(what_people_do_never_waits)
{
        struct pace p = { 0 };
        uint64_t now = 1;

        for (unsigned i = 0; i < 10 * PACE_BURST; i++) {
                ck_assert_uint_le(pace_next(&p, now), now);
                pace_count(&p, now);
                now += PACE_WINDOW / PACE_BURST + 2;
        }
}
END_TEST

START_TEST(however_many_changes_come_passes_are_limited)
{
        struct pace p = { 0 };
        uint64_t begin = 1000000, now = begin;
        unsigned n = 0;

        while (now < begin + 100 * PACE_WINDOW) {
                uint64_t next = pace_next(&p, now);

                if (next > now) {
                        ck_assert_uint_le(next, now + PACE_DELAY);
                        now = next;
                }
                pace_count(&p, now);
                n++;
                now += 10;
        }
        ck_assert_uint_le(n, 100 * (PACE_BURST + PACE_WINDOW / PACE_DELAY + 1));
        ck_assert_uint_ge(n, 100);
}
END_TEST

TEST_MAIN("pace", passes_begin_at_once, in_a_storm_they_wait_and_afterwards_no_more,
          what_people_do_never_waits, however_many_changes_come_passes_are_limited)
