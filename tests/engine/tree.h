/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A temporary directory for a test program: it is the working directory, and is removed when the program
 * ends. */

#include "tests/test.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

static char tree_directory[] = "/tmp/binfmtd-test-XXXXXX";
static pid_t tree_owner;

static inline int tree_remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
                                  struct FTW *ftw _unused_) {
        return remove(path);
}

/* Removes a file or directory with all below it. */
static inline void tree_remove(const char *path) {
        nftw(path, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The children that check forks come here too, so that only the owner removes it. */
static inline void tree_leave(void) {
        if (getpid() == tree_owner && chdir("/") == 0)
                tree_remove(tree_directory);
}

/* Makes the directory and moves there. For TEST_MAIN_AFTER(). */
static inline void tree_enter(void) {
        umask(022);
        tree_owner = getpid();
        if (!mkdtemp(tree_directory) || chmod(tree_directory, 0755) < 0 || chdir(tree_directory) < 0 ||
            atexit(tree_leave) != 0)
                test_skip_all("no temporary directory");
}

/* Makes the directories that `path` needs. */
static inline void tree_mkdir_parents(const char *path) {
        char *copy = strdup(path);

        for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                mkdir(copy, 0755);
                *slash = '/';
        }
        free(copy);
}

static inline void tree_write_bytes(const char *path, const void *data, size_t n) {
        int fd;

        tree_mkdir_parents(path);
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
        ck_assert_int_eq(write(fd, data, n), (ssize_t) n);
        close(fd);
}

static inline void tree_write(const char *path, const char *text) {
        tree_write_bytes(path, text, strlen(text));
}

static inline void tree_link(const char *target, const char *path) {
        tree_mkdir_parents(path);
        ck_assert_int_eq(symlink(target, path), 0);
}
