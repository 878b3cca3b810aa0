/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/own-events.h"
#include "engine/system/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>

struct own_event {
        char name[NAME_LENGTH_MAX + 1];
        unsigned deleted, modified; /* events still to come */
};

static void expect_removal(struct own_events *own, const char *name) {
        struct own_event *item = &own->items[own->n++];

        snprintf(item->name, sizeof item->name, "%s", name);
        item->deleted = item->modified = 1;
}

static int compare_own_events(const void *a, const void *b) {
        return strcmp(((const struct own_event *) a)->name, ((const struct own_event *) b)->name);
}

/* Unfinished changes, but for what was taken back, are not expected to have events: at worst, one event too
 * many is looked into. Nor is switching an entry on, as the kernel merges equal events, so that ours would
 * hide that somebody switched it off again. */
int own_events_expect(struct own_events *own, const struct plan *plan) {
        char stand_in[NAME_LENGTH_MAX + 1];

        own->items = plan->n > 0 ? calloc(plan->n, 2 * sizeof *own->items) : NULL;
        if (plan->n > 0 && !own->items)
                return -ENOMEM;
        for (size_t i = 0; i < plan->n; i++) {
                const struct change *c = &plan->changes[i];

                if (c->taken_back) {
                        entry_stand_in_name(c->format->name, stand_in);
                        expect_removal(own, c->type == CHANGE_REPLACE ? stand_in : c->format->name);
                }
                if (!c->done)
                        continue;
                if (c->type == CHANGE_REPLACE) {
                        entry_stand_in_name(c->format->name, stand_in);
                        expect_removal(own, c->format->name);
                        expect_removal(own, stand_in);
                } else if (c->type == CHANGE_FINISH || c->type == CHANGE_REMOVE || c->type == CHANGE_SWEEP)
                        expect_removal(own, c->have->name);
        }
        if (own->n > 1)
                qsort(own->items, own->n, sizeof *own->items, compare_own_events);
        return 0;
}

bool own_events_explain(struct own_events *own, uint32_t mask, const char *name) {
        struct own_event key, *item;
        unsigned *left;

        if (own->n == 0)
                return false;
        snprintf(key.name, sizeof key.name, "%s", name);
        item = bsearch(&key, own->items, own->n, sizeof *own->items, compare_own_events);
        if (!item)
                return false;
        left = mask & IN_DELETE ? &item->deleted : &item->modified;
        if (*left == 0)
                return false;
        --*left;
        return true;
}

void own_events_clear(struct own_events *own) {
        free(own->items);
        *own = (struct own_events){ 0 };
}

static const char *next_entry(DIR *d) {
        const struct dirent *e;

        while ((e = readdir(d)))
                if (e->d_name[0] != '.' || (!streq(e->d_name, ".") && !streq(e->d_name, "..")))
                        if (!streq(e->d_name, "register") && !streq(e->d_name, "status"))
                                return e->d_name;
        return NULL;
}

bool own_events_are_newest(struct table *table, const struct plan *plan) {
        int fd = openat(table_directory(table), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
        bool same = d != NULL;

        if (!d) {
                closep(&fd);
                return false;
        }
        for (size_t i = plan->n; same && i-- > 0;)
                if (plan->changes[i].registered) {
                        const char *name = next_entry(d);

                        same = name && streq(name, plan->changes[i].format->name);
                }
        closedir(d);
        return same;
}
