/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What may have changed since the last pass: where a keeper has to look. Where too much is named one by one,
 * the whole is looked at instead, which is cheaper then; so it stays small whatever happens. */

#include "model/base/macro.h"

struct dirty_list {
        char **items;
        size_t n;
        bool all;
};

struct dirty {
        struct dirty_list files;        /* in source directories */
        struct dirty_list interpreters; /* paths */
        struct dirty_list entries;      /* names in the instance */
        struct dirty_list formats;      /* names; all: what decides about each of them */
        bool status;                    /* whether the instance is switched on */
        bool unfinished;                /* what failed the last time */
};

/* Copies the string, unless it is there. 0, or -ENOMEM: then all of the list is to be looked at. */
int dirty_add(struct dirty_list *list, const char *string);

void dirty_add_all(struct dirty_list *list);

/* Is there anything to do? */
bool dirty_any(const struct dirty *a);

void dirty_clear(struct dirty *a);
