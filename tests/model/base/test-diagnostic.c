/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/diagnostic.h"
#include "tests/test.h"

#include <inttypes.h>

static void add(struct diagnostics *d, enum severity severity, const char *file, unsigned line,
                const char *message) {
        assert_ok(diagnostics_add(d, severity, "code", (struct location){ file, line }, "name", NULL, "%s",
                                  message));
}

START_TEST(what_is_added_is_copied)
{
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        char file[] = "a.conf", name[] = "wine", hint[] = "do";
        const struct diagnostic *i;

        assert_ok(diagnostics_add(&d, SEVERITY_WARNING, "some-code", (struct location){ file, 3 }, name,
                                  hint, "%s is %d", "that", 5));
        file[0] = name[0] = hint[0] = '?';
        ck_assert_uint_eq(d.n, 1);
        i = &d.items[0];
        ck_assert_int_eq(i->severity, SEVERITY_WARNING);
        ck_assert_str_eq(i->code, "some-code");
        ck_assert_str_eq(i->file, "a.conf");
        ck_assert_uint_eq(i->line, 3);
        ck_assert_str_eq(i->name, "wine");
        ck_assert_str_eq(i->hint, "do");
        ck_assert_str_eq(i->message, "that is 5");
}
END_TEST

START_TEST(file_name_and_hint_may_be_absent)
{
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        assert_ok(diagnostics_add(&d, SEVERITY_NOTE, "c", (struct location){ 0 }, NULL, NULL, "m"));
        ck_assert_ptr_null(d.items[0].file);
        ck_assert_ptr_null(d.items[0].name);
        ck_assert_ptr_null(d.items[0].hint);
        ck_assert_uint_eq(d.items[0].line, 0);
        ck_assert_ptr_null(diagnostics_find(&d, SEVERITY_NOTE, "wine"));
        ck_assert_ptr_eq(diagnostics_find(&d, SEVERITY_NOTE, NULL), &d.items[0]);
}
END_TEST

START_TEST(moving_appends_all_and_leaves_nothing)
{
        _cleanup_(diagnostics_clear) struct diagnostics to = { 0 }, from = { 0 };

        assert_ok(diagnostics_move(&to, &from));
        ck_assert_uint_eq(to.n, 0);
        add(&from, SEVERITY_NOTE, "f", 1, "one");
        assert_ok(diagnostics_move(&to, &from));
        add(&from, SEVERITY_NOTE, "f", 1, "two");
        add(&from, SEVERITY_NOTE, "f", 1, "three");
        assert_ok(diagnostics_move(&to, &from));
        ck_assert_uint_eq(from.n, 0);
        ck_assert_uint_eq(to.n, 3);
        ck_assert_str_eq(to.items[0].message, "one");
        ck_assert_str_eq(to.items[2].message, "three");
        add(&from, SEVERITY_NOTE, "f", 1, "still usable");
        ck_assert_uint_eq(from.n, 1);
}
END_TEST

START_TEST(each_severity_is_counted_by_itself)
{
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&d, SEVERITY_ERROR, "f", 1, "m");
        add(&d, SEVERITY_NOTE, "f", 1, "m");
        add(&d, SEVERITY_ERROR, "f", 1, "m");
        ck_assert_uint_eq(diagnostics_count(&d, SEVERITY_ERROR), 2);
        ck_assert_uint_eq(diagnostics_count(&d, SEVERITY_WARNING), 0);
        ck_assert_uint_eq(diagnostics_count(&d, SEVERITY_NOTE), 1);
}
END_TEST

START_TEST(finding_heeds_severity_and_name)
{
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        struct location at = { "f", 1 };

        assert_ok(diagnostics_add(&d, SEVERITY_NOTE, "c", at, "a", NULL, "0"));
        assert_ok(diagnostics_add(&d, SEVERITY_WARNING, "c", at, "a", NULL, "1"));
        assert_ok(diagnostics_add(&d, SEVERITY_ERROR, "c", at, "b", NULL, "2"));
        assert_ok(diagnostics_add(&d, SEVERITY_ERROR, "c", at, "a", NULL, "3"));
        ck_assert_ptr_eq(diagnostics_find(&d, SEVERITY_NOTE, "a"), &d.items[0]);
        ck_assert_ptr_eq(diagnostics_find(&d, SEVERITY_WARNING, "a"), &d.items[1]);
        ck_assert_ptr_eq(diagnostics_find(&d, SEVERITY_ERROR, "a"), &d.items[3]);
        ck_assert_ptr_eq(diagnostics_find(&d, SEVERITY_ERROR, NULL), &d.items[2]);
        ck_assert_ptr_null(diagnostics_find(&d, SEVERITY_NOTE, "c"));
}
END_TEST

START_TEST(sorting_goes_by_file_then_line_then_severity)
{
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };
        static const char *const expected[] = { "a0", "a2", "b1e", "b1w", "b1n", "b1n again", "nowhere" };

        add(&d, SEVERITY_ERROR, NULL, 0, "nowhere");
        add(&d, SEVERITY_NOTE, "b", 1, "b1n");
        add(&d, SEVERITY_WARNING, "b", 1, "b1w");
        add(&d, SEVERITY_NOTE, "a", 2, "a2");
        add(&d, SEVERITY_NOTE, "b", 1, "b1n again");
        add(&d, SEVERITY_ERROR, "b", 1, "b1e");
        add(&d, SEVERITY_NOTE, "a", 0, "a0");
        diagnostics_sort(&d);
        ck_assert_uint_eq(d.n, ELEMENTSOF(expected));
        for (size_t i = 0; i < d.n; i++)
                ck_assert_str_eq(d.items[i].message, expected[i]);
}
END_TEST

START_TEST(sorting_keeps_the_order_of_equals)
{
        uint64_t seed = test_seed(), state = seed;
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        for (int i = 0; i < 500; i++) {
                static const char *const files[] = { "a", "b", NULL };
                char serial[16];

                snprintf(serial, sizeof serial, "%03d", i);
                add(&d, (enum severity) test_below(&state, 3), files[test_below(&state, 3)],
                    (unsigned) test_below(&state, 4), serial);
        }
        diagnostics_sort(&d);
        for (size_t i = 1; i < d.n; i++) {
                const struct diagnostic *a = &d.items[i - 1], *b = &d.items[i];
                int file = !a->file || !b->file ? !a->file - !b->file : strcmp(a->file, b->file);

                ck_assert_msg(file <= 0, "seed %" PRIu64, seed);
                if (file < 0)
                        continue;
                ck_assert_msg(a->line <= b->line, "seed %" PRIu64, seed);
                if (a->line < b->line)
                        continue;
                ck_assert_msg(a->severity >= b->severity, "seed %" PRIu64, seed);
                if (a->severity == b->severity)
                        ck_assert_msg(strcmp(a->message, b->message) < 0, "seed %" PRIu64, seed);
        }
}
END_TEST

START_TEST(a_cleared_list_can_be_used_again)
{
        _cleanup_(diagnostics_clear) struct diagnostics d = { 0 };

        add(&d, SEVERITY_NOTE, "f", 1, "m");
        diagnostics_clear(&d);
        ck_assert_uint_eq(d.n, 0);
        diagnostics_sort(&d);
        add(&d, SEVERITY_NOTE, "f", 1, "m");
        ck_assert_uint_eq(d.n, 1);
}
END_TEST

START_TEST(severities_have_names)
{
        ck_assert_str_eq(severity_name(SEVERITY_NOTE), "note");
        ck_assert_str_eq(severity_name(SEVERITY_WARNING), "warning");
        ck_assert_str_eq(severity_name(SEVERITY_ERROR), "error");
}
END_TEST

TEST_MAIN("diagnostic", what_is_added_is_copied, file_name_and_hint_may_be_absent,
          moving_appends_all_and_leaves_nothing, each_severity_is_counted_by_itself,
          finding_heeds_severity_and_name, sorting_goes_by_file_then_line_then_severity,
          sorting_keeps_the_order_of_equals, a_cleared_list_can_be_used_again, severities_have_names)
