/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every rule by which the kernel takes or refuses a registration, by name: what we say of the string, what
 * the kernel says, and what this file says are the same. */

#include "tests/engine/verdict.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define S(literal) (literal), sizeof(literal) - 1
#define ROW(literal, err)                                                                                   \
        { S(literal), err }

static const struct {
        const char *bytes;
        size_t n;
        int error;
} rules[] = {
        /* length */
        ROW(":n:M::m::i", EINVAL),
        ROW(":n:M::m::i:", 0),
        ROW(":n:E::e::i:", 0),
        ROW("", EINVAL),
        /* name */
        ROW("::M::m::/i:", EINVAL),
        ROW(":.:M::m::/i:", EINVAL),
        ROW(":..:M::m::/i:", EINVAL),
        ROW(":...:M::m::/i:", 0),
        ROW(":a/b:M::m::/i:", EINVAL),
        ROW(":a\0b:M::m::/i:", EINVAL),
        ROW(":register:M::m::/i:", EEXIST),
        ROW(":status:M::m::/i:", EEXIST),
        ROW(":register:M::::/i:", EINVAL),
        ROW(":a b:M::m::/i:", 0),
        ROW(":a\tb:M::m::/i:", 0),
        ROW(":a\nb:M::m::/i:", 0),
        ROW(":%s:M::m::/i:", 0),
        ROW(":\\x41:M::m::/i:", 0),
        ROW(":\\x4:M::m::/i:", 0),
        ROW(":\xff\xfe:M::m::/i:", 0),
        ROW(":-1:M::m::/i:", 0),
        /* type */
        ROW(":n::0:m::/i:", EINVAL),
        ROW(":n:X:0:m::/i:", EINVAL),
        ROW(":n:m:0:m::/i:", EINVAL),
        ROW(":n:MM:0:m::/i:", EINVAL),
        ROW(":n:B::::/i:", EINVAL),
        /* delimiter */
        ROW("PnPMPPmPP/iP", EINVAL),
        ROW("PnPMPPmPP/iP\n", EINVAL),
        ROW("OnOMOOmOO/iO", EINVAL),
        ROW("CnCMCCmCC/iC", EINVAL),
        ROW("FnFMFFmFF/iF", EINVAL),
        ROW("\nn\nM\n\nm\n\n/i\n", EINVAL),
        ROW("\nn\nM\n\nm\n\n/i\n\n", 0),
        ROW("\nn\nM\n\nm\n\n/i\nP", EINVAL),
        ROW("\0n\0M\0\0m\0\0/i\0", 0),
        ROW("\0n\0M\0\0m\0\0/i\0PO", 0),
        ROW("\0n\0E\0\0e\0\0/i\0", 0),
        ROW(" n M  m  /i ", 0),
        ROW("\\n\\M\\\\m\\\\/i\\", 0),
        ROW("/n/M//m//i/", 0),
        ROW("xnxMxxmxx/ix", 0),
        ROW("xnxMxx\\x41xx/ix", 0),
        ROW("xnxMxx\\xxx/ixaa", EINVAL),
        ROW("4n4M44\\x41a44/i4", 0),
        ROW("MnMMMM1MM/iM", 0),
        ROW("EnEEEE1EE/iE", 0),
        ROW("\x80n\x80M\x80\x80m\x80\x80/i\x80", 0),
        ROW("\xffn\xffM\xff\xffm\xff\xff/i\xff", 0),
        /* the end */
        ROW(":n:M::m::/i", EINVAL),
        ROW(":n:M::m::/i:x:", EINVAL),
        ROW(":n:M::m::/i::", EINVAL),
        ROW(":n:M::m::/i: ", EINVAL),
        ROW(":n:M::m::/i:\r\n", EINVAL),
        ROW(":n:M::m::/i:\0", EINVAL),
        ROW(":n:M::m::/i:\n", 0),
        ROW(":n:M::m::/i:\n\n", EINVAL),
        ROW(":n:M::m::/i:\n:o:M::m::/i:\n", EINVAL),
        ROW(":n:M::m::/i:\nP", EINVAL),
        /* offset */
        ROW(":n:M:0:m::/i:", 0),
        ROW(":n:M:255:m::/i:", 0),
        ROW(":n:M:256:m::/i:", EINVAL),
        ROW(":n:M:255:mm::/i:", EINVAL),
        ROW(":n:M:254:mm::/i:", 0),
        ROW(":n:M:-0:m::/i:", 0),
        ROW(":n:M:+5:m::/i:", 0),
        ROW(":n:M:007:m::/i:", 0),
        ROW(":n:M:00000000000000000000000000000000000000007:m::/i:", 0),
        ROW(":n:M:5\n:m::/i:", 0),
        ROW(":n:M:-0\n:m::/i:", 0),
        ROW(":n:M:5\n\n:m::/i:", EINVAL),
        ROW(":n:M:\n:m::/i:", EINVAL),
        ROW(":n:M:+:m::/i:", EINVAL),
        ROW(":n:M:-:m::/i:", EINVAL),
        ROW(":n:M:+-5:m::/i:", EINVAL),
        ROW(":n:M:-+0:m::/i:", EINVAL),
        ROW(":n:M:-1:m::/i:", EINVAL),
        ROW(":n:M:0x10:m::/i:", EINVAL),
        ROW(":n:M: 5:m::/i:", EINVAL),
        ROW(":n:M:5 :m::/i:", EINVAL),
        ROW(":n:M:1e1:m::/i:", EINVAL),
        ROW(":n:M:2147483648:m::/i:", EINVAL),
        ROW(":n:M:4294967296:m::/i:", EINVAL),
        ROW(":n:M:18446744073709551616:m::/i:", EINVAL),
        ROW(":n:M:-18446744073709551615:m::/i:", EINVAL),
        ROW(":n:M:5\0:m::/i:", EINVAL),
        ROW(":n:E:rubbish:e::/i:", 0),
        ROW(":n:E:a\0b:e::/i:", EINVAL),
        ROW(":n:E::e:rubbish\\x:/i:", 0),
        ROW(":n:E::e:a\0b:/i:", EINVAL),
        /* magic and mask */
        ROW(":n:M::::/i:", EINVAL),
        ROW(":n:M::\0m::/i:", EINVAL),
        ROW(":n:M::m\0m::/i:", 0),
        ROW(":n:M::m\0\\x4::/i:", EINVAL),
        ROW(":n:M::mm\0m:mm:/i:", 0),
        ROW(":n:M::mm:mm\0m:/i:", 0),
        ROW(":n:M::mm:\0m:/i:", 0),
        ROW(":n:M::mm:\0\\xg1:/i:", EINVAL),
        ROW(":n:M::\\x4::/i:", EINVAL),
        ROW(":n:M::\\xg1::/i:", EINVAL),
        ROW(":n:M::\\x1g::/i:", EINVAL),
        ROW(":n:M::\\x::/i:", EINVAL),
        ROW(":n:M::\\x00::/i:", 0),
        ROW(":n:M::\\xfF:\\xFf:/i:", 0),
        ROW(":n:M::m:\\x:/i:", EINVAL),
        ROW(":n:M::\\n::/i:", 0),
        ROW(":n:M::\\X41::/i:", 0),
        ROW(":n:M::\\101::/i:", 0),
        ROW(":n:M::\\\\x41::/i:", 0),
        ROW(":n:M::\\\\xzz::/i:", EINVAL),
        ROW(":n:M::\\\\\\x41::/i:", 0),
        ROW(":n:M::\\\\\\\\x41::/i:", 0),
        ROW(":n:M::\\::/i:", 0),
        ROW(":n:M::\\\\::/i:", 0),
        ROW(":n:M::mm:f:/i:", EINVAL),
        ROW(":n:M::m:ff:/i:", EINVAL),
        ROW(":n:M::m:\\x00:/i:", 0),
        ROW(":n:M::\\x41\\x42:\\xff\\xff:/i:", 0),
        /* extension */
        ROW(":n:E::::/i:", EINVAL),
        ROW(":n:E::a/b::/i:", EINVAL),
        ROW(":n:E::a\0b::/i:", EINVAL),
        ROW(":n:E::tar.gz::/i:", 0),
        ROW(":n:E::.exe::/i:", 0),
        ROW(":n:E::\\x41::/i:", 0),
        ROW(":n:E::\\x4::/i:", 0),
        ROW(":n:E::a\nb::/i:", 0),
        ROW(":n:E::a\n::/i:", 0),
        /* interpreter */
        ROW(":n:M::m:::", EINVAL),
        ROW(":n:M::m:::PPP", EINVAL),
        ROW(":n:M::m::/i\0i:", EINVAL),
        ROW(":n:M::m::i:", 0),
        ROW(":n:M::m::./i j:", 0),
        ROW(":n:M::m::/no/such/file:", 0),
        ROW(":n:M::m::/:", 0),
        ROW("|n|M||m||/i\nflags: P\noffset 0\nmagic 41|", 0),
        ROW("|n|M||m||/i\nflags: P\nextension .a|", 0),
        /* flags */
        ROW(":n:M::m::/i:P", 0),
        ROW(":n:M::m::/i:O", 0),
        ROW(":n:M::m::/i:C", 0),
        ROW(":n:M::m::/i:CPOCPPOO\n", 0),
        ROW(":n:M::m::/i:p", EINVAL),
        ROW(":n:M::m::/i:T", EINVAL),
        ROW(":n:M::m::/i:Px", EINVAL),
        ROW(":n:M::m::/i:P ", EINVAL),
};

START_TEST(every_rule_of_the_kernel_is_ours)
{
        int fd = verdict_open();

        for (size_t i = 0; i < ELEMENTSOF(rules); i++) {
                int r = verdict_agree(fd, rules[i].bytes, rules[i].n, "rule");

                ck_assert_msg(r == -rules[i].error, "rule %s: %s", verdict_show(rules[i].bytes, rules[i].n),
                              strerror(-r));
                test_instance_clear();
        }
        close(fd);
}
END_TEST

/* Registers `:NAME:M::MAGIC:MASK:INTERPRETER:` with fields of these lengths, each byte as its letter. */
static int agree_lengths(int fd, size_t name, size_t magic, size_t mask, size_t interpreter) {
        char string[4096];
        size_t n = 0;
        int r;

        ck_assert_uint_lt(name + magic + mask + interpreter + 8, sizeof string);
        n += (size_t) sprintf(string, ":%0*d:M::%0*d:", (int) name, 0, (int) magic, 0);
        memset(string + n, 'f', mask);
        n += mask;
        string[n++] = ':';
        memset(string + n, 'i', interpreter);
        n += interpreter;
        string[n++] = ':';

        r = verdict_agree(fd, string, n, "lengths");
        test_instance_clear();
        return r;
}

START_TEST(the_limits_are_where_the_kernel_has_them)
{
        int fd = verdict_open();

        ck_assert_int_eq(agree_lengths(fd, 255, 1, 0, 1), 0);
        ck_assert_int_eq(agree_lengths(fd, 256, 1, 0, 1), -ENAMETOOLONG);
        ck_assert_int_eq(agree_lengths(fd, 1, 256, 0, 1), 0);
        ck_assert_int_eq(agree_lengths(fd, 1, 257, 0, 1), -EINVAL);
        ck_assert_int_eq(agree_lengths(fd, 1, 256, 256, 1), 0);
        ck_assert_int_eq(agree_lengths(fd, 1, 256, 255, 1), -EINVAL);
        ck_assert_int_eq(agree_lengths(fd, 1, 257, 257, 1), -EINVAL);
        ck_assert_int_eq(agree_lengths(fd, 1, 1, 0, 1920 - 10), 0);
        ck_assert_int_eq(agree_lengths(fd, 1, 1, 0, 1921 - 10), -EINVAL);
        close(fd);
}
END_TEST

START_TEST(a_name_in_use_is_EEXIST_and_a_mistake_anywhere_wins_over_it)
{
        int fd = verdict_open();

        assert_ok(verdict_write(fd, S(":n:M::m::/i:")));
        ck_assert_int_eq(verdict_write(fd, S(":n:M::m::/i:")), -EEXIST);
        ck_assert_int_eq(verdict_write(fd, S(":n:E::e::/j:P")), -EEXIST);
        ck_assert_int_eq(verdict_write(fd, S(":n:M::m::/i:x")), -EINVAL);
        ck_assert_int_eq(verdict_write(fd, S(":n:M::m::/no/such/file:F")), -ENOENT);
        test_instance_clear();
        close(fd);
}
END_TEST

/* F: facts about the kernel that are not judged by registration_parse(). */

static char scratch[] = "/tmp/binfmtd-kernel-rules-XXXXXX";

static const char *scratch_path(const char *name) {
        static char path[512];

        snprintf(path, sizeof path, "%s/%s", scratch, name);
        return path;
}

static int register_fixed(int fd, const char *interpreter) {
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;
        char string[REGISTRATION_MAX + 1];
        struct registration r;
        const char *reason;
        size_t n;
        int table;

        assert_ok(pattern_new_extension("e", &p));
        assert_ok(registration_format("n", p, interpreter, ENTRY_FIX_BINARY, NULL, string, &n));
        assert_ok(registration_parse(string, n, false, &r, &reason));
        registration_clear(&r);
        table = verdict_write(fd, string, n);
        test_instance_clear();
        return table;
}

static void make_file(const char *name, const char *text, mode_t mode) {
        int fd = open(scratch_path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t) strlen(text));
        ck_assert_int_eq(fchmod(fd, mode), 0);
        close(fd);
}

START_TEST(F_opens_the_interpreter_and_reports_why_it_cannot)
{
        char long_name[300];
        int fd = verdict_open(), writer;

        memset(long_name, 'a', sizeof long_name);
        long_name[256] = '\0';

        /* A file system of our own: whether /tmp is mounted noexec must not matter. */
        ck_assert_ptr_nonnull(mkdtemp(scratch));
        ck_assert_int_eq(mount("tmpfs", scratch, "tmpfs", 0, NULL), 0);
        make_file("empty", "", 0755);
        make_file("text", "hello\n", 0755);
        make_file("plain", "hello\n", 0644);
        ck_assert_int_eq(mkdir(scratch_path("directory"), 0755), 0);
        ck_assert_int_eq(mkfifo(scratch_path("fifo"), 0755), 0);
        ck_assert_int_eq(symlink("loop", scratch_path("loop")), 0);
        ck_assert_int_eq(symlink("text", scratch_path("link")), 0);

        ck_assert_int_eq(register_fixed(fd, scratch_path("empty")), 0);
        ck_assert_int_eq(register_fixed(fd, scratch_path("text")), 0);
        ck_assert_int_eq(register_fixed(fd, scratch_path("link")), 0);
        ck_assert_int_eq(register_fixed(fd, scratch_path("missing")), -ENOENT);
        ck_assert_int_eq(register_fixed(fd, scratch_path("plain")), -EACCES);
        ck_assert_int_eq(register_fixed(fd, scratch_path("directory")), -EACCES);
        ck_assert_int_eq(register_fixed(fd, scratch_path("fifo")), -EACCES);
        ck_assert_int_eq(register_fixed(fd, "/dev/null"), -EACCES);
        ck_assert_int_eq(register_fixed(fd, TEST_INSTANCE "/status"), -EACCES);
        ck_assert_int_eq(register_fixed(fd, scratch_path("loop")), -ELOOP);
        ck_assert_int_eq(register_fixed(fd, scratch_path("text/below")), -ENOTDIR);
        ck_assert_int_eq(register_fixed(fd, scratch_path(long_name)), -ENAMETOOLONG);

        writer = open(scratch_path("text"), O_WRONLY | O_CLOEXEC);
        ck_assert_int_ge(writer, 0);
        ck_assert_int_eq(register_fixed(fd, scratch_path("text")), -ETXTBSY);
        close(writer);

        ck_assert_int_eq(mount("none", scratch, "none", MS_REMOUNT | MS_BIND | MS_NOEXEC, NULL), 0);
        ck_assert_int_eq(register_fixed(fd, scratch_path("text")), -EACCES);

        ck_assert_int_eq(umount(scratch), 0);
        ck_assert_int_eq(rmdir(scratch), 0);
        close(fd);
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "kernel-rules", every_rule_of_the_kernel_is_ours,
                the_limits_are_where_the_kernel_has_them,
                a_name_in_use_is_EEXIST_and_a_mistake_anywhere_wins_over_it,
                F_opens_the_interpreter_and_reports_why_it_cannot)
