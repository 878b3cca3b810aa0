/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/similar.h"
#include "tests/test.h"

static const char *const keys[] = {
        "Description", "Machine",   NULL,          "Magic",         "Mask",
        "Offset",      "Extension", "Interpreter", "FixBinary",     "OpenBinary",
        "Priority",    "Enabled",   "Credentials", "PreserveArgv0", "Platform",
};

static const char *of_keys(const char *word) {
        return similar_word(word, keys, ELEMENTSOF(keys));
}

START_TEST(a_slip_finds_the_word_that_was_meant)
{
        static const struct {
                const char *word, *meant;
        } cases[] = {
                { "Interperter", "Interpreter" },
                { "Interpeter", "Interpreter" },
                { "interpretter", "Interpreter" },
                { "Machien", "Machine" },
                { "Enable", "Enabled" },
                { "Extention", "Extension" },
                { "Maks", "Mask" },
                { "Ofset", "Offset" },
                { "FixBinry", "FixBinary" },
                { "preserve-argv0", "PreserveArgv0" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const char *s = of_keys(cases[i].word);

                ck_assert_msg(s, "nothing for %s", cases[i].word);
                ck_assert_str_eq(s, cases[i].meant);
        }
}
END_TEST

START_TEST(what_is_too_far_away_is_not_suggested)
{
        ck_assert_ptr_null(of_keys(""));
        ck_assert_ptr_null(of_keys("x"));
        ck_assert_ptr_null(of_keys("Colour"));
        ck_assert_ptr_null(of_keys("InterpreterInterpreter"));
        ck_assert_ptr_null(similar_word("Mask", NULL, 0));
}
END_TEST

START_TEST(a_third_of_the_letters_may_differ_and_no_more)
{
        static const char *const six[] = { "abcdef" };

        ck_assert_ptr_nonnull(similar_word("abcdxy", six, 1));
        ck_assert_ptr_null(similar_word("abcxyz", six, 1));
        ck_assert_ptr_nonnull(similar_word("abcd", six, 1));
        ck_assert_ptr_null(similar_word("abc", six, 1));
        ck_assert_ptr_nonnull(similar_word("abcdefghi", six, 1));
        ck_assert_ptr_null(similar_word("abcdefghij", six, 1));
}
END_TEST

START_TEST(a_transposition_counts_one)
{
        static const char *const words[] = { "abc" };

        ck_assert_ptr_nonnull(similar_word("acb", words, 1));
        ck_assert_ptr_nonnull(similar_word("BAC", words, 1));
        ck_assert_ptr_null(similar_word("cab", words, 1));
        ck_assert_ptr_null(similar_word("xyc", words, 1));
}
END_TEST

START_TEST(equal_words_are_no_suggestion_but_other_case_is)
{
        static const char *const words[] = { "wine", "Wine", "wino" };

        ck_assert_str_eq(similar_word("wine", words, 1) ?: "", "");
        ck_assert_str_eq(similar_word("wine", words, 2), "Wine");
        ck_assert_str_eq(similar_word("WINE", words + 1, 2), "Wine");
        ck_assert_str_eq(similar_word("wine", words + 2, 1), "wino");
}
END_TEST

START_TEST(the_nearest_wins_and_then_the_first)
{
        static const char *const words[] = { "qemu-armeb", "qemu-alpha", "qemu-arm", "qemu-arn" };

        ck_assert_str_eq(similar_word("qemu-arx", words, 4), "qemu-arm");
        ck_assert_str_eq(similar_word("qemu-arme", words, 4), "qemu-armeb");
}
END_TEST

START_TEST(words_of_any_length_are_safe)
{
        char a[600], b[600];
        const char *const words[] = { a };

        memset(a, 'a', sizeof a);
        memset(b, 'a', sizeof b);
        for (size_t n = 250; n < 260; n++) {
                a[n] = '\0';
                b[n + 1] = '\0';
                ck_assert_msg((similar_word(b, words, 1) != NULL) == (n < 255), "%zu", n);
                a[n] = b[n + 1] = 'a';
        }
        a[599] = b[599] = '\0';
        ck_assert_ptr_null(similar_word(b, words, 1));
}
END_TEST

/* Edits applied one by one never put the words further apart than their number. */
START_TEST(so_many_edits_are_at_most_that_distance)
{
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = test_rounds(20000); round > 0; round--) {
                char from[32], to[40];
                const char *const words[] = { from };
                size_t n = 12 + test_below(&state, 12), edits = 1 + test_below(&state, 3), m = n;

                for (size_t i = 0; i < n; i++)
                        from[i] = (char) ('a' + test_below(&state, 4));
                from[n] = '\0';
                memcpy(to, from, n + 1);
                for (size_t e = 0; e < edits; e++) {
                        size_t at = test_below(&state, m);

                        if (test_below(&state, 2)) {
                                to[at] = (char) ('a' + test_below(&state, 26));
                        } else {
                                memmove(to + at + 1, to + at, m + 1 - at);
                                to[at] = 'z';
                                m++;
                        }
                }
                ck_assert_msg(streq(from, to) || similar_word(to, words, 1) == from,
                              "seed %#llx: %s from %s", (unsigned long long) seed, to, from);
        }
}
END_TEST

TEST_MAIN("similar", a_slip_finds_the_word_that_was_meant, what_is_too_far_away_is_not_suggested,
          a_third_of_the_letters_may_differ_and_no_more, a_transposition_counts_one,
          equal_words_are_no_suggestion_but_other_case_is, the_nearest_wins_and_then_the_first,
          words_of_any_length_are_safe, so_many_edits_are_at_most_that_distance)
