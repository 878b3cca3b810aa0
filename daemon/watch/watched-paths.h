/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Knows which paths matter: the source directories, the links in them, and the interpreters that definitions
 * name. Keeps the watch equal to that. */

#include "daemon/watch/watch.h"
#include "engine/pass/keeper.h"

struct watched_paths {
        char *root;
        uint64_t interpreters; /* hash of those followed the last time */
        bool links_changed;    /* a link came or went in a source directory */
};

/* 0 or -ENOMEM. */
int watched_paths_init(struct watched_paths *paths, const char *root);
void watched_paths_clear(struct watched_paths *paths);

/* Watches the source directories. 0 or an error of watch_want(). */
int watched_paths_begin(struct watch *w);

/* To be called when a source directory, or one name in it, changed: a link may have come or gone. */
void watched_paths_directory_changed(struct watched_paths *paths);
void watched_paths_member_changed(struct watched_paths *paths, const struct watch *w, const char *directory,
                                  const char *name);

/* To be called after a pass: follows interpreters and links to where they are now, and marks dirty those
 * that were not watched until now, as they may have changed unseen. Where nothing changed it only reads the
 * interpreters' paths. 1 if it marked anything, 0 if not, or the first error of watch_want(). */
int watched_paths_follow(struct watched_paths *paths, struct watch *w, struct keeper *k);

/* Is a file of this name read from this source directory? Editors and package managers put others beside it.
 */
bool watched_paths_counts(const char *directory, const char *name);
