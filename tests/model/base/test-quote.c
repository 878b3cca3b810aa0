/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/quote.h"
#include "tests/test.h"

static const struct {
        const char *string, *safe, *utf8;
        bool valid;
} strings[] = {
        { "", "", "", true },
        { "plain \\x41", "plain \\x41", "plain \\x41", true },
        { "fähig \xe2\x82\xac \xf0\x9f\x90\xa7", "fähig \xe2\x82\xac \xf0\x9f\x90\xa7",
          "fähig \xe2\x82\xac \xf0\x9f\x90\xa7", true },
        { "\033[31m\n\x7f", "\\x1b[31m\\x0a\\x7f", "\033[31m\n\x7f", true },
        { "left\xe2\x80\xaeright", "left\\xe2\\x80\\xaeright", "left\xe2\x80\xaeright", true },
        { "\xff", "\\xff", "\\xff", false },
        { "a\\b\xc3", "a\\b\\xc3", "a\\x5cb\\xc3", false },
        { "\xc0\xaf", "\\xc0\\xaf", "\\xc0\\xaf", false },               /* longer than need be */
        { "\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", false }, /* half of a pair */
        { "\xef\xbf\xbf", "\\xef\\xbf\\xbf", "\\xef\\xbf\\xbf", false }, /* noncharacters */
        { "\xef\xb7\x90", "\\xef\\xb7\\x90", "\\xef\\xb7\\x90", false },
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80", false }, /* behind the last */
};

START_TEST(what_is_no_text_is_known)
{
        for (size_t i = 0; i < ELEMENTSOF(strings); i++)
                ck_assert_msg(utf8_is_valid(strings[i].string) == strings[i].valid, "string %zu", i);
}
END_TEST

/* `append` has to make `expected` of the string, which has to be valid UTF-8. */
static void assert_appended(void (*append)(struct text *, const char *), const char *string,
                            const char *expected) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, "");
        append(&t, string);
        ck_assert_str_eq(t.data, expected);
        ck_assert(utf8_is_valid(t.data));
}

START_TEST(a_terminal_gets_nothing_that_steers_it)
{
        for (size_t i = 0; i < ELEMENTSOF(strings); i++)
                assert_appended(quote_for_terminal, strings[i].string, strings[i].safe);
}
END_TEST

START_TEST(all_else_gets_utf8_that_can_be_told_from_any_other)
{
        for (size_t i = 0; i < ELEMENTSOF(strings); i++)
                assert_appended(quote_as_utf8, strings[i].string, strings[i].utf8);
}
END_TEST

START_TEST(words_of_a_shell_are_quoted_where_they_have_to_be)
{
        static const char *const rows[][2] = {
                { "/usr/bin/qemu-arm", "/usr/bin/qemu-arm" },
                { "", "''" },
                { "a b", "'a b'" },
                { "it's", "'it'\\''s'" },
                { "$(reboot)", "'$(reboot)'" },
                { "-x=1", "'-x=1'" },
        };

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                quote_for_shell(&t, rows[i][0]);
                ck_assert_str_eq(t.data, rows[i][1]);
        }
}
END_TEST

TEST_MAIN("quote", words_of_a_shell_are_quoted_where_they_have_to_be, what_is_no_text_is_known,
          a_terminal_gets_nothing_that_steers_it, all_else_gets_utf8_that_can_be_told_from_any_other)
