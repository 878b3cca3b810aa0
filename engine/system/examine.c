/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/examine.h"
#include "engine/system/elf-file.h"
#include "engine/system/file.h"
#include "engine/system/mount-point.h"
#include "engine/system/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000 /* Linux 6.14 */
#endif

struct examined {
        const struct entry *pinned_by;
        struct program *program;
};

/* A chain is short, so nothing is gained by a search tree. */
struct examiner {
        int root_fd; /* -1: the machine's own */
        struct examined *seen;
        size_t n_seen;
};

int examiner_new(const char *root, struct examiner **ret) {
        _cleanup_(examiner_freep) struct examiner *x = calloc(1, sizeof *x);

        if (!x)
                return -ENOMEM;
        x->root_fd = -1;
        if (root[0] != '\0') {
                x->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
                if (x->root_fd < 0)
                        return -errno;
        }
        *ret = TAKE_PTR(x);
        return 0;
}

struct examiner *examiner_free(struct examiner *x) {
        if (!x)
                return NULL;
        examiner_forget(x);
        closep(&x->root_fd);
        free(x);
        return NULL;
}

void examiner_forget(struct examiner *x) {
        for (size_t i = 0; i < x->n_seen; i++)
                program_free(x->seen[i].program);
        free(x->seen);
        x->seen = NULL;
        x->n_seen = 0;
}

/* May this user execute it? The kernel itself is asked, without executing. Before Linux 6.14 its answer
 * leaves out whether somebody writes to the file and what security modules think; before 5.8 only the mode
 * is known. */
static int check_may_execute(int fd, const struct stat *st, bool noexec) {
        char *const words[] = { (char *) "", NULL };

        if (!S_ISREG(st->st_mode))
                return -EACCES;
        if (syscall(SYS_execveat, fd, "", words, words + 1, AT_EMPTY_PATH | AT_EXECVE_CHECK) == 0)
                return 0;
        if (errno != EINVAL && errno != ENOSYS && errno != EPERM)
                return -errno;
        if (syscall(SYS_faccessat2, fd, "", X_OK, AT_EMPTY_PATH | AT_EACCESS) == 0)
                return 0;
        if (errno != ENOSYS && errno != EPERM)
                return -errno;
        return noexec || (st->st_mode & 0111) == 0 ? -EACCES : 0;
}

static int program_read_header(int fd, struct program *p) {
        struct elf_needs needs = { .lowest = UINT64_MAX };
        ssize_t n = pread(fd, p->header, sizeof p->header, 0);
        int r;

        if (n < 0)
                return 0; /* the file is there all the same, of an unknown kind */
        p->readable = true;
        if (memcmp(p->header, "\177ELF", 4) != 0)
                return 0;
        r = elf_file_needs(fd, &needs);
        if (r == -ENOMEM)
                return r;
        p->damaged = r;
        p->loader = needs.loader;
        p->lowest = needs.lowest;
        return 0;
}

static int program_read_file(int root_fd, const char *path, struct program *p) {
        _cleanup_close_ int fd = file_open_in_root(root_fd, path, O_PATH), inside = -1;
        struct statvfs fs;
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0) {
                p->error = fd < 0 ? fd : -errno;
                return p->error == -ENOMEM ? -ENOMEM : 0;
        }
        p->mode = st.st_mode;
        p->uid = st.st_uid;
        p->size = (uint64_t) st.st_size;
        if (fstatvfs(fd, &fs) == 0) {
                p->noexec = fs.f_flag & ST_NOEXEC;
                p->nosuid = fs.f_flag & ST_NOSUID;
        }
        if (p->noexec || (p->nosuid && st.st_mode & S_ISUID))
                mount_point_of(fd, &p->mount_point);
        p->error = check_may_execute(fd, &st, p->noexec);
        if (!S_ISREG(st.st_mode))
                return 0;
        p->pin = interpreter_pin(st.st_dev, st.st_ino, p->size, st.st_mtim.tv_sec,
                                 (uint32_t) st.st_mtim.tv_nsec);
        inside = file_open_in_root(root_fd, path, O_RDONLY);
        p->may_read = inside >= 0;
        return inside >= 0 ? program_read_header(inside, p) : 0;
}

static int examine_program(const struct examiner *x, const char *path, const struct entry *pinned_by,
                           struct program **ret) {
        _cleanup_(program_freep) struct program *p = calloc(1, sizeof *p);
        int r;

        if (!p || !(p->path = strdup(path)))
                return -ENOMEM;
        p->lowest = UINT64_MAX;
        r = program_read_file(pinned_by ? -1 : x->root_fd, path, p);
        if (r < 0)
                return r;
        if (pinned_by) {
                if (p->error == -ENOENT || p->mode == 0 ||
                    (pinned_by->ours && pinned_by->pin != 0 && pinned_by->pin != p->pin))
                        p->readable = false;
                /* A file that F opened needs no path, no mode and no mount any more. */
                p->error = 0;
        }
        *ret = TAKE_PTR(p);
        return 0;
}

int examiner_look(void *examiner, const char *path, const struct entry *pinned_by,
                  const struct program **ret) {
        struct examiner *x = examiner;
        struct program *p;
        int r;

        for (size_t i = 0; i < x->n_seen; i++)
                if (x->seen[i].pinned_by == pinned_by && streq(x->seen[i].program->path, path)) {
                        *ret = x->seen[i].program;
                        return 0;
                }
        if (!ARRAY_GROW(x->seen, x->n_seen))
                return -ENOMEM;
        r = examine_program(x, path, pinned_by, &p);
        if (r < 0)
                return r;
        x->seen[x->n_seen++] = (struct examined){ pinned_by, p };
        *ret = p;
        return 0;
}

uint64_t examine_mmap_min_addr(void) {
        _cleanup_(file_clear) struct file f = { 0 };
        uint64_t address;

        if (file_read(AT_FDCWD, "/proc/sys/vm/mmap_min_addr", FILE_SIZE_MAX, &f) < 0 ||
            sscanf(f.data, "%" SCNu64, &address) != 1)
                return 0;
        return address;
}
