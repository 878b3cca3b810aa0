/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tests that need no kernel. tests/engine/system/test-kernel-*.c show that the kernel agrees. */

#include "model/format/registration.h"
#include "tests/test.h"

#define S(literal) (literal), sizeof(literal) - 1

static struct pattern *magic(size_t offset, const void *bytes, const void *mask, size_t n) {
        struct pattern *p = NULL;

        assert_ok(pattern_new_magic(offset, bytes, mask, n, &p));
        return p;
}

static struct pattern *extension(const char *s) {
        struct pattern *p = NULL;

        assert_ok(pattern_new_extension(s, &p));
        return p;
}

START_TEST(flags_are_printed_in_the_order_of_the_kernel)
{
        char buf[5];

        entry_flags_format(0, buf);
        ck_assert_str_eq(buf, "");
        entry_flags_format(ENTRY_FIX_BINARY | ENTRY_PRESERVE_ARGV0, buf);
        ck_assert_str_eq(buf, "PF");
        entry_flags_format(~0u, buf);
        ck_assert_str_eq(buf, "POCF");
}
END_TEST

START_TEST(names_are_judged_as_the_kernel_does)
{
        static const struct {
                const char *name;
                int error;
        } cases[] = { { "n", 0 },           { "...", 0 },          { "-1", 0 },      { "a b\n", 0 },
                      { "", EINVAL },       { ".", EINVAL },       { "..", EINVAL }, { "a/b", EINVAL },
                      { "status", EEXIST }, { "register", EEXIST } };
        const char *reason = "untouched";
        char name[300];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                reason = "untouched";
                ck_assert_int_eq(registration_check_name(cases[i].name, &reason), -cases[i].error);
                ck_assert(streq(reason, "untouched") == (cases[i].error == 0));
        }
        memset(name, 'n', sizeof name);
        name[256] = '\0';
        ck_assert_int_eq(registration_check_name(name, &reason), -ENAMETOOLONG);
        name[0] = '/';
        ck_assert_int_eq(registration_check_name(name, &reason), -EINVAL);
        name[0] = 'n';
        name[255] = '\0';
        ck_assert_int_eq(registration_check_name(name, &reason), 0);
}
END_TEST

/* Composes, and takes the pattern. */
static void assert_composes(const char *name, struct pattern *p, const char *interpreter, unsigned flags,
                            const char *extra_flags, const char *string, size_t n_string) {
        char buf[REGISTRATION_MAX + 1];
        size_t n = 0;

        assert_ok(registration_format(name, p, interpreter, flags, extra_flags, buf, &n));
        ck_assert_msg(n == n_string && memcmp(buf, string, n) == 0, "%.*s instead of %s", (int) n, buf,
                      string);
        ck_assert_int_eq(buf[n], '\0');
        pattern_unref(p);
}

START_TEST(what_is_composed_reads_well)
{
        assert_composes("n", magic(0, "MZ", NULL, 2), "/i", 0, NULL, S(":n:M:0:MZ::/i:"));
        assert_composes("n",
                        magic(4,
                              "\x7f"
                              "ELF",
                              "\xff\xff\xff\xfe", 4),
                        "/i", ENTRY_FIX_BINARY | ENTRY_OPEN_BINARY, NULL,
                        S(":n:M:4:\\x7fELF:\\xff\\xff\\xff\\xfe:/i:OF"));
        assert_composes("n", magic(0, "a b\\:\0", NULL, 6), "/i", 0, "",
                        S(":n:M:0:a\\x20b\\x5c\\x3a\\x00::/i:"));
        assert_composes("n", extension("jar"), "/i", ENTRY_PRESERVE_ARGV0, NULL, S(":n:E::jar::/i:P"));
        assert_composes("n", extension("jar"), "/i", ENTRY_PRESERVE_ARGV0, "TL", S(":n:E::jar::/i:PTL"));
        /* A byte that is masked away is written all the same, as the user gave it. */
        assert_composes("n", magic(0, "MZx", "\xff\xff\0", 3), "/i", 0, NULL,
                        S(":n:M:0:MZx:\\xff\\xff\\x00:/i:"));
}
END_TEST

START_TEST(the_delimiter_is_in_no_field)
{
        assert_composes("a:b", magic(0, "|:", NULL, 2), "/i", 0, NULL, S("|a:b|M|0|\\x7c:||/i|"));
        assert_composes("n", extension(":"), "/i|", 0, NULL, S(",n,E,,:,,/i|,"));
        assert_composes(":|,;!%#@=~^&$*?<>()[]{}\"'`_", extension("e"), "/i", 0, NULL,
                        S("\0:|,;!%#@=~^&$*?<>()[]{}\"'`_\0E\0\0e\0\0/i\0"));
}
END_TEST

START_TEST(what_the_kernel_refuses_in_any_form_is_not_composed)
{
        _cleanup_(pattern_unrefp) struct pattern *p = extension("e");
        char buf[REGISTRATION_MAX + 1] = "untouched";
        size_t n = 99;

        ck_assert_int_eq(registration_format("", p, "/i", 0, NULL, buf, &n), -EINVAL);
        ck_assert_int_eq(registration_format("..", p, "/i", 0, NULL, buf, &n), -EINVAL);
        ck_assert_int_eq(registration_format("a/b", p, "/i", 0, NULL, buf, &n), -EINVAL);
        ck_assert_int_eq(registration_format("status", p, "/i", 0, NULL, buf, &n), -EINVAL);
        ck_assert_int_eq(registration_format("n", p, "", 0, NULL, buf, &n), -EINVAL);
        ck_assert_int_eq(registration_format("n", p, "/i", 0, "T ", buf, &n), -EINVAL);
        ck_assert_int_eq(registration_format("n", p, "/i", 0, "\n", buf, &n), -EINVAL);
        ck_assert_str_eq(buf, "untouched");
        ck_assert_uint_eq(n, 99);
}
END_TEST

static int compose(const struct pattern *p, size_t n_interpreter, char *buf, size_t *ret_n) {
        char interpreter[2100];

        memset(interpreter, 'i', n_interpreter);
        interpreter[n_interpreter] = '\0';
        return registration_format("n", p, interpreter, 0, NULL, buf, ret_n);
}

START_TEST(the_form_gets_tighter_only_as_far_as_it_must)
{
        static const uint8_t zeros[256];
        uint8_t mask[256] = { 0 };
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        char buf[REGISTRATION_MAX + 1];
        size_t n;

        /* Bytes 8 to 15 decide: 2 * 256 escapes do not fit, 2 * 8 do. */
        memset(mask + 8, 0x0f, 8);
        p = magic(0, zeros, mask, 256);
        assert_ok(compose(p, 100, buf, &n));
        ck_assert_uint_eq(n, strlen(":n:M:8::::") + 2 * 8 * 4 + 100);
        ck_assert_mem_eq(buf, ":n:M:8:\\x00", 11);

        /* Not even those: the mask stands raw, the magic has free bits enough not to be NUL. */
        assert_ok(compose(p, 1880, buf, &n));
        ck_assert_uint_eq(n, strlen(":n:M:8::::") + 2 * 8 + 1880);
        ck_assert_mem_eq(buf,
                         "\0n\0M\0"
                         "8\0\x10\x10",
                         9);

        ck_assert_int_eq(compose(p, 1920 - 26, buf, &n), 0);
        ck_assert_uint_eq(n, REGISTRATION_MAX);
        ck_assert_int_eq(compose(p, 1920 - 25, buf, &n), -E2BIG);
}
END_TEST

START_TEST(an_explicit_mask_of_ones_is_dropped_where_room_is_short)
{
        uint8_t ones[200];
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        char buf[REGISTRATION_MAX + 1];
        size_t n;

        memset(ones, 0xff, sizeof ones);
        p = magic(0, ones, ones, sizeof ones);
        assert_ok(compose(p, 100, buf, &n));
        ck_assert_uint_eq(n, strlen(":n:M:0::::") + 2 * 200 * 4 + 100);
        assert_ok(compose(p, 1000, buf, &n));
        ck_assert_uint_eq(n, strlen(":n:M:::::") + 200 * 4 + 1000);
}
END_TEST

START_TEST(a_full_header_under_a_full_mask_fits)
{
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        uint8_t bytes[256], mask[256];
        char buf[REGISTRATION_MAX + 1];
        size_t n;

        for (size_t i = 0; i < 256; i++) {
                bytes[i] = (uint8_t) i;
                mask[i] = (uint8_t) (255 - i);
        }
        p = magic(0, bytes, mask, 256);
        assert_ok(compose(p, 255, buf, &n));
        ck_assert_uint_le(n, REGISTRATION_MAX);
}
END_TEST

static struct registration parse(const char *string, size_t n, bool allow_extra_flags) {
        struct registration r = { 0 };
        const char *reason = NULL;
        int error = registration_parse(string, n, allow_extra_flags, &r, &reason);

        ck_assert_msg(error == 0, "%s: %s", string, reason);
        return r;
}

START_TEST(a_string_is_taken_apart)
{
        _cleanup_(registration_clear) struct registration
                        m = parse(S(":n a:M:7:\\x7f\\\\E:\\xff\xfe\xff\xff:/i j:CP\n"), false),
                        e = parse(S("|:|E|zzz|jar|\\x|i|"), false);

        ck_assert_str_eq(m.name, "n a");
        ck_assert_uint_eq(m.pattern->offset, 7);
        ck_assert_uint_eq(m.pattern->size, 4);
        ck_assert_mem_eq(pattern_magic(m.pattern), "\x7f\\\\E", 4);
        ck_assert_mem_eq(pattern_mask(m.pattern), "\xff\xfe\xff\xff", 4);
        ck_assert_str_eq(m.interpreter, "/i j");
        ck_assert_uint_eq(m.flags, ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS);
        ck_assert_ptr_null(m.extra_flags);

        ck_assert_str_eq(e.name, ":");
        ck_assert_int_eq(e.pattern->type, PATTERN_EXTENSION);
        ck_assert_str_eq((const char *) e.pattern->data, "jar");
        ck_assert_str_eq(e.interpreter, "i");
        ck_assert_uint_eq(e.flags, 0);
}
END_TEST

START_TEST(every_refusal_has_its_reason_and_touches_nothing)
{
        static const struct {
                const char *string;
                int error;
                const char *reason;
        } cases[] = {
                { "", EINVAL, "it is shorter than 11 bytes" },
                { "::M::m::/i:", EINVAL, "the name is empty" },
                { ":n/:M::m::/i:", EINVAL, "the name contains a slash" },
                { ":a long name without an end", EINVAL, "no delimiter ends the name, or it contains NUL" },
                { ":status:M::m::/i:", EEXIST, "the name is that of a control file of binfmt_misc" },
                { ":status:M::m::i", EINVAL, "no delimiter ends the interpreter, or it contains NUL" },
                { ":status:M::m:::", EINVAL, "the interpreter is empty" },
                { "PnPMPPmPP/iP", EINVAL, "the delimiter is the letter of a flag" },
                { "\nn\nM\n\nm\n\n/i\n", EINVAL,
                  "the delimiter is a newline and no other one ends the string" },
                { ":n:B::m::/i:", EINVAL, "the type is neither E nor M" },
                { ":n:M::m::/iii", EINVAL, "no delimiter ends the interpreter, or it contains NUL" },
                { ":n:M::mmmmmmm:", EINVAL, "there are fewer than seven fields" },
                { ":n:M:x:m::/i:", EINVAL, "the offset is not a number from 0 to 255" },
                { ":n:M::::/i:", EINVAL, "the magic is empty" },
                { ":n:M::\\x4::/i:", EINVAL, "\\x in the magic is not followed by two hex digits" },
                { ":n:M::m:\\xg:/i:", EINVAL, "\\x in the mask is not followed by two hex digits" },
                { ":n:M::mm:f:/i:", EINVAL, "magic and mask differ in length" },
                { ":n:M:255:mm::/i:", EINVAL, "the magic reaches beyond the first 256 bytes of the file" },
                { ":n:M:256:m::/i:", EINVAL, "the magic reaches beyond the first 256 bytes of the file" },
                { ":n:E::::/i:", EINVAL, "the extension is empty or contains a slash" },
                { ":n:M::m:::P", EINVAL, "the interpreter is empty" },
                { ":n:M::m::/i:x", EINVAL, "there is something that is no flag behind the interpreter" },
                { ":n:M::m::/i::", EINVAL, "there is something that is no flag behind the interpreter" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct registration r = { .flags = 99 };
                const char *reason = NULL;
                int error = registration_parse(cases[i].string, strlen(cases[i].string), false, &r, &reason);

                ck_assert_msg(error == -cases[i].error && reason && streq(reason, cases[i].reason),
                              "%s: %s: %s", cases[i].string, strerror(-error), reason);
                ck_assert_uint_eq(r.flags, 99);
                ck_assert_ptr_null(r.name);
        }
}
END_TEST

START_TEST(letters_that_are_not_known_pass_only_on_request)
{
        _cleanup_(registration_clear) struct registration r = parse(S(":n:M::m::/i:TPaL"), true),
                                                          none = parse(S(":n:M::m::/i:P"), true);
        struct registration untouched = { 0 };
        const char *reason = NULL;

        ck_assert_uint_eq(r.flags, ENTRY_PRESERVE_ARGV0);
        ck_assert_str_eq(r.extra_flags, "TaL");
        ck_assert_ptr_null(none.extra_flags);
        ck_assert_int_eq(registration_parse(S(":n:M::m::/i:T"), false, &untouched, &reason), -EINVAL);
        ck_assert_int_eq(registration_parse(S(":n:M::m::/i:T "), true, &untouched, &reason), -EINVAL);
        ck_assert_int_eq(registration_parse(S(":n:M::m::/i:T1"), true, &untouched, &reason), -EINVAL);
        /* A letter that is the delimiter is one field more. */
        ck_assert_int_eq(registration_parse(S("ZnZMZZmZZ/iZPZ"), true, &untouched, &reason), -EINVAL);
}
END_TEST

START_TEST(cleared_twice_is_cleared)
{
        struct registration r = parse(S(":n:M::m::/i:T"), true);

        registration_clear(&r);
        ck_assert_ptr_null(r.name);
        ck_assert_ptr_null(r.pattern);
        registration_clear(&r);
}
END_TEST

static void generate_string(char *buf, size_t n, const char *pool, uint64_t *state) {
        for (size_t i = 0; i < n; i++)
                buf[i] = pool[test_below(state, strlen(pool))];
        buf[n] = '\0';
}

START_TEST(what_is_composed_parses_to_the_same)
{
        static const unsigned all =
                        ENTRY_PRESERVE_ARGV0 | ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS | ENTRY_FIX_BINARY;
        uint64_t seed = test_seed(), state = seed;
        size_t rounds = test_rounds(50000), too_long = 0;

        for (size_t i = 0; i < rounds; i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = NULL;
                _cleanup_(registration_clear) struct registration r = { 0 };
                char name[64], interpreter[2000], text[64], extra[4], buf[REGISTRATION_MAX + 1];
                unsigned flags = (unsigned) test_random(&state) & all;
                uint8_t bytes[256], mask[256];
                const char *reason = NULL;
                size_t n = 1 + test_below(&state, 256);
                int error;

                generate_string(name, 1 + test_below(&state, 60), "n:|,\\x41P\n\xff", &state);
                generate_string(interpreter, 1 + test_below(&state, test_below(&state, 2) ? 100 : 1900),
                                "/i:|;\\x41P \n", &state);
                generate_string(extra, test_below(&state, 4), "TLDz", &state);
                for (size_t j = 0; j < n; j++) {
                        bytes[j] = (uint8_t) "\\x4:\0\x80"[test_below(&state, 6)];
                        mask[j] = (uint8_t) "\xff\xff\xff\0\x5c\x0f"[test_below(&state, 6)];
                }
                if (test_below(&state, 4)) {
                        p = magic(test_below(&state, 257 - n), bytes, test_below(&state, 2) ? mask : NULL,
                                  n);
                } else {
                        generate_string(text, 1 + test_below(&state, 60), "e:.|\\x41\n", &state);
                        p = extension(text);
                }

                error = registration_format(name, p, interpreter, flags, extra, buf, &n);
                if (error == -E2BIG) {
                        too_long++;
                        continue;
                }
                assert_ok(error);
                error = registration_parse(buf, n, true, &r, &reason);
                if (flags & ENTRY_CREDENTIALS)
                        flags |= ENTRY_OPEN_BINARY;
                if (error < 0 || !pattern_equal(r.pattern, p) || !streq(r.name, name) ||
                    !streq(r.interpreter, interpreter) || r.flags != flags ||
                    !streq(r.extra_flags ?: "", extra))
                        ck_abort_msg("seed %#jx, round %zu: %s", (uintmax_t) seed, i, reason ?: "differs");
        }
        ck_assert_uint_lt(too_long, rounds / 2);
}
END_TEST

TEST_MAIN("registration", flags_are_printed_in_the_order_of_the_kernel, names_are_judged_as_the_kernel_does,
          what_is_composed_reads_well, the_delimiter_is_in_no_field,
          what_the_kernel_refuses_in_any_form_is_not_composed, the_form_gets_tighter_only_as_far_as_it_must,
          an_explicit_mask_of_ones_is_dropped_where_room_is_short, a_full_header_under_a_full_mask_fits,
          a_string_is_taken_apart, every_refusal_has_its_reason_and_touches_nothing,
          letters_that_are_not_known_pass_only_on_request, cleared_twice_is_cleared,
          what_is_composed_parses_to_the_same)
