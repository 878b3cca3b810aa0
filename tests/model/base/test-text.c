/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/text.h"
#include "tests/test.h"

#include <inttypes.h>

START_TEST(nothing_appended_gives_an_empty_string)
{
        struct text t = { 0 };
        _cleanup_free_ char *s = text_take(&t);

        ck_assert_str_eq(s, "");
        ck_assert_ptr_null(t.data);
}
END_TEST

START_TEST(pieces_are_joined_in_order)
{
        _cleanup_(text_clear) struct text t = { 0 };

        text_append(&t, "a");
        text_append_char(&t, 'b');
        text_append_bytes(&t, "cde", 2);
        text_printf(&t, "%s-%u", "x", 7u);
        text_append(&t, "");
        text_append_bytes(&t, NULL, 0);
        ck_assert_str_eq(t.data, "abcdx-7");
        ck_assert_uint_eq(t.length, 7);
}
END_TEST

START_TEST(bytes_may_be_nul)
{
        _cleanup_(text_clear) struct text t = { 0 };

        text_append_bytes(&t, "a\0b", 3);
        text_append_char(&t, '\0');
        ck_assert_uint_eq(t.length, 4);
        ck_assert_mem_eq(t.data, "a\0b\0", 5);
}
END_TEST

START_TEST(a_format_may_be_longer_than_what_was_reserved)
{
        _cleanup_(text_clear) struct text t = { 0 };

        for (int width = 0; width < 300; width += 7) {
                size_t before = t.length;

                text_printf(&t, "%*d|", width, 1);
                ck_assert_uint_eq(t.length, before + (size_t) (width > 0 ? width : 1) + 1);
                ck_assert_int_eq(t.data[t.length - 1], '|');
                ck_assert_int_eq(t.data[t.length], '\0');
        }
}
END_TEST

START_TEST(taking_leaves_an_empty_text_behind)
{
        _cleanup_(text_clear) struct text t = { 0 };
        _cleanup_free_ char *first = NULL, *second = NULL;

        text_append(&t, "first");
        first = text_take(&t);
        ck_assert_uint_eq(t.length, 0);
        text_append(&t, "second");
        second = text_take(&t);
        ck_assert_str_eq(first, "first");
        ck_assert_str_eq(second, "second");
}
END_TEST

/* A length that cannot grow stands for memory that ran out. */
START_TEST(a_failure_is_kept_until_the_text_is_taken)
{
        struct text t = { .length = SIZE_MAX - 1 };

        text_append(&t, "ab");
        ck_assert(t.failed);
        t.length = 0;
        text_append(&t, "c");
        text_append_char(&t, 'd');
        text_append_bytes(&t, "e", 1);
        text_printf(&t, "%d", 1);
        ck_assert_uint_eq(t.length, 0);
        ck_assert_ptr_null(text_take(&t));
        ck_assert(!t.failed);
        text_append(&t, "works again");
        ck_assert_str_eq(t.data, "works again");
        text_clear(&t);
        ck_assert_ptr_null(t.data);
        text_clear(&t);
}
END_TEST

START_TEST(random_pieces_equal_their_concatenation)
{
        uint64_t seed = test_seed(), state = seed;
        _cleanup_(text_clear) struct text t = { 0 };
        static char expected[1 << 16];
        size_t n = 0;

        while (n < sizeof expected - 300) {
                char piece[256];
                size_t length = test_below(&state, sizeof piece);

                for (size_t i = 0; i < length; i++)
                        piece[i] = (char) test_random(&state);
                text_append_bytes(&t, piece, length);
                memcpy(expected + n, piece, length);
                n += length;
        }
        ck_assert_msg(t.length == n && memcmp(t.data, expected, n) == 0 && t.data[n] == '\0',
                      "seed %" PRIu64, seed);
}
END_TEST

START_TEST(characters_are_what_they_are_in_every_locale)
{
        for (int c = 0; c < 256; c++) {
                ck_assert_int_eq(is_blank((char) c), c == ' ' || c == '\t');
                ck_assert_int_eq(is_blank_or_line_end((char) c), c != 0 && strchr(" \t\r\n", c) != NULL);
                ck_assert_int_eq(is_space((char) c), c != 0 && strchr(" \t\r\n\v\f", c) != NULL);
                ck_assert_int_eq(is_letter((char) c), (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
                ck_assert_int_eq(ascii_lower((char) c), c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (char) c);
        }
}
END_TEST

START_TEST(a_base_name_is_what_follows_the_last_slash)
{
        ck_assert_str_eq(base_name("/usr/bin/qemu"), "qemu");
        ck_assert_str_eq(base_name("a/b"), "b");
        ck_assert_str_eq(base_name("/b"), "b");
        ck_assert_str_eq(base_name("b"), "b");
        ck_assert_str_eq(base_name("a/"), "");
        ck_assert_str_eq(base_name(""), "");
}
END_TEST

TEST_MAIN("text", nothing_appended_gives_an_empty_string, pieces_are_joined_in_order, bytes_may_be_nul,
          a_format_may_be_longer_than_what_was_reserved, taking_leaves_an_empty_text_behind,
          a_failure_is_kept_until_the_text_is_taken, random_pieces_equal_their_concatenation,
          characters_are_what_they_are_in_every_locale, a_base_name_is_what_follows_the_last_slash)
