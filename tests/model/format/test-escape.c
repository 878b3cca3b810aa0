/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/escape.h"
#include "tests/test.h"

#define S(literal) (literal), sizeof(literal) - 1

static void assert_decodes(const char *text, size_t n, const char *bytes, size_t n_bytes) {
        uint8_t buf[64];
        size_t length = 99;

        ck_assert_uint_le(n, sizeof buf);
        assert_ok(escape_decode(text, n, buf, &length, NULL));
        ck_assert_uint_eq(length, n_bytes);
        ck_assert_mem_eq(buf, bytes, n_bytes);
}

START_TEST(only_x_and_two_digits_is_an_escape)
{
        assert_decodes(S(""), S(""));
        assert_decodes(S("MZ"), S("MZ"));
        assert_decodes(S("\\x41\\x7f\\xfF"), S("A\x7f\xff"));
        assert_decodes(S("\\x00"), S("\0"));
        assert_decodes(S("\\x414"), S("A4"));
        assert_decodes(S("\\n\\101\\X41"), S("\\n\\101\\X41"));
        assert_decodes(S("\\"), S("\\"));
        assert_decodes(S("a\\"), S("a\\"));
        assert_decodes(S("\xff\\:"), S("\xff\\:"));
}
END_TEST

START_TEST(a_double_backslash_protects_and_stays_double)
{
        assert_decodes(S("\\\\"), S("\\\\"));
        assert_decodes(S("\\\\x41"), S("\\\\x41"));
        assert_decodes(S("\\\\\\x41"), S("\\\\A"));
        assert_decodes(S("\\\\\\\\x41"), S("\\\\\\\\x41"));
        assert_decodes(S("\\a\\x41"), S("\\aA"));
}
END_TEST

START_TEST(a_raw_NUL_ends_the_text)
{
        assert_decodes(S("ab\0cd"), S("ab"));
        assert_decodes(S("\0"), S(""));
        assert_decodes(S("a\\\0x41"), S("a\\"));
}
END_TEST

static void assert_bad(const char *text, size_t n, size_t where) {
        uint8_t buf[64] = { 0x55 };
        size_t length = 99, bad = 99;

        ck_assert_int_eq(escape_decode(text, n, buf, &length, &bad), -EINVAL);
        ck_assert_msg(bad == where, "%s: %zu instead of %zu", text, bad, where);
        ck_assert_uint_eq(length, 99);
        ck_assert_uint_eq(buf[0], 0x55);
        ck_assert_int_eq(escape_decode(text, n, buf, &length, NULL), -EINVAL);
}

START_TEST(a_cut_escape_is_refused_and_found)
{
        assert_bad(S("\\x"), 0);
        assert_bad(S("\\x4"), 0);
        assert_bad(S("a\\x4g"), 1);
        assert_bad(S("\\x41\\xg1"), 4);
        assert_bad(S("\\x4\\x41"), 0);
        /* Also where it is protected, or behind a NUL. */
        assert_bad(S("\\\\xzz"), 1);
        assert_bad(S("ab\0\\x4"), 3);
}
END_TEST

START_TEST(it_decodes_in_place)
{
        char text[] = "\\x4dZ\\x90";
        size_t n;

        assert_ok(escape_decode(text, strlen(text), (uint8_t *) text, &n, NULL));
        ck_assert_uint_eq(n, 3);
        ck_assert_mem_eq(text, "MZ\x90", 3);
}
END_TEST

START_TEST(what_is_appended_is_harmless_and_decodes_to_the_same)
{
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(20000);

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(text_clear) struct text t = { 0 };
                uint8_t bytes[40], back[160];
                size_t n = test_below(&state, sizeof bytes + 1), n_back = 0;

                for (size_t j = 0; j < n; j++)
                        bytes[j] = test_below(&state, 3) ? (uint8_t) test_random(&state)
                                                         : (uint8_t) "\\x4:"[j % 4];
                escape_append(&t, bytes, n);
                assert_ok(escape_decode(t.data ?: "", t.length, back, &n_back, NULL));
                if (n_back != n || memcmp(bytes, back, n) != 0)
                        ck_abort_msg("seed %#jx, round %zu: %s", (uintmax_t) seed, i, t.data);
                for (size_t j = 0; j < t.length; j++)
                        if (t.data[j] <= ' ' || t.data[j] > '~' || strchr(":;#[]=\"'|`$", t.data[j]) ||
                            (t.data[j] == '\\' && t.data[j + 1] != 'x'))
                                ck_abort_msg("seed %#jx, round %zu: %s", (uintmax_t) seed, i, t.data);
        }
}
END_TEST

START_TEST(letters_and_digits_stay_readable)
{
        _cleanup_(text_clear) struct text t = { 0 };

        escape_append(&t, (const uint8_t *) S("\x7f"
                                              "ELF\2 #!/bin\\:"));
        ck_assert_str_eq(t.data, "\\x7fELF\\x02\\x20\\x23!/bin\\x5c\\x3a");
}
END_TEST

static bool agrees(const uint8_t *a, const uint8_t *b, const uint8_t *mask, size_t n) {
        for (size_t i = 0; i < n; i++)
                if ((a[i] ^ b[i]) & (mask ? mask[i] : 0xff))
                        return false;
        return true;
}

START_TEST(compact_text_says_the_same_under_the_mask)
{
        static const uint8_t bytes_pool[] = { '\\', 'x', '4', 'F', 0, 'g', 0x80 };
        static const uint8_t masks_pool[] = { 0xff, 0xff, 0xff, 0, 0x5c, 0xa3, 0xdf, 0x01 };
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(50000);

        for (size_t i = 0; i < rounds; i++) {
                uint8_t bytes[ESCAPE_COMPACT_MAX], mask[ESCAPE_COMPACT_MAX], back[4 * ESCAPE_COMPACT_MAX];
                char text[4 * ESCAPE_COMPACT_MAX];
                size_t n = 1 + test_below(&state, test_below(&state, 50) ? 12 : ESCAPE_COMPACT_MAX), length,
                       n_back;
                bool masked = test_below(&state, 2);

                for (size_t j = 0; j < n; j++) {
                        bytes[j] = bytes_pool[test_below(&state, sizeof bytes_pool)];
                        mask[j] = masks_pool[test_below(&state, sizeof masks_pool)];
                }
                length = escape_compact(bytes, masked ? mask : NULL, n, text);
                if (memchr(text, '\0', length) || escape_decode(text, length, back, &n_back, NULL) < 0 ||
                    n_back != n || !agrees(back, bytes, masked ? mask : NULL, n))
                        ck_abort_msg("seed %#jx, round %zu: %.*s", (uintmax_t) seed, i, (int) length, text);
        }
}
END_TEST

/* Tries every way to spell n bytes with these parts, each of which decodes to one byte unless what stands
 * around it makes something else of it. */
static size_t shortest_by_search(const uint8_t *bytes, const uint8_t *mask, size_t n) {
        static const char *const parts[] = { "\\", "x", "4", "g", "\\x00", "\\x5c", "\\x78" };
        size_t best = SIZE_MAX, count = 1;

        for (size_t i = 0; i < n; i++)
                count *= ELEMENTSOF(parts);
        for (size_t code = 0; code < count; code++) {
                char text[32] = "";
                uint8_t back[32];
                size_t n_back, rest = code;

                for (size_t i = 0; i < n; i++, rest /= ELEMENTSOF(parts))
                        strcat(text, parts[rest % ELEMENTSOF(parts)]);
                if (strlen(text) < best && escape_decode(text, strlen(text), back, &n_back, NULL) == 0 &&
                    n_back == n && agrees(back, bytes, mask, n))
                        best = strlen(text);
        }
        return best;
}

START_TEST(no_text_is_shorter_than_the_compact_one)
{
        static const uint8_t bytes_pool[] = { '\\', '\\', 'x', '4', '4', 0, 'g' };
        static const uint8_t masks_pool[] = { 0xff, 0xff, 0 };
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(2000);

        for (size_t i = 0; i < rounds; i++) {
                uint8_t bytes[5], mask[5];
                char text[20];
                size_t n = 1 + test_below(&state, sizeof bytes), length, best;

                for (size_t j = 0; j < n; j++) {
                        bytes[j] = bytes_pool[test_below(&state, sizeof bytes_pool)];
                        mask[j] = masks_pool[test_below(&state, sizeof masks_pool)];
                }
                length = escape_compact(bytes, mask, n, text);
                best = shortest_by_search(bytes, mask, n);
                if (length != best)
                        ck_abort_msg("seed %#jx, round %zu: %.*s has %zu, but %zu would do",
                                     (uintmax_t) seed, i, (int) length, text, length, best);
        }
}
END_TEST

START_TEST(compact_text_is_raw_where_it_may_be)
{
        static const struct {
                const char *bytes, *mask, *text;
                size_t n;
        } cases[] = {
                { "\x01 :\xff", NULL, "\x01 :\xff", 4 },
                { "a\0b", NULL, "a\\x00b", 3 },
                { "a\0b", "\xff\x7f\xff",
                  "a\x80"
                  "b",
                  3 },
                { "\\", NULL, "\\", 1 },
                { "\\x41", NULL, "\\x5cx41", 4 },
                { "\\\\x41", NULL, "\\\\x41", 5 },
                { "\\\\xg1", NULL, "\\\\\\x78g1", 5 },
                { "\\\0", NULL, "\\x5c\\x00", 2 },
                { "z\\\0", "\0\xff\xff", "\\\\\\x00", 3 },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                char text[64];
                size_t n = escape_compact((const uint8_t *) cases[i].bytes, (const uint8_t *) cases[i].mask,
                                          cases[i].n, text);

                ck_assert_msg(n == strlen(cases[i].text) && memcmp(text, cases[i].text, n) == 0,
                              "%.*s instead of %s", (int) n, text, cases[i].text);
        }
}
END_TEST

TEST_MAIN("escape", only_x_and_two_digits_is_an_escape, a_double_backslash_protects_and_stays_double,
          a_raw_NUL_ends_the_text, a_cut_escape_is_refused_and_found, it_decodes_in_place,
          what_is_appended_is_harmless_and_decodes_to_the_same, letters_and_digits_stay_readable,
          compact_text_says_the_same_under_the_mask, no_text_is_shorter_than_the_compact_one,
          compact_text_is_raw_where_it_may_be)
