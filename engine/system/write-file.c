/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/write-file.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Names that begin with a dot count nowhere (sources.h), so a half-written file does no harm. */
#define PREFIX ".binfmtd-"

/* Makes the directory `path` with all that are missing on the way to it. Links are resolved below the root,
 * so each step begins there anew. */
static int make_directories(int root, char *path) {
        for (char *end = strchr(path + 1, '/');; end = strchr(end + 1, '/')) {
                _cleanup_close_ int parent = -1;
                char *name, cut = end ? *end : '\0';

                if (end)
                        *end = '\0';
                name = strrchr(path, '/');
                *name = '\0';
                parent = file_open_in_root(root, *path ? path : "/", O_RDONLY | O_DIRECTORY);
                *name = '/';
                if (parent < 0)
                        return parent;
                if (mkdirat(parent, name + 1, 0755) == 0)
                        (void) fchmodat(parent, name + 1, 0755, 0);
                else if (errno != EEXIST)
                        return -errno;
                if (!end)
                        return 0;
                *end = cut;
        }
}

/* Opens the directory that holds `path`; *ret_name is the part behind the last slash. */
static int open_directory(const char *root, const char *path, bool make, const char **ret_name) {
        _cleanup_close_ int root_fd = *root ? open(root, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
        const char *slash = strrchr(path, '/');
        _cleanup_free_ char *directory = NULL;
        int r;

        if (*root && root_fd < 0)
                return -errno;
        directory = strndup(path, slash > path ? (size_t) (slash - path) : 1);
        if (!directory)
                return -ENOMEM;
        *ret_name = slash + 1;
        r = file_open_in_root(root_fd, directory, O_RDONLY | O_DIRECTORY);
        if (r != -ENOENT || !make)
                return r;
        r = make_directories(root_fd, directory);
        return r < 0 ? r : file_open_in_root(root_fd, directory, O_RDONLY | O_DIRECTORY);
}

static int write_and_sync(int fd, const char *data, size_t n) {
        while (n > 0) {
                ssize_t k = write(fd, data, n);

                if (k < 0 && errno != EINTR)
                        return -errno;
                if (k > 0) {
                        data += k;
                        n -= (size_t) k;
                }
        }
        return fchmod(fd, 0644) < 0 || fsync(fd) < 0 ? -errno : 0;
}

int write_file(const char *root, const char *path, const void *data, size_t n) {
        _cleanup_free_ char *temporary = NULL;
        const char *name;
        int r = open_directory(root, path, true, &name);
        _cleanup_close_ int directory = r, fd = -1;

        if (r < 0)
                return r;
        if (asprintf(&temporary, PREFIX "%d", (int) getpid()) < 0) {
                temporary = NULL;
                return -ENOMEM;
        }
        /* A file of our process id is left over from a process that died. */
        if (unlinkat(directory, temporary, 0) < 0 && errno != ENOENT)
                return -errno;
        fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                return -errno;
        r = write_and_sync(fd, data, n);
        if (r >= 0 && renameat(directory, temporary, directory, name) < 0)
                r = -errno;
        if (r < 0)
                (void) unlinkat(directory, temporary, 0);
        else
                (void) fsync(directory);
        return r;
}

int write_directory(const char *root, const char *path) {
        _cleanup_close_ int root_fd = *root ? open(root, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
        _cleanup_free_ char *copy = strdup(path);

        if (*root && root_fd < 0)
                return -errno;
        return copy ? make_directories(root_fd, copy) : -ENOMEM;
}

int write_nothing(const char *root, const char *path) {
        const char *name;
        int r = open_directory(root, path, false, &name);
        _cleanup_close_ int directory = r;

        if (r < 0)
                return r == -ENOENT ? 0 : r;
        return unlinkat(directory, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}
