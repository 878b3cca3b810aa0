/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The things that may have changed since a keeper's last pass, so that the next one reads them again. A list
 * in which too many are named becomes "all", which is cheaper then to read; so it stays small whatever
 * happens. */

#include "model/base/macro.h"

/* A set of names. */
struct dirty_list {
        char **items; /* owned; none if all */
        size_t n;
        bool all; /* everything of this kind is dirty */
};

struct dirty {
        struct dirty_list files;        /* paths in source directories, without the root */
        struct dirty_list interpreters; /* paths, as definitions name them */
        struct dirty_list entries;      /* names in the instance */
        struct dirty_list formats;      /* names; they are decided again though nothing is read */
        bool status;                    /* the instance may have been switched on or off */
        bool unfinished;                /* changes that failed in an earlier pass are tried again */
};

/* Adds a copy of the string, unless it is there. 0, or -ENOMEM: then all of its kind is dirty. */
int dirty_add(struct dirty_list *list, const char *string);

void dirty_add_all(struct dirty_list *list);

/* Is anything dirty? */
bool dirty_any(const struct dirty *d);

/* Nothing is dirty any more; for _cleanup_(dirty_clear). */
void dirty_clear(struct dirty *d);
