/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/table.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct table *start(void) {
        struct table *k;

        test_instance_clear();
        assert_ok(table_open(TEST_INSTANCE, &k));
        return k;
}

static int add(struct table *k, const char *string) {
        return k->ops->add(k, string, strlen(string));
}

struct contents {
        struct entry **items;
        size_t n;
};

static void contents_clear(struct contents *t) {
        entries_free(t->items, t->n);
}

static struct contents read_table(struct table *k) {
        struct contents t;

        assert_ok(k->ops->read(k, &t.items, &t.n));
        return t;
}

static void assert_only(struct table *k, bool enabled, bool ours, uint64_t pin) {
        _cleanup_(contents_clear) struct contents t = read_table(k);

        ck_assert_uint_eq(t.n, 1);
        ck_assert_int_eq(t.items[0]->enabled, enabled);
        ck_assert_int_eq(t.items[0]->ours, ours);
        ck_assert_msg(t.items[0]->pin == pin, "pin %#jx, not %#jx", (uintmax_t) t.items[0]->pin,
                      (uintmax_t) pin);
}

START_TEST(what_is_no_instance_cannot_be_opened)
{
        static const struct {
                const char *path;
                int error;
        } cases[] = {
                { "/nonexistent/binfmt_misc", -ENOENT },
                { "", -ENOENT },
                { "/proc/self/stat", -ENOTDIR },
                { TEST_INSTANCE "/register", -ENOTDIR },
                { TEST_INSTANCE "/status/more", -ENOTDIR },
                { "/", -EMEDIUMTYPE },
                { "/proc", -EMEDIUMTYPE },
                { "/proc/sys/fs", -EMEDIUMTYPE },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct table *k = NULL;
                const char *hint;
                int r = table_open(cases[i].path, &k);

                ck_assert_msg(r == cases[i].error, "%s: %s", cases[i].path, strerror(-r));
                ck_assert_ptr_null(k);
                ck_assert_ptr_nonnull(table_error_sentence(r, &hint));
                ck_assert_ptr_nonnull(hint);
        }
}
END_TEST

START_TEST(a_loop_of_links_is_no_instance)
{
        char directory[] = "/tmp/test-kernel-XXXXXX", path[64];
        struct table *k;

        ck_assert_ptr_nonnull(mkdtemp(directory));
        snprintf(path, sizeof path, "%s/loop", directory);
        ck_assert_int_eq(symlink("loop", path), 0);
        ck_assert_int_eq(table_open(path, &k), -ELOOP);
        unlink(path);
        ck_assert_int_eq(symlink(TEST_INSTANCE, path), 0);
        assert_ok(table_open(path, &k));
        table_free(k);
        unlink(path);
        rmdir(directory);
}
END_TEST

START_TEST(every_error_has_a_sentence)
{
        for (int error = 0; error < 140; error++) {
                const char *hint;

                ck_assert_int_gt(strlen(table_error_sentence(-error, &hint)), 10);
                ck_assert_int_gt(strlen(table_refusal_sentence(-error, false)), 10);
                ck_assert_int_gt(strlen(table_refusal_sentence(-error, true)), 10);
        }
        /* With F, it is the interpreter that is not there. */
        ck_assert_str_ne(table_refusal_sentence(-ENOENT, false), table_refusal_sentence(-ENOENT, true));
        ck_assert_str_eq(table_refusal_sentence(-EEXIST, false), table_refusal_sentence(-EEXIST, true));
}
END_TEST

START_TEST(freeing_nothing_is_allowed)
{
        ck_assert_ptr_null(table_free(NULL));
        entries_free(NULL, 0);
}
END_TEST

START_TEST(an_empty_table_has_no_entries)
{
        _cleanup_(table_freep) struct table *k = start();
        _cleanup_(contents_clear) struct contents t = read_table(k);

        ck_assert_uint_eq(t.n, 0);
}
END_TEST

START_TEST(entries_are_read_newest_first)
{
        static const char *const names[] = { "b", "zz", "a b", "m\n", "\xff\x01" };
        _cleanup_(table_freep) struct table *k = start();
        _cleanup_(contents_clear) struct contents t;

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                char string[64];

                snprintf(string, sizeof string, ":%s:E::x%zu::/bin/sh:", names[i], i);
                assert_ok(add(k, string));
        }
        t = read_table(k);
        ck_assert_uint_eq(t.n, ELEMENTSOF(names));
        for (size_t i = 0; i < t.n; i++)
                ck_assert_str_eq(t.items[i]->name, names[t.n - 1 - i]);
}
END_TEST

START_TEST(one_entry_is_read_as_among_all)
{
        static const char *const others[] = { "nobody", "status", "register" };
        _cleanup_(table_freep) struct table *k = start();
        struct entry *e = NULL;

        assert_ok(add(k, ":a:M::MZ::/bin/sh:P"));
        assert_ok(add(k, ":b:E::x::/bin/sh:F"));
        assert_ok(k->ops->mark(k, "b", 77));
        _cleanup_(contents_clear) struct contents t = read_table(k);
        for (size_t i = 0; i < t.n; i++) {
                assert_ok(k->ops->read_one(k, t.items[i]->name, &e));
                ck_assert(e && streq(e->name, t.items[i]->name) && entry_identical(e, t.items[i]));
                e = entry_free(e);
        }
        for (size_t i = 0; i < ELEMENTSOF(others); i++) {
                e = t.items[0];
                assert_ok(k->ops->read_one(k, others[i], &e));
                ck_assert_ptr_null(e);
        }
}
END_TEST

START_TEST(an_entry_is_read_as_it_was_registered)
{
        _cleanup_(table_freep) struct table *k = start();
        _cleanup_(contents_clear) struct contents t;
        const struct entry *e;

        assert_ok(add(k, ":e:E::jar::/bin/sh:P"));
        assert_ok(add(k, ":m:M:8:a\\x00b:\\xff\\x00\\xf0:relative/x:OC"));
        t = read_table(k);
        ck_assert_uint_eq(t.n, 2);

        e = t.items[0];
        ck_assert_int_eq(e->pattern->type, PATTERN_MAGIC);
        ck_assert_uint_eq(e->pattern->offset, 8);
        ck_assert_uint_eq(e->pattern->size, 3);
        ck_assert_mem_eq(pattern_magic(e->pattern), "a\0b", 3);
        ck_assert_mem_eq(pattern_mask(e->pattern), "\xff\0\xf0", 3);
        ck_assert_str_eq(e->interpreter, "relative/x");
        ck_assert_uint_eq(e->flags, ENTRY_OPEN_BINARY | ENTRY_CREDENTIALS);
        ck_assert(e->enabled && !e->ours && e->pin == 0);

        e = t.items[1];
        ck_assert_int_eq(e->pattern->type, PATTERN_EXTENSION);
        ck_assert_uint_eq(e->flags, ENTRY_PRESERVE_ARGV0);
}
END_TEST

START_TEST(the_longest_texts_are_read_whole)
{
        _cleanup_(table_freep) struct table *k = start();
        _cleanup_(contents_clear) struct contents t;
        char string[REGISTRATION_MAX + 1];
        int n = snprintf(string, sizeof string, ":n:M::%0238d::/", 1);

        memset(string + n, 'i', sizeof string - (size_t) n);
        n = REGISTRATION_MAX - 1;
        string[n++] = ':';
        assert_ok(k->ops->add(k, string, (size_t) n));

        n = snprintf(string, sizeof string, ":m:M::");
        for (int part = 0; part < 2; part++) {
                for (int i = 0; i < 224; i++)
                        n += snprintf(string + n, sizeof string - (size_t) n, "\\x%02x", 255 - i % 7);
                string[n++] = ':';
        }
        n += snprintf(string + n, sizeof string - (size_t) n, "/bin/sh:F");
        assert_ok(k->ops->add(k, string, (size_t) n));

        t = read_table(k);
        ck_assert_uint_eq(t.n, 2);
        ck_assert_uint_eq(t.items[0]->pattern->size, 224);
        ck_assert(t.items[0]->pattern->masked);
        ck_assert_uint_eq(t.items[1]->pattern->size, 238);
        ck_assert_uint_gt(strlen(t.items[1]->interpreter), 1600);
}
END_TEST

START_TEST(an_ambiguous_entry_is_opaque)
{
        _cleanup_(table_freep) struct table *k = start();
        _cleanup_(contents_clear) struct contents t;

        assert_ok(add(k, "|a|E||x||/bin/sh\nflags: F|"));
        t = read_table(k);
        ck_assert_uint_eq(t.n, 1);
        ck_assert_ptr_null(t.items[0]->pattern);
}
END_TEST

START_TEST(a_mark_is_seen_until_the_entry_is_recreated)
{
        _cleanup_(table_freep) struct table *k = start();

        assert_ok(add(k, ":a:E::x::/bin/sh:F"));
        assert_only(k, true, false, 0);
        assert_ok(k->ops->mark(k, "a", 0x1234));
        assert_only(k, true, true, 0x1234);
        assert_ok(test_instance_write("a", "0", 1));
        assert_only(k, false, true, 0x1234);
        assert_ok(k->ops->enable(k, "a"));
        assert_only(k, true, true, 0x1234);

        assert_ok(k->ops->remove(k, "a"));
        assert_ok(add(k, ":a:E::x::/bin/sh:F"));
        assert_only(k, true, false, 0);
}
END_TEST

START_TEST(a_marked_entry_shows_in_ls)
{
        _cleanup_(table_freep) struct table *k = start();
        struct stat st;

        assert_ok(add(k, ":a:E::x::/bin/sh:"));
        assert_ok(k->ops->mark(k, "a", 0));
        ck_assert_int_eq(stat(TEST_INSTANCE "/a", &st), 0);
        ck_assert_uint_eq(st.st_mode, S_IFREG | 01644);
}
END_TEST

START_TEST(a_pin_keeps_all_its_bits)
{
        static const uint64_t pins[] = { 1,          INT64_MAX,      UINT64_C(1) << 63,
                                         UINT64_MAX, UINT64_MAX - 1, 1u << 31 };
        _cleanup_(table_freep) struct table *k = start();
        uint64_t state = test_seed();

        assert_ok(add(k, ":a:E::x::/bin/sh:F"));
        for (size_t i = 0; i < ELEMENTSOF(pins) + 100; i++) {
                uint64_t pin = i < ELEMENTSOF(pins) ? pins[i] : test_random(&state) | 1;

                assert_ok(k->ops->mark(k, "a", pin));
                assert_only(k, true, true, pin);
        }
}
END_TEST

START_TEST(a_pin_counts_only_for_what_is_pinned_and_ours)
{
        _cleanup_(table_freep) struct table *k = start();
        const struct timespec times[] = { { .tv_sec = 99 }, { .tv_nsec = UTIME_OMIT } };

        assert_ok(add(k, ":a:E::x::/bin/sh:F"));
        ck_assert_int_eq(utimensat(AT_FDCWD, TEST_INSTANCE "/a", times, 0), 0);
        assert_only(k, true, false, 0);
        assert_ok(k->ops->remove(k, "a"));
        assert_ok(add(k, ":a:E::x::/bin/sh:"));
        assert_ok(k->ops->mark(k, "a", 77));
        assert_only(k, true, true, 0);
}
END_TEST

static void assert_whose(struct table *k, bool ours, bool elsewhere, uint64_t pin) {
        _cleanup_(entry_freep) struct entry *e = NULL;

        assert_ok(k->ops->read_one(k, "a", &e));
        ck_assert(e->ours == ours && e->elsewhere == elsewhere);
        ck_assert_uint_eq(e->pin, pin);
        ck_assert(!entry_is_stand_in(e));
}

/* With F and without. */
START_TEST(a_mark_says_for_which_root_it_was_made)
{
        for (int fixed = 0; fixed <= 1; fixed++) {
                _cleanup_(table_freep) struct table *k = start();
                uint64_t pin = fixed ? UINT64_C(5) << 61 : 0;

                assert_ok(add(k, fixed ? ":a:E::x::/bin/sh:F" : ":a:E::x::/bin/sh:"));
                assert_whose(k, false, false, 0);
                assert_ok(table_set_root(k, "/proc"));
                assert_ok(k->ops->mark(k, "a", pin));
                assert_whose(k, true, false, pin);
                assert_ok(table_set_root(k, ""));
                assert_whose(k, false, true, 0);
                assert_ok(table_set_root(k, "/proc"));
                assert_whose(k, true, false, pin);
                ck_assert_int_eq(table_set_root(k, "/none"), -ENOENT);
                assert_whose(k, true, false, pin);
        }
}
END_TEST

/* Without F, an older version set no time; with F, the nanoseconds were 0. */
START_TEST(a_mark_of_an_older_version_is_ours)
{
        const struct timespec old[] = { { .tv_sec = 77 }, { .tv_nsec = UTIME_OMIT } };

        for (int fixed = 0; fixed <= 1; fixed++) {
                _cleanup_(table_freep) struct table *k = start();

                assert_ok(add(k, fixed ? ":a:E::x::/bin/sh:F" : ":a:E::x::/bin/sh:"));
                if (fixed)
                        ck_assert_int_eq(utimensat(AT_FDCWD, TEST_INSTANCE "/a", old, 0), 0);
                ck_assert_int_eq(chmod(TEST_INSTANCE "/a", 01644), 0);
                assert_whose(k, true, false, fixed ? 77 : 0);
        }
}
END_TEST

START_TEST(marks_can_be_asked_for_later)
{
        _cleanup_(table_freep) struct table *k = start();
        struct entry **entries;
        size_t n;

        assert_ok(add(k, ":a:E::x::/bin/sh:F"));
        assert_ok(add(k, ":b:E::y::/bin/sh:F"));
        assert_ok(k->ops->mark(k, "a", 77));
        assert_ok(k->ops->mark(k, "b", 78));
        assert_ok(table_read_unmarked(k, &entries, &n));
        ck_assert_uint_eq(n, 2);
        ck_assert_str_eq(entries[0]->name, "b");
        ck_assert(!entries[0]->ours && entries[0]->pin == 0 && entries[0]->flags == ENTRY_FIX_BINARY);
        assert_ok(table_ask_mark(k, entries[1]));
        ck_assert(entries[1]->ours && entries[1]->pin == 77);
        ck_assert(!entries[0]->ours);
        assert_ok(k->ops->remove(k, "b"));
        assert_ok(table_ask_mark(k, entries[0]));
        ck_assert(!entries[0]->ours);
        entries_free(entries, n);
}
END_TEST

START_TEST(what_the_kernel_says_is_passed_on)
{
        _cleanup_(table_freep) struct table *k = start();

        assert_ok(add(k, ":a:E::x::/bin/sh:"));
        ck_assert_int_eq(add(k, ":a:E::y::/bin/sh:"), -EEXIST);
        ck_assert_int_eq(add(k, ":b:X::y::/bin/sh:"), -EINVAL);
        ck_assert_int_eq(add(k, ":b:E::y::/nonexistent:F"), -ENOENT);
        ck_assert_int_eq(add(k, ":b:E::y::/:F"), -EACCES);
        ck_assert_int_eq(k->ops->remove(k, "b"), -ENOENT);
        ck_assert_int_eq(k->ops->enable(k, "b"), -ENOENT);
        ck_assert_int_eq(k->ops->mark(k, "b", 1), -ENOENT);
        assert_only(k, true, false, 0);
}
END_TEST

START_TEST(the_files_that_are_no_entries_are_never_written)
{
        static const char *const names[] = { "status", "register", ".", ".." };
        _cleanup_(table_freep) struct table *k = start();
        struct stat before[2], after[2];

        assert_ok(add(k, ":a:E::x::/bin/sh:"));
        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                ck_assert_int_lt(k->ops->remove(k, names[i]), 0);
                ck_assert_int_lt(k->ops->enable(k, names[i]), 0);
                if (i >= 2)
                        continue;
                ck_assert_int_eq(fstatat(table_directory(k), names[i], &before[i], 0), 0);
                ck_assert_int_lt(k->ops->mark(k, names[i], 5), 0);
                ck_assert_int_eq(fstatat(table_directory(k), names[i], &after[i], 0), 0);
                ck_assert_uint_eq(before[i].st_mode, after[i].st_mode);
                ck_assert_int_eq(before[i].st_atim.tv_sec, after[i].st_atim.tv_sec);
        }
        assert_only(k, true, false, 0);
}
END_TEST

START_TEST(a_thousand_entries_are_read_in_order)
{
        _cleanup_(table_freep) struct table *k = start();
        _cleanup_(contents_clear) struct contents t;
        size_t n = 1000;

        for (size_t i = 0; i < n; i++) {
                char string[80], name[16];

                snprintf(name, sizeof name, "f%zu", i);
                snprintf(string, sizeof string, ":%s:M:0:\\x7f%04zx::/bin/sh:%s", name, i, i % 3 ? "" : "F");
                assert_ok(add(k, string));
                if (i % 2)
                        assert_ok(k->ops->mark(k, name, i));
        }
        t = read_table(k);
        ck_assert_uint_eq(t.n, n);
        for (size_t i = 0; i < n; i++) {
                const struct entry *e = t.items[n - 1 - i];
                char name[16];

                snprintf(name, sizeof name, "f%zu", i);
                ck_assert_str_eq(e->name, name);
                ck_assert_int_eq(e->ours, i % 2);
                ck_assert_uint_eq(e->pin, i % 2 && i % 3 == 0 ? i : 0);
        }
        test_instance_clear();
}
END_TEST

START_TEST(the_status_is_read)
{
        _cleanup_(table_freep) struct table *k = start();

        ck_assert_int_eq(table_status(k), 1);
        assert_ok(test_instance_write("status", "0", 1));
        ck_assert_int_eq(table_status(k), 0);
        assert_ok(test_instance_write("status", "1", 1));
        ck_assert_int_eq(table_status(k), 1);
}
END_TEST

/* Two entries stay, and between them others come and go as fast as they can. */
static pid_t churn(struct table *k) {
        pid_t pid = fork();

        ck_assert_int_ge(pid, 0);
        if (pid > 0)
                return pid;
        for (;;)
                for (int i = 0; i < 20; i++) {
                        char name[16], string[64];

                        snprintf(name, sizeof name, "c%d", i);
                        snprintf(string, sizeof string, ":%s:E::c%d::/bin/sh:", name, i);
                        if (k->ops->remove(k, name) == -ENOENT)
                                (void) add(k, string);
                }
}

START_TEST(reading_is_not_disturbed_by_what_vanishes)
{
        _cleanup_(table_freep) struct table *k = start();
        pid_t pid;

        assert_ok(add(k, ":a:E::a::/bin/sh:"));
        assert_ok(add(k, ":b:E::b::/bin/sh:"));
        pid = churn(k);
        for (size_t round = 0; round < test_rounds(2000); round++) {
                _cleanup_(contents_clear) struct contents t = { 0 };
                int r = k->ops->read(k, &t.items, &t.n);

                ck_assert_msg(r == 0 && t.n >= 2 && streq(t.items[t.n - 1]->name, "a") &&
                                              streq(t.items[t.n - 2]->name, "b"),
                              "round %zu: %s, %zu entries", round, strerror(-r), t.n);
        }
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
}
END_TEST

START_TEST(a_read_only_instance_can_be_read)
{
        _cleanup_(table_freep) struct table *k = start();

        assert_ok(add(k, ":a:E::x::/bin/sh:"));
        k = table_free(k); /* its open `register` would keep the mount writable */
        ck_assert_int_eq(mount("none", TEST_INSTANCE, "none", MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
        assert_ok(table_open(TEST_INSTANCE, &k));
        assert_only(k, true, false, 0);
        ck_assert_int_eq(add(k, ":b:E::x::/bin/sh:"), -EROFS);
        ck_assert_int_eq(k->ops->remove(k, "a"), -EROFS);
        ck_assert_int_eq(k->ops->enable(k, "a"), -EROFS);
        ck_assert_int_eq(k->ops->mark(k, "a", 1), -EROFS);
        assert_only(k, true, false, 0);
        ck_assert_int_eq(mount("none", TEST_INSTANCE, "none", MS_REMOUNT | MS_BIND, NULL), 0);
}
END_TEST

START_TEST(an_open_instance_outlives_its_mount)
{
        _cleanup_(table_freep) struct table *k = start();
        struct table *again;

        assert_ok(add(k, ":a:E::x::/bin/sh:"));
        ck_assert_int_eq(umount2(TEST_INSTANCE, MNT_DETACH), 0);
        ck_assert_int_eq(table_open(TEST_INSTANCE, &again), -EMEDIUMTYPE);
        assert_only(k, true, false, 0);
        assert_ok(k->ops->mark(k, "a", 0));
        ck_assert_int_eq(mount("binfmt_misc", TEST_INSTANCE, "binfmt_misc", 0, NULL), 0);
        assert_ok(table_open(TEST_INSTANCE, &again));
        assert_only(again, true, true, 0);
        table_free(again);
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "kernel", what_is_no_instance_cannot_be_opened,
                a_loop_of_links_is_no_instance, every_error_has_a_sentence, freeing_nothing_is_allowed,
                an_empty_table_has_no_entries, entries_are_read_newest_first, one_entry_is_read_as_among_all,
                an_entry_is_read_as_it_was_registered, the_longest_texts_are_read_whole,
                an_ambiguous_entry_is_opaque, a_mark_is_seen_until_the_entry_is_recreated,
                a_marked_entry_shows_in_ls, a_pin_keeps_all_its_bits,
                a_pin_counts_only_for_what_is_pinned_and_ours, a_mark_says_for_which_root_it_was_made,
                a_mark_of_an_older_version_is_ours, marks_can_be_asked_for_later,
                what_the_kernel_says_is_passed_on, the_files_that_are_no_entries_are_never_written,
                a_thousand_entries_are_read_in_order, the_status_is_read,
                reading_is_not_disturbed_by_what_vanishes, a_read_only_instance_can_be_read,
                an_open_instance_outlives_its_mount)
