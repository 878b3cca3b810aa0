/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#define FILE_BUFFER_MIN 512u
#define OPEN_TRIES      8
#define UID_OVERFLOW    65534u

void file_clear(struct file *f) {
        free(f->data);
        *f = (struct file){ 0 };
}

/* Reads to the end of a file that claims to be `expected` bytes long. One byte more is asked for, so that
 * one call is enough for an ordinary file. */
static int read_to_end(int fd, size_t expected, size_t max, char **ret, size_t *ret_n) {
        size_t size = expected + 1 > FILE_BUFFER_MIN ? expected + 1 : FILE_BUFFER_MIN, n = 0;
        _cleanup_free_ char *data = malloc(size + 1);

        if (!data)
                return -ENOMEM;
        for (;;) {
                ssize_t k = read(fd, data + n, size - n);

                if (k < 0 && errno == EINTR)
                        continue;
                if (k < 0)
                        return -errno;
                n += (size_t) k;
                if (n > max)
                        return -EFBIG;
                if (k == 0 || (n == expected && n < size))
                        break;
                if (n == size) {
                        char *larger = realloc(data, 2 * size + 1);

                        if (!larger)
                                return -ENOMEM;
                        data = larger;
                        size *= 2;
                }
        }
        data[n] = '\0';
        *ret = TAKE_PTR(data);
        *ret_n = n;
        return 0;
}

int file_read_fd(int fd, size_t max, struct file *ret) {
        if (fstat(fd, &ret->st) < 0)
                return -errno;
        if (S_ISDIR(ret->st.st_mode))
                return -EISDIR;
        if (!S_ISREG(ret->st.st_mode))
                return -EINVAL;
        if (ret->st.st_size < 0 || (uintmax_t) ret->st.st_size > max)
                return -EFBIG;
        return read_to_end(fd, (size_t) ret->st.st_size, max, &ret->data, &ret->n);
}

int file_read(int dir, const char *name, size_t max, struct file *ret) {
        struct file f = { 0 };
        _cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
        int r;

        /* ENXIO is open(2)'s error for a socket, ENODEV that for a device without a driver. */
        if (fd < 0)
                return errno == ENXIO || errno == ENODEV ? -EINVAL : -errno;
        r = file_read_fd(fd, max, &f);
        if (r < 0)
                return r;
        *ret = f;
        return 0;
}

int file_open_in_root(int root, const char *path, int flags) {
        struct open_how how = { .flags = (uint64_t) (flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) };
        int fd = -1;

        if (root < 0) {
                fd = open(path, (int) how.flags);
                return fd < 0 ? -errno : fd;
        }

        how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
        if (flags & O_PATH)
                how.flags &= ~(uint64_t) (O_NOCTTY | O_NONBLOCK);
        /* With EAGAIN, something was renamed meanwhile, so that the kernel could not vouch for a "..". */
        for (int i = 0; i < OPEN_TRIES; i++) {
                fd = (int) syscall(SYS_openat2, root, path, &how, sizeof how);
                if (fd >= 0 || errno != EAGAIN)
                        break;
        }
        /* Old kernels do not know the call, and old container managers' filters refuse it. */
        if (fd < 0 && (errno == ENOSYS || errno == EPERM))
                fd = openat(root, path[strspn(path, "/")] ? path + strspn(path, "/") : ".", (int) how.flags);
        return fd < 0 ? -errno : fd;
}

const char *file_error(int error) {
        switch (error < 0 ? -error : error) {
        case ENOENT:
                return "does not exist";
        case EACCES:
        case EPERM:
                return "may not be read by this user";
        case EISDIR:
                return "is a directory, not a file";
        case ENOTDIR:
                return "is not a directory, or something above it is not";
        case EINVAL:
        case ENXIO:
        case ENODEV:
                return "is a fifo, a socket or a device, not a regular file";
        case EFBIG:
        case EOVERFLOW:
                return "is larger than one megabyte, too large for definitions";
        case ELOOP:
                return "is a symbolic link that leads in a circle";
        case ENAMETOOLONG:
                return "has a name that is too long";
        case EMFILE:
        case ENFILE:
                return "cannot be opened because too many files are open";
        case EIO:
                return "cannot be read because of an input/output error";
        case ESTALE:
                return "is gone from its network file system";
        default:
                return "cannot be read";
        }
}

bool file_is_null(const struct stat *st) {
        return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

int file_report_error(struct diagnostics *diagnostics, const char *what, const char *path, int error) {
        const char *hint = "correct or remove it";

        if (error == -ENOMEM)
                return error;
        if (error == -ENOENT)
                hint = "restore what the link leads to, or remove the link";
        else if (error == -EACCES || error == -EPERM)
                hint = "run as root, or let this user read it";
        return diagnostics_add(diagnostics, SEVERITY_ERROR, "unreadable", (struct location){ path, 0 }, NULL,
                               hint, "the %s %s", what, file_error(error));
}

/* Might an owner without an id in here be anybody but root? Yes, if this user namespace maps the machine's
 * root, which it need not be that it maps as 0: that may be the root of a namespace in between, as in
 * `binfmtctl exec` by an ordinary user. If / has such an owner, it is. */
static bool root_is_mapped(void) {
        _cleanup_(file_clear) struct file map = { 0 };
        unsigned long inside, outside, n;
        bool zero = false;
        struct stat top;
        int length;

        if (file_read(AT_FDCWD, "/proc/self/uid_map", FILE_SIZE_MAX, &map) < 0)
                return true;
        for (const char *p = map.data; sscanf(p, "%lu %lu %lu%n", &inside, &outside, &n, &length) == 3;
             p += length) {
                if (inside <= UID_OVERFLOW && UID_OVERFLOW - inside < n)
                        return true; /* there is a user of that id */
                zero = zero || outside == 0;
        }
        return map.n == 0 || (zero && (stat("/", &top) < 0 || top.st_uid != UID_OVERFLOW));
}

bool file_owner_is_trusted(const struct stat *st) {
        if (st->st_uid == 0 || st->st_uid == geteuid())
                return true;
        return st->st_uid == UID_OVERFLOW && !root_is_mapped();
}

bool file_is_trusted(const struct stat *st) {
        mode_t others = S_IWGRP | S_IWOTH;

        /* Only its user is a member of a private group, which umask 002 presumes. */
        if (geteuid() != 0 && st->st_uid == geteuid() && st->st_gid == getegid())
                others = S_IWOTH;
        return !(st->st_mode & others) && file_owner_is_trusted(st);
}
