/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads a whole small file that others wrote, without being held up or fooled by it. */

#include "model/base/diagnostic.h"

#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX (1024u * 1024u) /* of one drop-in */

struct file {
        char *data; /* NUL-terminated; n does not count the NUL; may contain NULs */
        size_t n;
        struct stat st;
};

void file_clear(struct file *f);

/* Reads `name` below directory descriptor `dir` (AT_FDCWD: as given), following symlinks. Opens with
 * O_NONBLOCK and never blocks. Returns 0; -EISDIR, -EINVAL (fifo, socket, device), -EFBIG (over `max`
 * bytes), or open(2)'s and read(2)'s errno. */
int file_read(int dir, const char *name, size_t max, struct file *ret);

/* The same from a descriptor, which stays open. *ret is filled only on success, but ret->st as soon as it is
 * known: the kind of the file may be the answer that the caller wants. */
int file_read_fd(int fd, size_t max, struct file *ret);

/* Opens `path` with the directory descriptor `root` taken for "/": links and ".." lead nowhere outside it,
 * as after chroot(2). O_CLOEXEC, O_NOCTTY and O_NONBLOCK are added. A negative `root` stands for the
 * machine's own. Linux before 5.6 cannot confine links to a root, so there they are followed as they stand.
 * A descriptor or negative errno. */
int file_open_in_root(int root, const char *path, int flags);

/* A sentence why file_read() or openat() failed with this errno, for a diagnostic; static. */
const char *file_error(int error);

/* Reports that `path`, a "file" or "directory", could not be read with this errno, as "unreadable". If
 * `error` is -ENOMEM, the failure is our own: it is not reported, but returned. 0 or -ENOMEM. */
int file_report_error(struct diagnostics *diagnostics, const char *what, const char *path, int error);

/* Is this /dev/null? */
bool file_is_null(const struct stat *st);

/* Could somebody but root (and the user who runs us) change it? Looks at owner and mode. Owners that this
 * user namespace does not map count as root if root itself is not mapped here: inside `binfmtctl exec` the
 * machine's files belong to nobody. */
bool file_is_trusted(const struct stat *st);

/* The half of file_is_trusted() that looks at the owner. */
bool file_owner_is_trusted(const struct stat *st);

static inline void closep(int *fd) {
        if (*fd >= 0)
                close(*fd);
}
#define _cleanup_close_ _cleanup_(closep)
#define TAKE_FD(fd)                                                                                         \
        __extension__({                                                                                     \
                int *_fdp = &(fd), _taken = *_fdp;                                                          \
                *_fdp = -1;                                                                                 \
                _taken;                                                                                     \
        })
