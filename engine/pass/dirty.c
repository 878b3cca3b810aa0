/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dirty.h"

#include <errno.h>

#define ITEMS_MAX 512u

static void dirty_list_clear(struct dirty_list *list) {
        for (size_t i = 0; i < list->n; i++)
                free(list->items[i]);
        free(list->items);
        list->items = NULL;
        list->n = 0;
}

void dirty_add_all(struct dirty_list *list) {
        dirty_list_clear(list);
        list->all = true;
}

int dirty_add(struct dirty_list *list, const char *string) {
        char *copy;

        if (list->all)
                return 0;
        /* A name that comes again was mostly the last to come. */
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

static bool dirty_list_any(const struct dirty_list *list) {
        return list->all || list->n > 0;
}

bool dirty_any(const struct dirty *d) {
        return dirty_list_any(&d->files) || dirty_list_any(&d->interpreters) ||
               dirty_list_any(&d->entries) || dirty_list_any(&d->formats) || d->status || d->unfinished;
}

void dirty_clear(struct dirty *d) {
        dirty_list_clear(&d->files);
        dirty_list_clear(&d->interpreters);
        dirty_list_clear(&d->entries);
        dirty_list_clear(&d->formats);
        *d = (struct dirty){ 0 };
}
