/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/rank.h"
#include "model/plan/share.h"
#include "tests/test.h"

static const struct interpreter dispatcher = { .path = (char *) "/d",
                                               .registered = (char *) "/r/d",
                                               .pin = 42 };

/* A format as it is once decided: wanted, with magic TEST, and all that its definition names is there. */
static struct format *wanted(struct pattern_index *pattern_index, const char *name, int priority,
                             unsigned flags, const char *detector) {
        struct format *f = format_new(name);
        struct definition *d;

        assert_ok(definition_new(name, SOURCE_BINFMTD, (struct location){ "f", 1 }, &d));
        assert_ok(pattern_new_magic(0, (const uint8_t *) "TEST", NULL, 4, &d->pattern));
        assert_ok(entry_new(name, d->pattern, "/i", flags, NULL, &f->want));
        d->priority = priority;
        d->flags = flags;
        d->detector = detector ? strdup(detector) : NULL;
        f->dispatcher = detector ? &dispatcher : NULL;
        f->definition = d;
        f->state = FORMAT_PENDING;
        assert_ok(pattern_index_add(pattern_index, f));
        return f;
}

static void drop(struct format *f) {
        definition_free(f->definition);
        format_free(f);
}

START_TEST(without_a_detector_all_stays_as_it_is)
{
        _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
        struct format *best = wanted(&pattern_index, "a", 1, ENTRY_FIX_BINARY, NULL);
        struct format *other = wanted(&pattern_index, "b", 0, 0, NULL);

        assert_ok(rank_shadow(other, best));
        assert_ok(share_decide(best, &pattern_index));
        ck_assert_str_eq(best->want->interpreter, "/i");
        ck_assert_int_eq(other->state, FORMAT_SHADOWED);
        drop(best);
        drop(other);
}
END_TEST

/* It does not matter which of the two has the detector. */
START_TEST(with_one_the_best_gets_the_dispatcher_and_the_others_share_it)
{
        for (int who = 0; who < 2; who++) {
                _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
                struct format *best = wanted(&pattern_index, "a", 1, 0, who == 0 ? "/yes" : NULL);
                struct format *other =
                                wanted(&pattern_index, "b", 0, ENTRY_FIX_BINARY, who == 1 ? "/yes" : NULL);

                assert_ok(rank_shadow(other, best));
                assert_ok(share_decide(best, &pattern_index));
                ck_assert_str_eq(best->want->interpreter, "/r/d");
                ck_assert_uint_eq(best->want->pin, 42);
                ck_assert(best->want->ours);
                ck_assert_int_eq(best->state, FORMAT_PENDING);
                ck_assert_int_eq(other->state, FORMAT_SHARED);
                ck_assert_ptr_eq(other->shadowed_by, best);
                ck_assert_ptr_null(other->want);
                ck_assert_str_eq(other->reason, "it shares the entry of a, which asks detectors");

                best->have = entry_ref(best->want);
                assert_ok(share_decide(best, &pattern_index));
                ck_assert_int_eq(best->state, FORMAT_REGISTERED);
                drop(best);
                drop(other);
        }
}
END_TEST

START_TEST(one_asks_for_a_flag_and_all_for_credentials)
{
        enum {
                P = ENTRY_PRESERVE_ARGV0,
                O = ENTRY_OPEN_BINARY,
                C = ENTRY_CREDENTIALS | O,
                F = ENTRY_FIX_BINARY
        };
        static const unsigned cases[][3] = { { 0, 0, 0 },    { P, 0, P }, { 0, P | O, P | O },
                                             { C, 0, O },    { C, C, C }, { C | P, O, O | P },
                                             { F, P, F | P } };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
                struct format *best = wanted(&pattern_index, "a", 1, cases[i][0], "/yes");
                struct format *other = wanted(&pattern_index, "b", 0, cases[i][1], NULL);

                assert_ok(rank_shadow(other, best));
                assert_ok(share_decide(best, &pattern_index));
                ck_assert_uint_eq(best->want->flags, cases[i][2]);
                drop(best);
                drop(other);
        }
}
END_TEST

START_TEST(those_with_a_detector_are_tried_first_and_each_as_they_rank)
{
        _cleanup_(pattern_index_clear) struct pattern_index pattern_index = { 0 };
        struct format *all[] = {
                wanted(&pattern_index, "a", 5, 0, NULL),
                wanted(&pattern_index, "b", 1, 0, "/yes"),
                wanted(&pattern_index, "c", 2, 0, "/yes"),
                wanted(&pattern_index, "d", 6, 0, ""),
        };

        share_sort(all, ELEMENTSOF(all));
        ck_assert_str_eq(all[0]->name, "c");
        ck_assert_str_eq(all[1]->name, "b");
        ck_assert_str_eq(all[2]->name, "d");
        ck_assert_str_eq(all[3]->name, "a");
        for (size_t i = 0; i < ELEMENTSOF(all); i++)
                drop(all[i]);
}
END_TEST

TEST_MAIN("share", without_a_detector_all_stays_as_it_is,
          with_one_the_best_gets_the_dispatcher_and_the_others_share_it,
          one_asks_for_a_flag_and_all_for_credentials,
          those_with_a_detector_are_tried_first_and_each_as_they_rank)
