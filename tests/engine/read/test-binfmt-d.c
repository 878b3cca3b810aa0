/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/readers.h"
#include "tests/test.h"

struct result {
        struct catalog catalog;
        struct diagnostics diagnostics;
};

static void result_clear(struct result *r) {
        catalog_clear(&r->catalog);
        diagnostics_clear(&r->diagnostics);
}

static struct result parse_bytes(const char *text, size_t n) {
        struct result result = { 0 };
        struct reader_input in = {
                .file = "test.conf", .data = text, .n = n, .source = SOURCE_BINFMT_D, .rank = 3
        };

        assert_ok(binfmt_d_read(&in, &result.catalog, &result.diagnostics));
        return result;
}

static struct result parse(const char *text) {
        return parse_bytes(text, strlen(text));
}

START_TEST(a_line_of_qemu_is_read)
{
        _cleanup_(result_clear) struct result r = parse(
                        ":qemu-arm:M::\\x7f\\x45\\x4c\\x46\\x01\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
                        "\\x00\\x00\\x02\\x00\\x28\\x00:"
                        "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff"
                        "\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff:/usr/libexec/qemu-binfmt/"
                        "arm-binfmt-P:"
                        "OPF\n");
        const struct definition *d;

        ck_assert_uint_eq(r.diagnostics.n, 0);
        ck_assert_uint_eq(r.catalog.n, 1);
        d = r.catalog.definitions[0];
        ck_assert_str_eq(d->name, "qemu-arm");
        ck_assert_uint_eq(d->line, 1);
        ck_assert_uint_eq(d->rank, 3);
        ck_assert_int_eq((int) d->source, SOURCE_BINFMT_D);
        ck_assert_uint_eq(d->pattern->size, 20);
        ck_assert_mem_eq(pattern_magic(d->pattern), "\x7f\x45LF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\x28\0", 20);
        ck_assert_str_eq(d->interpreters[0], "/usr/libexec/qemu-binfmt/arm-binfmt-P");
        ck_assert_ptr_null(d->interpreters[1]);
        ck_assert_uint_eq(d->flags, ENTRY_OPEN_BINARY | ENTRY_PRESERVE_ARGV0 | ENTRY_FIX_BINARY);
        ck_assert(d->enabled && !d->invalid);
}
END_TEST

START_TEST(blanks_and_comments_are_nothing)
{
        _cleanup_(result_clear) struct result r = parse("# comment\n; comment\n\n  \t\n  # too\n"
                                                        " \t:a:E::x::/i: \t\r\n,b,E,,y,,/i,C");

        ck_assert_uint_eq(r.diagnostics.n, 0);
        ck_assert_uint_eq(r.catalog.n, 2);
        ck_assert_str_eq(r.catalog.definitions[0]->name, "a");
        ck_assert_uint_eq(r.catalog.definitions[0]->line, 6);
        ck_assert_uint_eq(r.catalog.definitions[1]->line, 7);
        ck_assert(!r.catalog.incomplete);
}
END_TEST

START_TEST(an_o_that_only_c_brings_along_is_not_what_the_line_says)
{
        _cleanup_(result_clear) struct result r = parse(":a:E::x::/i:C\n:b:E::y::/O:OC\n:cO:E::y::/O:C\n");

        ck_assert_uint_eq(r.catalog.definitions[0]->flags, ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY);
        ck_assert(!(r.catalog.definitions[0]->set & FIELD_OPEN_BINARY));
        ck_assert(r.catalog.definitions[1]->set & FIELD_OPEN_BINARY);
        ck_assert(!(r.catalog.definitions[2]->set & FIELD_OPEN_BINARY));
}
END_TEST

START_TEST(unknown_flags_are_kept)
{
        _cleanup_(result_clear) struct result r = parse(":a:E::x::/i:FTL\n");

        ck_assert_uint_eq(r.diagnostics.n, 0);
        ck_assert_uint_eq(r.catalog.definitions[0]->flags, ENTRY_FIX_BINARY);
        ck_assert_str_eq(r.catalog.definitions[0]->extra_flags, "TL");
        ck_assert(r.catalog.definitions[0]->set & FIELD_EXTRA_FLAGS);
}
END_TEST

static const struct {
        const char *line, *name; /* NULL: none can be made out */
        const char *hint;
} mistakes[] = {
        { ":a:X::x::/i:", "a", "" },
        { ":a:E::x::/i", "a", "some field is missing" },
        { ":a:E::x::/i::", "a", "first character" },
        { ":a:M:256:x::/i:", "a", "" },
        { ":a:M::\\x4::/i:", "a", "" },
        { ":a:M::ab:\\xff:/i:", "a", "" },
        { ":a:E::x:::", "a", "" },
        { ":a:E::x::/i:1", "a", "" },
        { ":a", NULL, "some field is missing" },
        { "garbage", NULL, "" },
        { ":a/b:E::x::/i:", NULL, "another name" },
        { ":register:E::x::/i:", NULL, "another name" },
        { ":status:E::x::/i:", NULL, "another name" },
        { "::E::x::/interpreter:", NULL, "another name" },
};

START_TEST(a_line_that_the_kernel_refuses_keeps_its_name)
{
        for (size_t i = 0; i < ELEMENTSOF(mistakes); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                text_printf(&t, "\n%s\n:ok:E::y::/i:\n", mistakes[i].line);
                _cleanup_(result_clear) struct result r = parse(t.data);
                ck_assert_uint_eq(r.diagnostics.n, 1);
                ck_assert_int_eq((int) r.diagnostics.items[0].severity, SEVERITY_ERROR);
                ck_assert_uint_eq(r.diagnostics.items[0].line, 2);
                ck_assert_msg(strstr(r.diagnostics.items[0].hint, mistakes[i].hint), "%s: %s",
                              mistakes[i].line, r.diagnostics.items[0].hint);
                ck_assert_uint_eq(r.catalog.n, mistakes[i].name ? 2 : 1);
                ck_assert_int_eq(r.catalog.incomplete, !mistakes[i].name);
                ck_assert_str_eq(r.catalog.definitions[r.catalog.n - 1]->name, "ok");
                ck_assert(!r.catalog.definitions[r.catalog.n - 1]->invalid);
                if (!mistakes[i].name)
                        continue;
                ck_assert_str_eq(r.diagnostics.items[0].name, mistakes[i].name);
                ck_assert_str_eq(r.catalog.definitions[0]->name, mistakes[i].name);
                ck_assert(r.catalog.definitions[0]->invalid);
        }
}
END_TEST

START_TEST(a_nul_byte_spoils_its_line)
{
        static const char text[] = ":a:E::x::/i\0:\n:b\0c:E::x::/i:\n:ok:E::y::/i:\n";
        _cleanup_(result_clear) struct result r = parse_bytes(text, sizeof text - 1);

        ck_assert_uint_eq(r.diagnostics.n, 2);
        ck_assert_uint_eq(r.catalog.n, 2);
        ck_assert(r.catalog.definitions[0]->invalid);
        ck_assert_str_eq(r.catalog.definitions[1]->name, "ok");
        ck_assert(r.catalog.incomplete);
}
END_TEST

START_TEST(a_line_may_be_as_long_as_a_write_and_no_longer)
{
        _cleanup_(text_clear) struct text t = { 0 };
        size_t n;

        text_append(&t, ":a:E::x::/");
        while (t.length < REGISTRATION_MAX - 1)
                text_append_char(&t, 'i');
        text_append(&t, ":\n");
        _cleanup_(result_clear) struct result r = parse(t.data);
        ck_assert_uint_eq(r.diagnostics.n, 0);

        n = t.length;
        t.length -= 2;
        text_append(&t, "i:\n");
        ck_assert_uint_eq(t.length, n + 1);
        _cleanup_(result_clear) struct result s = parse(t.data);
        ck_assert_uint_eq(s.diagnostics.n, 1);
        ck_assert(s.catalog.definitions[0]->invalid);
}
END_TEST

START_TEST(a_file_full_of_mistakes_is_given_up)
{
        _cleanup_(text_clear) struct text t = { 0 };

        for (unsigned i = 0; i < 100000; i++)
                text_append(&t, "nonsense\n");
        _cleanup_(result_clear) struct result r = parse(t.data);
        ck_assert_uint_lt(r.diagnostics.n, 300);
        ck_assert_str_eq(r.diagnostics.items[r.diagnostics.n - 1].code, "too-many-mistakes");
        ck_assert(r.catalog.incomplete);
}
END_TEST

START_TEST(no_input_does_harm)
{
        static const char seed_text[] = "# c\n:a:M:3:\\x7fELF:\\xff\\xff\\xff\\xff:/i:POCF\n;c\n "
                                        ":b:E::x::/i:\n,c,E,,y,,/i,F";
        static const char bytes[] = "\n\r\\x:;#ME \t\0PF\xff";
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(20000); round++) {
                char text[sizeof seed_text];
                size_t lines = 1;

                memcpy(text, seed_text, sizeof text);
                for (size_t i = test_below(&state, 8) + 1; i > 0; i--)
                        text[test_below(&state, sizeof text - 1)] =
                                        bytes[test_below(&state, sizeof bytes - 1)];
                for (size_t i = 0; i < sizeof text - 1; i++)
                        lines += text[i] == '\n';

                _cleanup_(result_clear) struct result r = parse_bytes(text, sizeof text - 1);
                ck_assert_msg(r.catalog.n <= lines, "seed %#llx, round %zu", (unsigned long long) seed,
                              round);
                for (size_t i = 0; i < r.diagnostics.n; i++)
                        ck_assert_msg(r.diagnostics.items[i].line - 1 < lines, "seed %#llx, round %zu",
                                      (unsigned long long) seed, round);
                for (size_t i = 0; i < r.catalog.n; i++)
                        ck_assert_msg(r.catalog.definitions[i]->line - 1 < lines &&
                                                      (r.catalog.definitions[i]->invalid ||
                                                       (r.catalog.definitions[i]->pattern &&
                                                        r.catalog.definitions[i]->interpreters)),
                                      "seed %#llx, round %zu", (unsigned long long) seed, round);
        }
}
END_TEST

TEST_MAIN("binfmt_d", a_line_of_qemu_is_read, blanks_and_comments_are_nothing,
          an_o_that_only_c_brings_along_is_not_what_the_line_says, unknown_flags_are_kept,
          a_line_that_the_kernel_refuses_keeps_its_name, a_nul_byte_spoils_its_line,
          a_line_may_be_as_long_as_a_write_and_no_longer, a_file_full_of_mistakes_is_given_up,
          no_input_does_harm)
