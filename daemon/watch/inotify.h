/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories that are watched, on one inotify descriptor, each once however many have an interest in
 * it. */

#include "model/base/macro.h"

#include <sys/inotify.h>

/* The directory itself was moved, removed or unmounted. */
#define INOTIFY_ITSELF (IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT)
/* Something in it came, went, was written to its end, or got another mode. */
#define INOTIFY_NAMES (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_ATTRIB)

struct directory {
        int wd;
        bool names; /* what happens in it is reported, too */
        size_t holders;
        uint64_t dev, ino;
        char path[]; /* one that led to it when it was first held */
};

struct inotify {
        int fd;
        struct directory **items; /* by wd */
        size_t n, size;
};

/* 0 or negative errno. */
int inotify_open(struct inotify *i);
void inotify_close(struct inotify *i);

/* Holds the directory at `path`, for each caller until inotify_release(). *ret_more: something is reported
 * from now on that was not before. 0, or negative errno: -ENOENT, -ENOTDIR (also for a link), -ENOSPC (the
 * user's limit of watches), -EACCES … */
int inotify_hold(struct inotify *i, const char *path, bool names, int *ret_wd, bool *ret_more);
void inotify_release(struct inotify *i, int wd);

/* The kernel says (IN_IGNORED) that it watches it no more. */
void inotify_forget(struct inotify *i, int wd);

/* NULL if it is not held (any more). Good until the next call. */
struct directory *inotify_find(const struct inotify *i, int wd);

/* Does its path now lead to another directory, or to none? */
bool directory_is_elsewhere(const struct directory *d);
