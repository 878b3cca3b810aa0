/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/compose.h"
#include "tests/test.h"

static struct entry *entry(const char *name, struct pattern *pattern, const char *interpreter,
                           unsigned flags, const char *extra) {
        struct entry *e = NULL;

        assert_ok(entry_new(name, pattern, interpreter, flags, extra, &e));
        return e;
}

static struct pattern *extension(const char *text) {
        struct pattern *p = NULL;

        assert_ok(pattern_new_extension(text, &p));
        return p;
}

START_TEST(magic_is_written_as_a_definition_has_it)
{
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        _cleanup_(entry_freep) struct entry *e = NULL;
        _cleanup_(text_clear) struct text t = { 0 };
        const char *why = NULL;

        assert_ok(pattern_new_magic(2, (const uint8_t *) "\x7f;A", (const uint8_t *) "\xff\xff\xdf", 3, &p));
        e = entry("a b", p, "/usr/bin/a b", ENTRY_PRESERVE_ARGV0 | ENTRY_FIX_BINARY, "T");
        assert_ok(compose_entry(e, &t, &why));
        ck_assert_str_eq(t.data, "[a b]\n"
                                 "Offset=2\n"
                                 "Magic=\\x7f\\x3bA\n"
                                 "Mask=\\xff\\xff\\xdf\n"
                                 "Interpreter=/usr/bin/a b\n"
                                 "FixBinary=yes\n"
                                 "PreserveArgv0=yes\n"
                                 "Flags=T\n");
}
END_TEST

START_TEST(credentials_imply_an_open_binary)
{
        _cleanup_(pattern_unrefp) struct pattern *p = extension("jar");
        _cleanup_(entry_freep) struct entry *e =
                        entry("jar", p, "/j", ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY, NULL);
        _cleanup_(text_clear) struct text t = { 0 };
        const char *why = NULL;

        e->enabled = false;
        assert_ok(compose_entry(e, &t, &why));
        ck_assert_str_eq(t.data, "[jar]\nExtension=jar\nInterpreter=/j\nCredentials=yes\nEnabled=no\n");
}
END_TEST

START_TEST(what_no_file_can_say_is_refused)
{
        static const struct {
                const char *name, *extension, *interpreter;
        } cases[] = {
                { "a]b", "e", "/i" }, { " a", "e", "/i" },  { "a\n", "e", "/i" },
                { "a", "e", "/i " },  { "a", "e", "\t/i" }, { "a", "e", "/i\rj" },
                { "a", " e", "/i" },  { "a", "e\v", "/i" }, { "a", "e", "/i ;j" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = extension(cases[i].extension);
                _cleanup_(entry_freep) struct entry *e =
                                entry(cases[i].name, p, cases[i].interpreter, 0, NULL);
                _cleanup_(text_clear) struct text t = { 0 };
                const char *why = NULL;

                ck_assert_int_eq(compose_entry(e, &t, &why), -EINVAL);
                ck_assert_ptr_nonnull(why);
                ck_assert_uint_eq(t.length, 0);
        }
}
END_TEST

START_TEST(what_cannot_be_read_is_refused)
{
        _cleanup_(entry_freep) struct entry *e = NULL;
        _cleanup_(text_clear) struct text t = { 0 };
        const char *why = NULL;

        assert_ok(entry_parse("opaque", "nonsense", 8, &e));
        ck_assert_int_eq(compose_entry(e, &t, &why), -EINVAL);
        ck_assert_ptr_nonnull(why);
}
END_TEST

START_TEST(a_template_has_every_key_as_a_comment)
{
        _cleanup_(definition_freep) struct definition *d = NULL;
        _cleanup_(text_clear) struct text t = { 0 };

        assert_ok(definition_new("arm", SOURCE_BINFMTD, (struct location){ "/f", 1 }, &d));
        d->machine = strdup("arm");
        d->description = strdup("evil\nEnabled=no");
        d->flags = ENTRY_FIX_BINARY;
        d->priority = -3;
        assert_ok(definition_add_interpreter(d, "/one"));
        assert_ok(definition_add_interpreter(d, "/two"));
        compose_template(d, &t);
        ck_assert_str_eq(t.data, "[arm]\n"
                                 "#Description=evil\\x0aEnabled=no\n"
                                 "#Machine=arm\n"
                                 "#Interpreter=/one\n"
                                 "#Interpreter=/two\n"
                                 "#FixBinary=yes\n"
                                 "#PreserveArgv0=no\n"
                                 "#OpenBinary=no\n"
                                 "#Credentials=no\n"
                                 "#Flags=\n"
                                 "#Detector=\n"
                                 "#Platform=\n"
                                 "#Priority=-3\n"
                                 "#Enabled=yes\n"
                                 "#AllowNative=no\n");
}
END_TEST

START_TEST(a_file_is_called_so_that_it_counts)
{
        static const struct {
                const char *name, *expected;
        } cases[] = { { "wine", "wine.conf" }, { ".hidden", "_hidden.conf" }, { "a", "a.conf" } };
        char longest[NAME_LENGTH_MAX + 1];

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                compose_file_name(cases[i].name, &t);
                ck_assert_str_eq(t.data, cases[i].expected);
        }
        memset(longest, 'x', sizeof longest - 1);
        longest[sizeof longest - 1] = '\0';
        _cleanup_(text_clear) struct text t = { 0 };
        compose_file_name(longest, &t);
        ck_assert_uint_lt(t.length, 240); /* and room for what is put behind it */
}
END_TEST

TEST_MAIN("compose", magic_is_written_as_a_definition_has_it, credentials_imply_an_open_binary,
          what_no_file_can_say_is_refused, what_cannot_be_read_is_refused,
          a_template_has_every_key_as_a_comment, a_file_is_called_so_that_it_counts)
