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

TEST_MAIN("format", names_come_and_go_in_any_order_and_each_format_stays_where_it_is,
          every_name_is_found_and_no_other, clearing_frees_what_is_owned_and_leaves_nothing,
          every_state_has_a_name_of_its_own)
