/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reports changes of the files that matter to the daemon. Paths are watched along their whole trail
 * (trail.h), so they may be missing, be links, or be replaced; they are given and reported without the root.
 *
 * Half-written files are not reported: a regular file counts when its writer closes it or moves it to its
 * place. There is no loop and no clock in here: the owner waits for the descriptor. */

#include "model/base/macro.h"

enum watch_kind {
        WATCH_SOURCE,      /* a directory and all that is in it */
        WATCH_LINK,        /* a symbolic link in such a directory: the file that it leads to */
        WATCH_INTERPRETER, /* a file */
        _WATCH_KIND_MAX,
};

struct watch;

/* Called from watch_dispatch() and watch_check(); they must not call back. */
struct watch_handler {
        /* The file or directory at the path may have changed, as a whole. */
        void (*path)(void *user, enum watch_kind kind, const char *path);
        /* A file in a source directory came, changed or went. */
        void (*member)(void *user, const char *directory, const char *name);
        /* An event of the instance: IN_MODIFY or IN_DELETE of an entry, `register` or `status`. */
        void (*instance)(void *user, uint32_t mask, const char *name);
        /* Events were lost: anything may have changed. */
        void (*lost)(void *user);
};

/* 0 or negative errno. Strings and handler are copied. */
int watch_new(const char *root, const struct watch_handler *handler, void *user, struct watch **ret);
struct watch *watch_free(struct watch *w); /* returns NULL */
DEFINE_CLEANUP(struct watch *, watch_free);

/* The descriptor, to be polled for reading. */
int watch_fd(const struct watch *w);

/* Declare the watched paths of a kind anew: begin, want each path, end; paths that were not wanted again are
 * dropped, and those that stay cost a look-up. watch_want() returns 1 if the path was not watched before
 * (the file that it leads to may have changed until now), 0 if it was. It may fail with -ENOMEM or an error
 * of inotify (-ENOSPC: the limit of watches); the path is then watched as far as possible. */
void watch_begin(struct watch *w, enum watch_kind kind);
int watch_want(struct watch *w, enum watch_kind kind, const char *path);
void watch_end(struct watch *w, enum watch_kind kind);

/* Is this path watched? */
bool watch_has(const struct watch *w, enum watch_kind kind, const char *path);

/* Watches the instance that this directory descriptor is open on (-1: none). 0 or negative errno. */
int watch_instance(struct watch *w, int directory);

/* Reads all events that there are and reports them. 0, or the first error of following changed paths. */
int watch_dispatch(struct watch *w);

/* To be called after anything was mounted or unmounted, which inotify does not report: finds the paths that
 * lead elsewhere now, and reports them. Same errors. */
int watch_check(struct watch *w);
