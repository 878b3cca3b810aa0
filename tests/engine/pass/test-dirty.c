/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dirty.h"
#include "tests/test.h"

START_TEST(nothing_is_asked_for_until_something_is_named)
{
        _cleanup_(dirty_clear) struct dirty a = { 0 };

        ck_assert(!dirty_any(&a));
        assert_ok(dirty_add(&a.entries, "x"));
        ck_assert(dirty_any(&a));
        dirty_clear(&a);
        ck_assert(!dirty_any(&a));
        a.status = true;
        ck_assert(dirty_any(&a));
}
END_TEST

START_TEST(each_name_is_there_once)
{
        _cleanup_(dirty_clear) struct dirty a = { 0 };

        for (int i = 0; i < 3; i++) {
                assert_ok(dirty_add(&a.files, "/etc/a"));
                assert_ok(dirty_add(&a.files, "/etc/b"));
        }
        ck_assert_uint_eq(a.files.n, 2);
        ck_assert_str_eq(a.files.items[0], "/etc/a");
        ck_assert_str_eq(a.files.items[1], "/etc/b");
}
END_TEST

START_TEST(too_many_names_are_all)
{
        _cleanup_(dirty_clear) struct dirty a = { 0 };
        char name[24];

        for (int i = 0; !a.files.all; i++) {
                ck_assert_int_lt(i, 100000);
                snprintf(name, sizeof name, "%d", i);
                assert_ok(dirty_add(&a.files, name));
        }
        ck_assert_uint_eq(a.files.n, 0);
        assert_ok(dirty_add(&a.files, "one more"));
        ck_assert_uint_eq(a.files.n, 0);
        ck_assert(dirty_any(&a));
        ck_assert(!a.interpreters.all);
}
END_TEST

TEST_MAIN("dirty", nothing_is_asked_for_until_something_is_named, each_name_is_there_once,
          too_many_names_are_all)
