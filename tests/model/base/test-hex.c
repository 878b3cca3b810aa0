/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/hex.h"
#include "tests/test.h"

START_TEST(digits_have_values_in_either_case)
{
        static const char digits[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";

        for (int c = 0; c < 256; c++) {
                const char *lower_at = c ? strchr(digits, c) : NULL, *upper_at = c ? strchr(upper, c) : NULL;
                int expected = lower_at   ? (int) (lower_at - digits)
                               : upper_at ? (int) (upper_at - upper)
                                          : -1;

                ck_assert_int_eq(hex_value((char) c), expected);
        }
}
END_TEST

START_TEST(all_bytes_come_back)
{
        uint8_t bytes[256], decoded[256];
        _cleanup_(text_clear) struct text t = { 0 };
        size_t n;

        for (unsigned i = 0; i < sizeof bytes; i++)
                bytes[i] = (uint8_t) i;
        hex_append(&t, bytes, sizeof bytes);
        ck_assert_uint_eq(t.length, 2 * sizeof bytes);
        ck_assert(strncmp(t.data, "000102", 6) == 0 && streq(t.data + t.length - 4, "feff"));
        ck_assert(hex_decode(t.data, t.length, decoded, sizeof decoded, &n));
        ck_assert_uint_eq(n, sizeof bytes);
        ck_assert(memcmp(decoded, bytes, n) == 0);
        ck_assert_msg(!hex_decode(t.data, t.length, decoded, sizeof decoded - 1, &n), "they do not fit");
}
END_TEST

START_TEST(nothing_but_pairs_of_lower_case_digits_is_decoded)
{
        static const char *const wrong[] = { "1", "123", "1g", "g1", "7F", "A0", " 1", "1 ", "\\x7f" };
        uint8_t bytes[8];
        size_t n = 1;

        for (size_t i = 0; i < ELEMENTSOF(wrong); i++)
                ck_assert_msg(!hex_decode(wrong[i], strlen(wrong[i]), bytes, sizeof bytes, &n), "%s",
                              wrong[i]);
        ck_assert(!hex_decode("1\0", 2, bytes, sizeof bytes, &n));
        ck_assert(hex_decode("", 0, bytes, sizeof bytes, &n));
        ck_assert_uint_eq(n, 0);
        ck_assert(hex_decode("7fxx", 2, bytes, sizeof bytes, &n));
        ck_assert_uint_eq(n, 1);
        ck_assert_uint_eq(bytes[0], 0x7f);
}
END_TEST

TEST_MAIN("hex", digits_have_values_in_either_case, all_bytes_come_back,
          nothing_but_pairs_of_lower_case_digits_is_decoded)
