/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dirty.h"

#include <errno.h>

#define ITEMS_MAX 512u

static void clear_items(struct dirty_list *list) {
        for (size_t i = 0; i < list->n; i++)
                free(list->items[i]);
        free(list->items);
        list->items = NULL;
        list->n = 0;
}

void dirty_add_all(struct dirty_list *list) {
        clear_items(list);
        list->all = true;
}

int dirty_add(struct dirty_list *list, const char *string) {
        char *copy;

        if (list->all)
                return 0;
        /* What comes again mostly was the last that came. */
        for (size_t i = list->n; i-- > 0;)
                if (streq(list->items[i], string))
                        return 0;
        if (list->n == ITEMS_MAX) {
                dirty_add_all(list);
                return 0;
        }
        copy = strdup(string);
        if (!copy || !ARRAY_GROW(list->items, list->n)) {
                free(copy);
                dirty_add_all(list);
                return -ENOMEM;
        }
        list->items[list->n++] = copy;
        return 0;
}

static bool any(const struct dirty_list *list) {
        return list->all || list->n > 0;
}

bool dirty_any(const struct dirty *a) {
        return any(&a->files) || any(&a->interpreters) || any(&a->entries) || any(&a->formats) ||
               a->status || a->unfinished;
}

void dirty_clear(struct dirty *a) {
        clear_items(&a->files);
        clear_items(&a->interpreters);
        clear_items(&a->entries);
        clear_items(&a->formats);
        *a = (struct dirty){ 0 };
}
