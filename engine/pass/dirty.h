/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What may have changed since the last pass: where a keeper has to look. Where too much is named one by one,
 * the whole is looked at instead, which is cheaper then; so it stays small whatever happens. */

#include "model/base/macro.h"

struct attention_list {
        char **items;
        size_t n;
        bool all;
};

struct attention {
        struct attention_list files;        /* in source directories */
        struct attention_list interpreters; /* paths */
        struct attention_list entries;      /* names in the instance */
        struct attention_list formats;      /* names; all: what decides about each of them */
        bool status;                        /* whether the instance is switched on */
        bool unfinished;                    /* what failed the last time */
};

/* Copies the string, unless it is there. 0, or -ENOMEM: then all of the list is to be looked at. */
int attention_add(struct attention_list *list, const char *string);

void attention_add_all(struct attention_list *list);

/* Is there anything to do? */
bool attention_any(const struct attention *a);

void attention_clear(struct attention *a);
