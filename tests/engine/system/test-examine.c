/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Facts about files that tests/engine/system/test-explain.c does not hold against execve(2) already. */

#include "engine/system/examine.h"
#include "engine/system/file.h"
#include "engine/system/mount-point.h"
#include "engine/system/namespace.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

static void put(const char *path, const void *bytes, size_t n, mode_t mode) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

        if (fd < 0 || write(fd, bytes, n) != (ssize_t) n || fchmod(fd, mode) < 0 || close(fd) < 0)
                ck_abort_msg("%s: %m", path);
}

static struct examiner *start(const char *root) {
        struct examiner *x;

        assert_ok(examiner_new(root, &x));
        return x;
}

static const struct program *look(struct examiner *x, const char *path, const struct entry *pinned_by) {
        const struct program *p;

        assert_ok(examiner_look(x, path, pinned_by, &p));
        return p;
}

START_TEST(a_file_is_looked_at_once_until_it_is_forgotten)
{
        _cleanup_(examiner_freep) struct examiner *x = start("");
        const struct program *p;

        put("/mnt/f", "MZ", 2, 0755);
        p = look(x, "/mnt/f", NULL);
        ck_assert(p->error == 0 && p->readable && p->may_read && p->size == 2 && p->pin != 0);
        ck_assert_uint_eq(p->mode, S_IFREG | 0755);
        ck_assert_int_eq(memcmp(p->header, "MZ\0", 3), 0);
        put("/mnt/f", "ABC", 3, 0755);
        ck_assert_ptr_eq(look(x, "/mnt/f", NULL), p);
        ck_assert_int_eq(memcmp(p->header, "MZ\0", 3), 0);
        examiner_forget(x);
        ck_assert_int_eq(memcmp(look(x, "/mnt/f", NULL)->header, "ABC", 3), 0);
}
END_TEST

START_TEST(what_cannot_be_executed_says_why)
{
        _cleanup_(examiner_freep) struct examiner *x = start("");
        int fd;

        put("/mnt/closed", "MZ", 2, 0644);
        put("/mnt/busy", "MZ", 2, 0755);
        ck_assert_int_eq(look(x, "/mnt/nothing", NULL)->error, -ENOENT);
        ck_assert_int_eq(look(x, "/mnt/closed/below", NULL)->error, -ENOTDIR);
        ck_assert_int_eq(look(x, "/mnt", NULL)->error, -EACCES);
        ck_assert_int_eq(look(x, "/mnt/closed", NULL)->error, -EACCES);
        ck_assert(look(x, "/mnt/closed", NULL)->readable);
        fd = open("/mnt/busy", O_WRONLY | O_CLOEXEC);
        ck_assert_int_ge(fd, 0);
        /* Before Linux 6.14 there is no asking. */
        ck_assert(look(x, "/mnt/busy", NULL)->error == -ETXTBSY || look(x, "/mnt/busy", NULL)->error == 0);
        close(fd);
}
END_TEST

START_TEST(mounts_are_told_by_name)
{
        _cleanup_(examiner_freep) struct examiner *x = start("");
        _cleanup_free_ char *where = NULL;
        _cleanup_close_ int fd = -1;
        const struct program *p;

        if (mkdir("/mnt/my mount", 0755) < 0 ||
            mount("test", "/mnt/my mount", "tmpfs", MS_NOEXEC | MS_NOSUID, "mode=755") < 0)
                ck_abort_msg("%m");
        put("/mnt/my mount/f", "MZ", 2, 04755);
        p = look(x, "/mnt/my mount/f", NULL);
        ck_assert(p->noexec && p->nosuid && p->error == -EACCES);
        ck_assert_str_eq(p->mount_point, "/mnt/my mount");
        p = look(x, "/mnt/f2", NULL);
        ck_assert_ptr_null(p->mount_point);
        fd = open("/", O_PATH | O_CLOEXEC);
        assert_ok(mount_point_of(fd, &where));
        ck_assert_str_eq(where, "/");
        ck_assert_int_eq(umount("/mnt/my mount"), 0);
}
END_TEST

START_TEST(what_an_elf_program_needs_is_read)
{
        _cleanup_(examiner_freep) struct examiner *x = start("");
        struct {
                Elf64_Ehdr e;
                Elf64_Phdr p[2];
                char loader[16];
        } f = { .e = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
                       .e_type = htole16(ET_EXEC),
                       .e_machine = htole16(EM_AARCH64),
                       .e_phoff = htole64(sizeof(Elf64_Ehdr)),
                       .e_phentsize = htole16(sizeof(Elf64_Phdr)),
                       .e_phnum = htole16(2) },
                .p = { { .p_type = htole32(PT_INTERP),
                         .p_offset = htole64(sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr)),
                         .p_filesz = htole64(16) },
                       { .p_type = htole32(PT_LOAD), .p_vaddr = htole64(0x8000) } },
                .loader = "/lib/ld-0123.so" };
        const struct program *p;

        put("/mnt/elf", &f, sizeof f, 0755);
        p = look(x, "/mnt/elf", NULL);
        ck_assert_str_eq(p->loader, "/lib/ld-0123.so");
        ck_assert_uint_eq(p->lowest, 0x8000);
        ck_assert_int_eq(p->damaged, 0);

        put("/mnt/short", &f, sizeof f - 1, 0755);
        ck_assert_int_eq(look(x, "/mnt/short", NULL)->damaged, -EIO);
        f.loader[15] = 'x';
        put("/mnt/endless", &f, sizeof f, 0755);
        ck_assert_int_eq(look(x, "/mnt/endless", NULL)->damaged, -ENOEXEC);
        f.e.e_type = htole16(ET_DYN);
        f.loader[15] = '\0';
        put("/mnt/pie", &f, sizeof f, 0755);
        ck_assert_uint_eq(look(x, "/mnt/pie", NULL)->lowest, UINT64_MAX);
}
END_TEST

START_TEST(a_root_is_for_paths_and_not_for_what_f_opened)
{
        _cleanup_(pattern_unrefp) struct pattern *pattern = NULL;
        _cleanup_(examiner_freep) struct examiner *x = NULL;
        _cleanup_(entry_freep) struct entry *e = NULL;
        const struct program *p;

        ck_assert_int_eq(mkdir("/mnt/jail", 0755), 0);
        ck_assert_int_eq(mkdir("/mnt/jail/mnt", 0755), 0);
        put("/mnt/i", "OUTSIDE", 7, 0755);
        put("/mnt/jail/mnt/i", "INSIDE", 6, 0755);
        put("/mnt/only", "OUTSIDE", 7, 0644);
        if (symlink("/mnt/i", "/mnt/jail/link") < 0 || symlink("../../../mnt/only", "/mnt/jail/up") < 0)
                abort();
        assert_ok(pattern_new_extension("x", &pattern));
        assert_ok(entry_new("e", pattern, "/mnt/i", ENTRY_FIX_BINARY, NULL, &e));
        x = start("/mnt/jail");
        ck_assert_int_eq(memcmp(look(x, "/mnt/i", NULL)->header, "INSIDE", 6), 0);
        ck_assert_int_eq(memcmp(look(x, "mnt/i", NULL)->header, "INSIDE", 6), 0);
        ck_assert_int_eq(memcmp(look(x, "/link", NULL)->header, "INSIDE", 6), 0);
        ck_assert_int_eq(look(x, "/up", NULL)->error, -ENOENT);
        ck_assert_int_eq(memcmp(look(x, "/mnt/i", e)->header, "OUTSIDE", 7), 0);

        /* Its mode counted when it was opened; now nothing does but that it is the same file. */
        p = look(x, "/mnt/only", e);
        ck_assert(p->error == 0 && p->readable);
        p = look(x, "/mnt/gone", e);
        ck_assert(p->error == 0 && !p->readable);
        examiner_forget(x);
        e->ours = true;
        e->pin = look(x, "/mnt/i", e)->pin;
        examiner_forget(x);
        ck_assert(look(x, "/mnt/i", e)->readable);
        examiner_forget(x);
        e->pin++;
        ck_assert(!look(x, "/mnt/i", e)->readable);
}
END_TEST

START_TEST(the_namespace_and_the_sysctl_are_known)
{
        FILE *f = fopen("/proc/sys/vm/mmap_min_addr", "re");
        unsigned long long address;

        ck_assert_ptr_nonnull(f);
        ck_assert_int_eq(fscanf(f, "%llu", &address), 1);
        fclose(f);
        ck_assert_uint_eq(examine_mmap_min_addr(), address);
        ck_assert(!namespace_is_initial());
}
END_TEST

int main(void) {
        const TTest *const tests[] = {
                a_file_is_looked_at_once_until_it_is_forgotten,
                what_cannot_be_executed_says_why,
                mounts_are_told_by_name,
                what_an_elf_program_needs_is_read,
                a_root_is_for_paths_and_not_for_what_f_opened,
                the_namespace_and_the_sysctl_are_known,
        };

        test_instance_require();
        if (mount("test", "/mnt", "tmpfs", 0, "mode=755") < 0)
                test_skip_all("no tmpfs can be mounted");
        return test_run("examine", tests, ELEMENTSOF(tests));
}
