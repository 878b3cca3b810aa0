/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/format.h"
#include "tests/test.h"

static struct format *obtain(struct formats *f, size_t i) {
        struct format *format;
        char name[24];

        snprintf(name, sizeof name, "n%03zu", i);
        assert_ok(formats_obtain(f, name, &format));
        ck_assert_str_eq(format->name, name);
        return format;
}

START_TEST(names_come_and_go_in_any_order_and_each_format_stays_where_it_is)
{
        uint64_t seed = test_seed(), state = seed;
        struct format *known[60] = { 0 };
        struct formats f = { 0 };
        size_t n = 0;

        for (size_t round = 0; round < test_rounds(5000); round++) {
                size_t i = test_below(&state, ELEMENTSOF(known));
                char name[24];

                snprintf(name, sizeof name, "n%03zu", i);
                if (test_below(&state, 2)) {
                        struct format *format = obtain(&f, i);

                        ck_assert_msg(!known[i] || known[i] == format, "seed %#llx",
                                      (unsigned long long) seed);
                        n += !known[i];
                        known[i] = format;
                } else {
                        struct format *taken = formats_take(&f, name);

                        ck_assert_msg(taken == known[i], "seed %#llx", (unsigned long long) seed);
                        n -= taken != NULL;
                        known[i] = format_free(taken);
                }
                ck_assert_uint_eq(f.n, n);
                for (size_t k = 1; k < f.n; k++)
                        ck_assert_msg(strcmp(f.items[k - 1]->name, f.items[k]->name) < 0, "seed %#llx",
                                      (unsigned long long) seed);
        }
        formats_clear(&f);
}
END_TEST

START_TEST(every_name_is_found_and_no_other)
{
        for (size_t n = 0; n <= 100; n++) {
                struct formats f = { 0 };
                char name[24];

                for (size_t i = 0; i < n; i++)
                        obtain(&f, 2 * i + 1);
                for (size_t i = 0; i <= 2 * n; i++) {
                        snprintf(name, sizeof name, "n%03zu", i);
                        ck_assert_ptr_eq(formats_find(&f, name), i % 2 ? f.items[i / 2] : NULL);
                        ck_assert_uint_eq(formats_seek(&f, name), i / 2);
                }
                formats_clear(&f);
        }
}
END_TEST

START_TEST(clearing_frees_what_is_owned_and_leaves_nothing)
{
        struct formats f = { 0 };
        struct pattern *p;

        assert_ok(pattern_new_extension("x", &p));
        obtain(&f, 0);
        obtain(&f, 1);
        assert_ok(entry_new("a", p, "/i", 0, NULL, &f.items[0]->want));
        f.items[0]->have = entry_ref(f.items[0]->want);
        f.items[1]->reason = strdup("because");
        assert_ok(diagnostics_add(&f.items[1]->said, SEVERITY_NOTE, "c", (struct location){ 0 }, "a", NULL,
                                  "m"));
        ck_assert_uint_eq(p->n_ref, 2);
        formats_clear(&f);
        ck_assert_uint_eq(p->n_ref, 1);
        ck_assert_ptr_null(f.items);
        ck_assert_uint_eq(f.n, 0);
        formats_clear(&f);
        pattern_unref(p);
}
END_TEST

START_TEST(every_state_has_a_name_of_its_own)
{
        for (int i = 0; i < _FORMAT_STATE_MAX; i++) {
                ck_assert_ptr_nonnull(format_state_name((enum format_state) i));
                for (int j = 0; j < i; j++)
                        ck_assert_str_ne(format_state_name((enum format_state) i),
                                         format_state_name((enum format_state) j));
        }
        ck_assert_str_eq(format_state_name(FORMAT_REGISTERED), "registered");
        ck_assert_str_eq(format_state_name(FORMAT_FOREIGN), "foreign");
}
END_TEST

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

TEST_MAIN("format", names_come_and_go_in_any_order_and_each_format_stays_where_it_is,
          every_name_is_found_and_no_other, clearing_frees_what_is_owned_and_leaves_nothing,
          every_state_has_a_name_of_its_own, what_is_wanted_answers_before_what_stands_and_what_is_declared,
          what_cannot_be_read_is_said, a_state_that_says_all_needs_no_reason)
