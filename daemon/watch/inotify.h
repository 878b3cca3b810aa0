/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories that are watched, on one inotify descriptor; each is watched once, however many hold it.
 */

#include "model/base/macro.h"

#include <sys/inotify.h>

/* Events of the directory itself: it was moved, removed or unmounted. */
#define INOTIFY_ITSELF (IN_MOVE_SELF | IN_DELETE_SELF | IN_UNMOUNT)
/* Events of a name in the directory: it came, went, was written to its end, or got another mode. */
#define INOTIFY_NAMES (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_ATTRIB)

struct directory {
        int wd;
        bool names; /* events of the names in it are reported, too */
        size_t holders;
        uint64_t dev, ino;
        char path[]; /* a path that led to it when it was first held */
};

struct inotify {
        int fd;
        struct directory **items; /* by wd */
        size_t n, size;
};

/* 0 or negative errno. */
int inotify_open(struct inotify *i);
void inotify_close(struct inotify *i);

/* Holds the directory at `path`, for each caller until inotify_release(). *ret_more tells whether events are
 * reported from now on that were not before. 0, or negative errno: -ENOENT, -ENOTDIR (also for a link),
 * -ENOSPC (the user's limit of watches), -EACCES … */
int inotify_hold(struct inotify *i, const char *path, bool names, int *ret_wd, bool *ret_more);
void inotify_release(struct inotify *i, int wd);

/* To be called when the kernel reports (IN_IGNORED) that it no longer watches the directory. */
void inotify_forget(struct inotify *i, int wd);

/* The directory that is held by this wd, good until the next call; NULL: none. */
struct directory *inotify_find(const struct inotify *i, int wd);

/* Does its path now lead to another directory, or to none? */
bool directory_is_elsewhere(const struct directory *d);
