/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/facts.h"
#include "tests/test.h"

static struct format format_of(struct definition *d, struct entry *want, struct entry *have) {
        return (struct format){ .name = "x", .definition = d, .want = want, .have = have };
}

static struct entry *entry_of(const char *extension, const char *interpreter, unsigned flags) {
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        struct entry *e;

        assert_ok(pattern_new_extension(extension, &p));
        assert_ok(entry_new("x", p, interpreter, flags, NULL, &e));
        return e;
}

static struct definition *definition_of(const char *extension, const char *interpreter) {
        struct definition *d;

        assert_ok(definition_new("x", SOURCE_BINFMTD, (struct location){ "x.conf", 1 }, &d));
        if (extension)
                assert_ok(pattern_new_extension(extension, &d->pattern));
        assert_ok(definition_add_interpreter(d, interpreter));
        return d;
}

static void assert_facts(const struct format *f, const char *matches, const char *interpreter,
                         const char *flags) {
        _cleanup_(text_clear) struct text m = { 0 }, l = { 0 };

        format_append_matches(f, &m);
        text_append(&l, "");
        format_append_flags(f, &l);
        ck_assert_str_eq(m.data, matches);
        ck_assert_str_eq(format_interpreter(f), interpreter);
        ck_assert_str_eq(l.data, flags);
}

START_TEST(what_is_wanted_answers_before_what_stands_and_what_is_declared)
{
        _cleanup_(definition_freep) struct definition *d = definition_of("a", "/a");
        _cleanup_(entry_freep) struct entry *want = entry_of("a", "/root/a", ENTRY_FIX_BINARY);
        _cleanup_(entry_freep) struct entry *have = entry_of("b", "/b", ENTRY_PRESERVE_ARGV0);
        struct format all = format_of(d, want, have), standing = format_of(d, NULL, have),
                      declared = format_of(d, NULL, NULL), foreign = format_of(NULL, NULL, have);

        d->flags = ENTRY_OPEN_BINARY;
        assert_facts(&all, "files named *.a", "/root/a", "F");
        assert_facts(&standing, "files named *.a", "/b", "P");
        assert_facts(&declared, "files named *.a", "/a", "O");
        assert_facts(&foreign, "files named *.b", "/b", "P");
}
END_TEST

START_TEST(what_cannot_be_read_is_said)
{
        static const char text[] = "enabled\ninterpreter /a\nb\nflags: \nextension .c\n";
        _cleanup_(definition_freep) struct definition *d = definition_of(NULL, "/a");
        _cleanup_(entry_freep) struct entry *opaque = NULL;
        struct format invalid = format_of(d, NULL, NULL), foreign;
        _cleanup_(text_clear) struct text m = { 0 };

        assert_facts(&invalid, "no valid pattern", "/a", "");
        assert_ok(entry_parse("x", text, strlen(text), &opaque));
        foreign = format_of(NULL, NULL, opaque);
        format_append_matches(&foreign, &m);
        ck_assert_str_eq(m.data, "unreadable text");
        ck_assert_ptr_null(format_interpreter(&foreign));
        ck_assert_ptr_null(format_pattern(&foreign));
}
END_TEST

START_TEST(a_state_that_says_all_needs_no_reason)
{
        _cleanup_(entry_freep) struct entry *have = entry_of("a", "/a", 0);
        struct format f = format_of(NULL, NULL, have);
        char reason[] = "because";

        ck_assert_ptr_null(format_why(&f));
        have->enabled = false;
        ck_assert_str_eq(format_why(&f), "the entry is switched off in the kernel");
        f.reason = reason;
        ck_assert_str_eq(format_why(&f), "because");
}
END_TEST

START_TEST(an_interpreter_is_told_by_what_its_file_is)
{
        static const struct {
                struct interpreter interpreter;
                const char *expected;
        } cases[] = {
                { { .error = -ENOENT }, "not there" },
                { { .error = -EACCES }, "not an executable file" },
                { { .error = -ELOOP }, "Too many levels of symbolic links" },
                { { .kind = INTERPRETER_ELF_STATIC }, "statically linked" },
                { { .kind = INTERPRETER_SCRIPT, .needs = (char *) "/bin/sh" }, "a script, needs /bin/sh" },
                { { .kind = INTERPRETER_ELF_DYNAMIC, .needs = (char *) "/lib/ld.so" },
                  "dynamically linked, needs /lib/ld.so" },
                { { .kind = INTERPRETER_OTHER }, "neither a program nor a script" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                append_interpreter_facts(&cases[i].interpreter, &t);
                ck_assert_str_eq(t.data, cases[i].expected);
        }
}
END_TEST

TEST_MAIN("facts", what_is_wanted_answers_before_what_stands_and_what_is_declared,
          what_cannot_be_read_is_said, a_state_that_says_all_needs_no_reason,
          an_interpreter_is_told_by_what_its_file_is)
