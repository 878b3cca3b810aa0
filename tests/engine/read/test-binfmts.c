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

static struct result parse_bytes(const char *name, const char *text, size_t n, bool admin) {
        struct result result = { 0 };
        struct reader_input in = {
                .file = "/b/file",
                .data = text,
                .n = n,
                .source = admin ? SOURCE_BINFMTS_ADMIN : SOURCE_BINFMTS,
                .rank = 5,
        };

        if (admin)
                assert_ok(binfmts_admin_read(&in, name, &result.catalog, &result.diagnostics));
        else
                assert_ok(binfmts_read(&in, name, &result.catalog, &result.diagnostics));
        return result;
}

static struct result import(const char *text) {
        return parse_bytes("fmt", text, strlen(text), false);
}

static struct result admin(const char *text) {
        return parse_bytes("fmt", text, strlen(text), true);
}

static const struct definition *only(const struct result *r) {
        ck_assert_uint_eq(r->catalog.n, 1);
        return r->catalog.definitions[0];
}

static void assert_silent(const struct result *r) {
        ck_assert_msg(r->diagnostics.n == 0, "%s", r->diagnostics.n ? r->diagnostics.items[0].message : "");
        ck_assert(!r->catalog.incomplete);
        ck_assert(!only(r)->invalid);
}

START_TEST(an_import_file_is_read)
{
        _cleanup_(result_clear) struct result r =
                        import("package wine\nmagic MZ\\x90\nmask \\xff\\xff\\x0f\noffset 3\n"
                               "interpreter /usr/bin/wine  \ncredentials yes\n"
                               "preserve yes\nfix_binary yes\nfuture thing\n");
        const struct definition *d = only(&r);

        assert_silent(&r);
        ck_assert_str_eq(d->name, "fmt");
        ck_assert_str_eq(d->file, "/b/file");
        ck_assert_uint_eq(d->line, 1);
        ck_assert_uint_eq(d->rank, 5);
        ck_assert_uint_eq(d->pattern->offset, 3);
        ck_assert_mem_eq(pattern_magic(d->pattern), "MZ\x90", 3);
        ck_assert_mem_eq(pattern_mask(d->pattern), "\xff\xff\x0f", 3);
        ck_assert_str_eq(d->interpreters[0], "/usr/bin/wine");
        ck_assert_uint_eq(d->flags,
                          ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY | ENTRY_PRESERVE_ARGV0 | ENTRY_FIX_BINARY);
        ck_assert_ptr_null(d->detector);
}
END_TEST

START_TEST(keys_are_lower_cased_and_the_last_counts)
{
        _cleanup_(result_clear) struct result r =
                        import("Package jar\r\nEXTENSION zip\r\nInterpreter /a b\r\n"
                               "extension jar\r\nDetector /usr/bin/detect\r\n\r\n");

        assert_silent(&r);
        ck_assert_int_eq((int) only(&r)->pattern->type, PATTERN_EXTENSION);
        ck_assert_str_eq((const char *) only(&r)->pattern->data, "jar");
        ck_assert_str_eq(only(&r)->interpreters[0], "/a b");
        ck_assert_str_eq(only(&r)->detector, "/usr/bin/detect");
}
END_TEST

START_TEST(only_the_literal_yes_counts)
{
        _cleanup_(result_clear) struct result r = import(
                        "extension x\ninterpreter /i\ncredentials true\npreserve Yes\nfix_binary no\n");

        assert_silent(&r);
        ck_assert_uint_eq(only(&r)->flags, 0);
}
END_TEST

START_TEST(an_admin_file_has_six_to_ten_lines)
{
        static const char *const lines[] = { ":",  "magic", "0",   "AB", "\\xff\\x0f",
                                             "/i", "/d",    "yes", "no", "yes" };
        _cleanup_(text_clear) struct text t = { 0 };

        for (size_t n = 0; n <= ELEMENTSOF(lines); n++) {
                _cleanup_(result_clear) struct result r = admin(t.data ?: "");

                if (n < 6) {
                        ck_assert_uint_eq(r.diagnostics.n, 1);
                        ck_assert_str_eq(r.diagnostics.items[0].code, "short-file");
                        ck_assert_str_eq(r.diagnostics.items[0].name, "fmt");
                        ck_assert(only(&r)->invalid);
                        ck_assert(!r.catalog.incomplete);
                } else {
                        assert_silent(&r);
                        ck_assert_mem_eq(pattern_magic(only(&r)->pattern), "AB", 2);
                        ck_assert_mem_eq(pattern_mask(only(&r)->pattern), "\xff\x0f", 2);
                        ck_assert_str_eq(only(&r)->interpreters[0], "/i");
                        ck_assert(streq_ptr(only(&r)->detector, n > 6 ? "/d" : NULL));
                        ck_assert_int_eq(!!(only(&r)->flags & ENTRY_CREDENTIALS), n > 7);
                        ck_assert(!(only(&r)->flags & ENTRY_PRESERVE_ARGV0));
                        ck_assert_int_eq(!!(only(&r)->flags & ENTRY_FIX_BINARY), n > 9);
                }
                if (n < ELEMENTSOF(lines))
                        text_printf(&t, "%s\n", lines[n]);
        }
}
END_TEST

START_TEST(an_admin_file_may_be_for_an_extension)
{
        _cleanup_(result_clear) struct result r =
                        admin("openjdk\nextension\n0\njar\n\n/usr/bin/jexec\n\n\n\n\n");

        assert_silent(&r);
        ck_assert_str_eq((const char *) only(&r)->pattern->data, "jar");
        ck_assert_ptr_null(only(&r)->detector);
        ck_assert_uint_eq(only(&r)->flags, 0);
}
END_TEST

static const struct {
        bool admin;
        const char *text, *code;
        unsigned line;
} mistakes[] = {
        { false, "magic A\n", "no-interpreter", 0 },
        { false, "interpreter /i\n", "pattern-conflict", 0 },
        { false, "interpreter /i\nmagic A\nextension x\n", "pattern-conflict", 0 },
        { false, "interpreter /i\nextension x\ntype magic\n", "type", 3 },
        { false, "interpreter /i\ntype glob\nextension x\n", "type", 2 },
        { false, "interpreter /i\nextension a/b\n", "extension", 2 },
        { false, "interpreter /i\nmagic \\x4\n", "escape", 2 },
        { false, "interpreter /i\nmagic AB\nmask \\xff\n", "mask-length", 3 },
        { false, "interpreter /i\nmagic AB\noffset -1\n", "offset", 3 },
        { false, "interpreter /i\nmagic AB\noffset 255\n", "pattern-range", 2 },
        { false, "interpreter /i\nmagic AB\noffset 99999999999999999999999\n", "offset", 3 },
        { true, "p\nglob\n0\nA\n\n/i\n", "type", 2 },
        { true, "p\nmagic\nx\nA\n\n/i\n", "offset", 3 },
        { true, "p\nmagic\n0\n\n\n/i\n", "pattern-conflict", 0 },
        { true, "p\nmagic\n0\nA\n\n\n", "no-interpreter", 0 },
};

START_TEST(a_broken_file_gives_an_invalid_definition)
{
        for (size_t i = 0; i < ELEMENTSOF(mistakes); i++) {
                const char *text = mistakes[i].text;
                _cleanup_(result_clear) struct result r = mistakes[i].admin ? admin(text) : import(text);

                ck_assert_msg(r.diagnostics.n == 1, "%zu diagnostics for %s", r.diagnostics.n, text);
                ck_assert_str_eq(r.diagnostics.items[0].code, mistakes[i].code);
                ck_assert_uint_eq(r.diagnostics.items[0].line, mistakes[i].line);
                ck_assert_int_eq((int) r.diagnostics.items[0].severity, SEVERITY_ERROR);
                ck_assert(only(&r)->invalid);
                ck_assert(!r.catalog.incomplete);
        }
}
END_TEST

START_TEST(a_nul_byte_is_a_mistake)
{
        static const char text[] = "interpreter /i\0x\nextension x\n";
        _cleanup_(result_clear) struct result r = parse_bytes("fmt", text, sizeof text - 1, false);

        ck_assert_uint_eq(r.diagnostics.n, 1);
        ck_assert_str_eq(r.diagnostics.items[0].code, "nul-byte");
        ck_assert(only(&r)->invalid);
}
END_TEST

START_TEST(a_name_that_no_entry_can_have_is_skipped)
{
        static const char *const names[] = { "status", "register", "..", "" };

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_(result_clear) struct result r =
                                parse_bytes(names[i], "extension x\ninterpreter /i\n", 27, false);

                ck_assert_uint_eq(r.catalog.n, 0);
                ck_assert(r.catalog.incomplete);
                ck_assert_str_eq(r.diagnostics.items[0].code, "file-name");
        }
}
END_TEST

START_TEST(no_input_does_harm)
{
        static const char *const seeds[] = {
                "package p\nmagic \\x7fELF\noffset 3\nmask \\xff\\xff\\xff\\xff\ninterpreter /i\n",
                ":\nmagic\n3\n\\x7fELF\n\\xff\\xff\\xff\\xff\n/i\n/d\nyes\nno\nyes\n",
                "p\nextension\n0\njar\n\n/i\n\n\n\n\n",
        };
        static const char bytes[] = "\n\n \r\t\\x\0 0z\xff/";
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(20000); round++) {
                const char *from = seeds[test_below(&state, ELEMENTSOF(seeds))];
                size_t n = strlen(from), lines = 1;
                char text[256];

                memcpy(text, from, n + 1);
                for (size_t i = test_below(&state, 6) + 1; i > 0; i--)
                        text[test_below(&state, n)] = bytes[test_below(&state, sizeof bytes - 1)];
                for (size_t i = 0; i < n; i++)
                        lines += text[i] == '\n';

                _cleanup_(result_clear) struct result r = parse_bytes("fmt", text, n, round & 1);
                const struct definition *d = only(&r);
                ck_assert_msg(d->invalid == (diagnostics_count(&r.diagnostics, SEVERITY_ERROR) > 0) &&
                                              (d->invalid || (d->pattern && d->interpreters)),
                              "seed %#llx, round %zu", (unsigned long long) seed, round);
                for (size_t i = 0; i < r.diagnostics.n; i++)
                        ck_assert_msg(r.diagnostics.items[i].line <= lines, "seed %#llx, round %zu",
                                      (unsigned long long) seed, round);
        }
}
END_TEST

TEST_MAIN("binfmts", an_import_file_is_read, keys_are_lower_cased_and_the_last_counts,
          only_the_literal_yes_counts, an_admin_file_has_six_to_ten_lines,
          an_admin_file_may_be_for_an_extension, a_broken_file_gives_an_invalid_definition,
          a_nul_byte_is_a_mistake, a_name_that_no_entry_can_have_is_skipped, no_input_does_harm)
