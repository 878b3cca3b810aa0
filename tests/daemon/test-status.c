/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/status.h"
#include "tests/test.h"

static void assert_describes(const struct status *s, const char *expected) {
        _cleanup_(text_clear) struct text t = { 0 };
        _cleanup_free_ char *text = NULL;

        status_describe(s, &t);
        text = text_take(&t);
        ck_assert_str_eq(text, expected);
}

START_TEST(formats_are_counted_by_state)
{
        struct format registered = { .state = FORMAT_REGISTERED }, disabled = { .state = FORMAT_DISABLED };
        struct format *items[] = { &registered, &disabled, &registered };
        struct pass pass = { .formats = { items, ELEMENTSOF(items) } };
        const struct options options = { .root = "", .instance = "/" };
        struct status s;

        status_take(&pass, &options, 7, &s);
        ck_assert_uint_eq(s.formats[FORMAT_REGISTERED], 2);
        ck_assert_uint_eq(s.formats[FORMAT_DISABLED], 1);
        ck_assert_int_eq(s.unavailable, 0);
        assert_describes(&s, "2 registered, 1 disabled");
}
END_TEST

START_TEST(what_is_registered_is_told_even_if_it_is_nothing)
{
        struct status s = { .formats[FORMAT_INACTIVE] = 3 };

        assert_describes(&s, "0 registered, 3 inactive");
}
END_TEST

START_TEST(that_nothing_can_be_registered_comes_first)
{
        struct status s = { .formats[FORMAT_UNAVAILABLE] = 3, .unavailable = -EMEDIUMTYPE };

        assert_describes(&s, "unavailable: binfmt_misc is not mounted; 3 unavailable");
        s = (struct status){ .formats[FORMAT_REGISTERED] = 1, .switched_off = true };
        assert_describes(&s, "switched off as a whole; 1 registered");
        s = (struct status){ .unavailable = -EMEDIUMTYPE };
        assert_describes(&s, "unavailable: binfmt_misc is not mounted; nothing is declared");
}
END_TEST

TEST_MAIN("status", formats_are_counted_by_state, what_is_registered_is_told_even_if_it_is_nothing,
          that_nothing_can_be_registered_comes_first)
