/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/file.h"
#include "engine/system/write-file.h"
#include "tests/engine/tree.h"

#include <dirent.h>

#define assert_reads(path, expected)                                                                        \
        do {                                                                                                \
                _cleanup_(file_clear) struct file f = { 0 };                                                \
                                                                                                            \
                assert_ok(file_read(AT_FDCWD, path, 1000, &f));                                             \
                ck_assert_str_eq(f.data, expected);                                                         \
                ck_assert_uint_eq(f.st.st_mode & 07777, 0644);                                              \
        } while (0)

/* The number of files and directories in a directory. */
static size_t count(const char *path) {
        struct dirent **entries;
        int n = scandir(path, &entries, NULL, NULL);

        ck_assert_int_ge(n, 2);
        for (int i = 0; i < n; i++)
                free(entries[i]);
        free(entries);
        return (size_t) n - 2;
}

START_TEST(a_file_comes_with_its_directories_and_is_replaced_as_a_whole)
{
        struct stat st;
        mode_t mask = umask(077);

        tree_mkdir_parents("root/x");
        assert_ok(write_file("root", "/etc/a/b/c.conf", "one", 3));
        assert_reads("root/etc/a/b/c.conf", "one");
        ck_assert_int_eq(stat("root/etc/a/b", &st), 0);
        ck_assert_uint_eq(st.st_mode & 07777, 0755);
        assert_ok(write_file("root", "/etc/a/b/c.conf", "and two", 7));
        assert_reads("root/etc/a/b/c.conf", "and two");
        assert_ok(write_file("root", "/top", "top", 3));
        assert_reads("root/top", "top");
        ck_assert_uint_eq(count("root/etc/a/b"), 1);
        umask(mask);
        tree_remove("root");
}
END_TEST

START_TEST(links_lead_nowhere_outside_the_root)
{
        tree_mkdir_parents("root/inside/x");
        tree_mkdir_parents("outside/x");
        tree_link("/inside", "root/absolute");
        tree_link("../../inside", "root/climbing");
        tree_link("/inside/there", "root/dangling");
        tree_link("../outside/victim", "root/inside/file");
        assert_ok(write_file("root", "/absolute/sub/a", "a", 1));
        assert_reads("root/inside/sub/a", "a");
        assert_ok(write_file("root", "/climbing/b", "b", 1));
        assert_reads("root/inside/b", "b");
        assert_ok(write_file("root", "/inside/file", "mine", 4));
        assert_reads("root/inside/file", "mine");
        ck_assert_uint_eq(count("outside"), 0);
        ck_assert_int_lt(write_file("root", "/dangling/c", "c", 1), 0);
        tree_remove("root");
        tree_remove("outside");
}
END_TEST

START_TEST(a_failure_leaves_what_was_there)
{
        tree_write("root/etc/file", "no directory");
        tree_write("root/a/full/x", "x");
        ck_assert_int_eq(write_file("root", "/etc/file/b", "b", 1), -ENOTDIR);
        ck_assert_int_eq(write_file("root", "/a/full", "b", 1), -EISDIR);
        ck_assert_uint_eq(count("root/a"), 1);
        ck_assert_int_eq(write_file("nowhere", "/a", "b", 1), -ENOENT);
        ck_assert_int_eq(write_file("root", "/a/full/y", "y", 1), 0);
        tree_remove("root");
}
END_TEST

START_TEST(what_is_removed_is_gone_also_if_it_never_was)
{
        tree_write("root/etc/a", "a");
        assert_ok(write_nothing("root", "/etc/a"));
        ck_assert_int_eq(access("root/etc/a", F_OK), -1);
        assert_ok(write_nothing("root", "/etc/a"));
        assert_ok(write_nothing("root", "/no/such/directory"));
        ck_assert_int_lt(write_nothing("root", "/etc"), 0);
        tree_remove("root");
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "put", a_file_comes_with_its_directories_and_is_replaced_as_a_whole,
                links_lead_nowhere_outside_the_root, a_failure_leaves_what_was_there,
                what_is_removed_is_gone_also_if_it_never_was)
