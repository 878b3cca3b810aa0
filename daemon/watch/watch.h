/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What of the file system matters to us, and what happened to it. Paths are watched along their whole trail
 * (trail.h), so they may be missing, be links, or be replaced; below a root, without the root in front.
 *
 * Half-written files are not reported: a regular file counts when its writer closes it or moves it to its
 * place. No loop and no clock in here: the owner waits for the descriptor. */

#include "model/base/macro.h"

enum watch_kind {
        WATCH_SOURCE,      /* a directory and all that is in it */
        WATCH_LINK,        /* a file in such a directory that is a symbolic link: what it leads to */
        WATCH_INTERPRETER, /* a file */
        _WATCH_KIND_MAX,
};

struct watch;

/* Called from watch_dispatch() and watch_check(); they must not call back. */
struct watch_handler {
        /* What stands at the path of that kind may have changed, as a whole. */
        void (*path)(void *user, enum watch_kind kind, const char *path);
        /* One file in a source directory came, changed or went. */
        void (*member)(void *user, const char *directory, const char *name);
        /* Of the instance: IN_MODIFY or IN_DELETE of an entry, `register` or `status`. */
        void (*instance)(void *user, uint32_t mask, const char *name);
        /* Events were lost: anything may have changed. */
        void (*lost)(void *user);
};

/* 0 or negative errno. Strings and handler are copied. */
int watch_new(const char *root, const struct watch_handler *handler, void *user, struct watch **ret);
struct watch *watch_free(struct watch *w); /* returns NULL */
DEFINE_CLEANUP(struct watch *, watch_free);

/* To be polled for reading. */
int watch_fd(const struct watch *w);

/* Says anew what is watched of a kind: begin, want each path, end; what was not wanted again is dropped.
 * What stays costs a look-up. watch_want() returns 1 if the path was not watched before (what it leads to
 * may have changed until now), 0 if it was. It may fail with -ENOMEM, or with what inotify says (-ENOSPC:
 * the limit of watches); the path is then watched as far as that went. */
void watch_begin(struct watch *w, enum watch_kind kind);
int watch_want(struct watch *w, enum watch_kind kind, const char *path);
void watch_end(struct watch *w, enum watch_kind kind);

/* Is it watched? */
bool watch_has(const struct watch *w, enum watch_kind kind, const char *path);

/* Watches the instance that this directory descriptor is open on (-1: none). 0 or negative errno. */
int watch_instance(struct watch *w, int directory);

/* Takes all events that there are. 0, or the first error of looking again at what changed. */
int watch_dispatch(struct watch *w);

/* Something was mounted or unmounted, which inotify does not tell: looks whether paths lead elsewhere now,
 * and reports those that do. Same errors. */
int watch_check(struct watch *w);

/* How many directories are watched. */
size_t watch_count(const struct watch *w);
