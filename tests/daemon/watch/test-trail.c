/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/trail.h"
#include "model/base/text.h"
#include "tests/engine/tree.h"

static void fresh(void) {
        static const char *const made[] = { "usr", "etc", "bin", "file", "up", "down", "a", "b" };

        for (size_t i = 0; i < ELEMENTSOF(made); i++)
                tree_remove(made[i]);
}

static void assert_trail(const char *path, bool members, const char *expected) {
        static const char *const kinds[] = { "passed", "name", "members" };
        _cleanup_free_ char *root = realpath(".", NULL), *all = NULL;
        _cleanup_(trail_clear) struct trail t = { 0 };
        _cleanup_(text_clear) struct text text = { 0 };

        assert_ok(trail_follow(root, path, members, &t));
        for (size_t i = 0; i < t.n; i++)
                text_printf(&text, "%s %s/%s\n", kinds[t.steps[i].kind], t.steps[i].directory,
                            t.steps[i].name ? t.steps[i].name : "");
        all = text_take(&text);
        ck_assert_str_eq(all, expected);
}

START_TEST(a_plain_file_is_a_name_behind_directories)
{
        fresh();
        tree_write("usr/bin/qemu", "x");
        assert_trail("/usr/bin/qemu", false, "passed /usr/\npassed /usr/bin/\nname /usr/bin/qemu\n");
        assert_trail("//usr/./bin//qemu", false, "passed /usr/\npassed /usr/bin/\nname /usr/bin/qemu\n");
}
END_TEST

START_TEST(the_way_ends_at_the_first_thing_that_is_missing)
{
        fresh();
        tree_mkdir_parents("usr/x");
        assert_trail("/usr/bin/qemu", false, "passed /usr/\nname /usr/bin\n");
        assert_trail("/nowhere/at/all", false, "name /nowhere\n");
        tree_write("file", "x");
        assert_trail("/file/x", false, "name /file\n");
        assert_trail("/file/x", true, "name /file\n");
}
END_TEST

START_TEST(a_directory_with_members_is_named_all_the_way)
{
        fresh();
        tree_mkdir_parents("etc/conf.d/x");
        assert_trail("/etc/conf.d", true,
                     "name /etc\npassed /etc/\nname /etc/conf.d\npassed /etc/conf.d/\nmembers "
                     "/etc/conf.d/\n");
        assert_trail("/etc/conf.d", false, "passed /etc/\nname /etc/conf.d\n");
}
END_TEST

START_TEST(links_are_names_and_lead_on)
{
        fresh();
        tree_write("usr/bin/one", "x");
        tree_link("usr/bin", "bin");
        tree_link("/etc/alternatives/tool", "usr/bin/tool");
        tree_link("../../usr/bin/one", "etc/alternatives/tool");
        assert_trail("/bin/tool", false,
                     "name /bin\npassed /usr/\npassed /usr/bin/\nname /usr/bin/tool\n"
                     "passed /etc/\npassed /etc/alternatives/\nname /etc/alternatives/tool\n"
                     "passed /usr/\npassed /usr/bin/\nname /usr/bin/one\n");
}
END_TEST

START_TEST(nothing_leads_out_of_the_root)
{
        fresh();
        tree_link("../../../../../etc/passwd", "up");
        tree_link("/etc/passwd", "down");
        assert_trail("/up", false, "name /up\nname /etc\n");
        assert_trail("/down", false, "name /down\nname /etc\n");
        assert_trail("/../../etc", false, "name /etc\n");
}
END_TEST

START_TEST(a_loop_has_an_end)
{
        _cleanup_free_ char *root = realpath(".", NULL);
        _cleanup_(trail_clear) struct trail t = { 0 };

        fresh();
        tree_link("b", "a");
        tree_link("a/x", "b");
        assert_ok(trail_follow(root, "/a", false, &t));
        ck_assert_uint_gt(t.n, 2);
        ck_assert_uint_lt(t.n, 100);
}
END_TEST

START_TEST(paths_that_are_too_long_end_somewhere)
{
        _cleanup_free_ char *path = malloc(10001), *root = realpath(".", NULL);
        _cleanup_(trail_clear) struct trail t = { 0 };

        memset(path, 'a', 10000);
        path[0] = '/';
        path[10000] = '\0';
        assert_ok(trail_follow(root, path, false, &t));
        path[2000] = '\0';
        trail_clear(&t);
        assert_ok(trail_follow(root, path, true, &t));
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "trail", a_plain_file_is_a_name_behind_directories,
                the_way_ends_at_the_first_thing_that_is_missing,
                a_directory_with_members_is_named_all_the_way, links_are_names_and_lead_on,
                nothing_leads_out_of_the_root, a_loop_has_an_end, paths_that_are_too_long_end_somewhere)
