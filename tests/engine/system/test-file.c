/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/file.h"
#include "tests/engine/tree.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

START_TEST(files_of_every_size_are_read_whole)
{
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < test_rounds(200); round++) {
                _cleanup_(file_clear) struct file f = { 0 };
                size_t n = round < 3 ? round : 500 + test_below(&state, 40) * test_below(&state, 1000);
                _cleanup_free_ char *data = malloc(n + 1);

                for (size_t i = 0; i < n; i++)
                        data[i] = (char) test_random(&state);
                tree_write_bytes("f", data, n);
                assert_ok(file_read(AT_FDCWD, "f", n, &f));
                ck_assert_msg(f.n == n && memcmp(f.data, data, n) == 0 && f.data[n] == '\0',
                              "seed %#llx, %zu bytes", (unsigned long long) seed, n);
                ck_assert_uint_eq((size_t) f.st.st_size, n);
                if (n > 0)
                        ck_assert_int_eq(file_read(AT_FDCWD, "f", n - 1, &f), -EFBIG);
        }
}
END_TEST

START_TEST(a_file_that_does_not_know_its_size_is_read_whole)
{
        _cleanup_(file_clear) struct file f = { 0 }, g = { 0 };

        assert_ok(file_read(AT_FDCWD, "/proc/self/smaps", 16 * FILE_SIZE_MAX, &f));
        ck_assert_int_eq(f.st.st_size, 0);
        ck_assert_uint_gt(f.n, 4096);
        ck_assert_int_eq(file_read(AT_FDCWD, "/proc/self/smaps", 4096, &g), -EFBIG);
        ck_assert_ptr_null(g.data);
}
END_TEST

START_TEST(names_are_relative_to_the_directory)
{
        _cleanup_close_ int dir = -1;
        _cleanup_(file_clear) struct file f = { 0 };

        tree_write("d/x", "inside");
        tree_link("x", "d/link");
        dir = open("d", O_PATH | O_DIRECTORY | O_CLOEXEC);
        assert_ok(file_read(dir, "link", 100, &f));
        ck_assert_str_eq(f.data, "inside");
}
END_TEST

START_TEST(what_is_no_file_is_refused_at_once)
{
        struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
        _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct file f = { 0 };

        ck_assert_int_eq(mkdir("dir", 0755), 0);
        ck_assert_int_eq(mkfifo("fifo", 0644), 0);
        ck_assert_int_eq(bind(fd, (struct sockaddr *) &address, sizeof address), 0);
        tree_link("loop", "loop");
        tree_link("nowhere", "dangling");
        alarm(10);
        ck_assert_int_eq(file_read(AT_FDCWD, "dir", 100, &f), -EISDIR);
        ck_assert_int_eq(file_read(AT_FDCWD, "fifo", 100, &f), -EINVAL);
        ck_assert_int_eq(file_read(AT_FDCWD, "socket", 100, &f), -EINVAL);
        ck_assert_int_eq(file_read(AT_FDCWD, "/dev/zero", 100, &f), -EINVAL);
        ck_assert_int_eq(file_read(AT_FDCWD, "/dev/null", 100, &f), -EINVAL);
        ck_assert_int_eq(file_read(AT_FDCWD, "loop", 100, &f), -ELOOP);
        ck_assert_int_eq(file_read(AT_FDCWD, "dangling", 100, &f), -ENOENT);
        ck_assert_int_eq(file_read(AT_FDCWD, "dir/x/y", 100, &f), -ENOENT);
        alarm(0);
        ck_assert_ptr_null(f.data);
}
END_TEST

START_TEST(a_descriptor_tells_what_it_is_even_if_it_is_no_file)
{
        _cleanup_close_ int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        struct file f = { 0 };

        ck_assert_int_eq(file_read_fd(fd, 100, &f), -EINVAL);
        ck_assert(S_ISCHR(f.st.st_mode));
}
END_TEST

START_TEST(below_a_root_nothing_leads_out_of_it)
{
        _cleanup_close_ int root = -1;
        static const char *const names[] = { "/etc/f", "etc/f", "/absolute", "/up", "/etc/../../../etc/f" };

        tree_write("root/etc/f", "in");
        tree_write("etc/f", "out");
        tree_link("/etc/f", "root/absolute");
        tree_link("../../../etc/f", "root/up");
        tree_link("/etc/passwd", "root/gone");
        root = open("root", O_PATH | O_DIRECTORY | O_CLOEXEC);

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_close_ int fd = file_open_in_root(root, names[i], O_RDONLY);
                _cleanup_(file_clear) struct file f = { 0 };

                ck_assert_msg(fd >= 0, "%s", names[i]);
                assert_ok(file_read_fd(fd, 100, &f));
                ck_assert_str_eq(f.data, "in");
                ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
        }
        ck_assert_int_eq(file_open_in_root(root, "/gone", O_RDONLY), -ENOENT);
        ck_assert_int_eq(file_open_in_root(-1, "/nonexistent", O_RDONLY), -ENOENT);
        _cleanup_close_ int path = file_open_in_root(root, "/etc", O_PATH | O_DIRECTORY);
        ck_assert_int_ge(path, 0);
}
END_TEST

static bool trusted(mode_t mode, uid_t uid, gid_t gid) {
        struct stat st = { .st_mode = S_IFREG | mode, .st_uid = uid, .st_gid = gid };

        return file_is_trusted(&st);
}

START_TEST(root_and_the_caller_are_trusted_and_others_are_not)
{
        uid_t me = geteuid(), other = me + 4711;

        ck_assert(trusted(0644, 0, 0));
        ck_assert(trusted(0600, me, getegid()));
        ck_assert(trusted(0777 & ~022, 0, 5));
        ck_assert(!trusted(0644, other, 0));
        ck_assert(!trusted(0646, 0, 0));
        ck_assert(!trusted(0666, 0, 0));
        ck_assert(!trusted(0664, 0, 4711));
        ck_assert(!trusted(0602, me, getegid()));
}
END_TEST

/* In a child: user and group, then perhaps a user namespace that maps only itself. 2: it could not be set
 * up. */
static int in_child(uid_t uid, bool namespace, bool (*judge)(void)) {
        int status;
        pid_t pid = fork();

        if (pid == 0) {
                if (geteuid() == 0 && (setgid(uid) < 0 || setuid(uid) < 0))
                        _exit(2);
                if (namespace && unshare(CLONE_NEWUSER) < 0)
                        _exit(2);
                if (namespace) {
                        char map[64];
                        int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
                        int n = snprintf(map, sizeof map, "0 %u 1", (unsigned) uid);

                        if (fd < 0 || write(fd, map, (size_t) n) != n)
                                _exit(2);
                }
                _exit(judge());
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert(WIFEXITED(status));
        return WEXITSTATUS(status);
}

static bool judge_private_group(void) {
        return trusted(0664, geteuid(), getegid()) && !trusted(0666, geteuid(), getegid()) &&
               !trusted(0664, 0, 0) && !trusted(0664, geteuid(), getegid() + 1);
}

START_TEST(the_group_of_a_user_may_write_what_is_his)
{ ck_assert_int_ne(in_child(geteuid() ?: 4711, false, judge_private_group), 0); }
END_TEST

static bool judge_nobody(void) {
        return trusted(0644, 65534, 65534) && !trusted(0666, 65534, 65534) && !trusted(0644, 4711, 0);
}

START_TEST(nobody_is_root_only_where_root_is_not_mapped)
{
        ck_assert(!trusted(0644, 65534, 65534));
        ck_assert_int_ne(in_child(geteuid() ?: 4711, true, judge_nobody), 0);
}
END_TEST

START_TEST(every_error_has_a_sentence)
{
        for (int e = 1; e < 134; e++) {
                const char *sentence = file_error(-e);

                ck_assert_uint_gt(strlen(sentence), 10);
                ck_assert_str_eq(sentence, file_error(e));
                ck_assert_int_ne(sentence[strlen(sentence) - 1], '.');
        }
        ck_assert_str_ne(file_error(-ENOENT), file_error(-EACCES));
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "file", files_of_every_size_are_read_whole,
                a_file_that_does_not_know_its_size_is_read_whole, names_are_relative_to_the_directory,
                what_is_no_file_is_refused_at_once, a_descriptor_tells_what_it_is_even_if_it_is_no_file,
                below_a_root_nothing_leads_out_of_it, root_and_the_caller_are_trusted_and_others_are_not,
                the_group_of_a_user_may_write_what_is_his, nobody_is_root_only_where_root_is_not_mapped,
                every_error_has_a_sentence)
