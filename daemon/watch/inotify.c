/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/inotify.h"
#include "engine/system/file.h"
#include "model/base/search.h"

#include <errno.h>

int inotify_open(struct inotify *i) {
        *i = (struct inotify){ .fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC) };
        return i->fd < 0 ? -errno : 0;
}

void inotify_close(struct inotify *i) {
        for (size_t k = 0; k < i->n; k++)
                free(i->items[k]);
        free(i->items);
        closep(&i->fd);
        *i = (struct inotify){ .fd = -1 };
}

/* The index at which the wd stands, or would have to be inserted. */
static size_t directory_index(const struct inotify *i, int wd) {
        return LOWER_BOUND(k, i->n, i->items[k]->wd < wd);
}

struct directory *inotify_find(const struct inotify *i, int wd) {
        size_t p = directory_index(i, wd);

        return p < i->n && i->items[p]->wd == wd ? i->items[p] : NULL;
}

static int insert_directory(struct inotify *i, struct directory *d) {
        size_t p = directory_index(i, d->wd);

        if (i->n == i->size) {
                size_t size = i->size > 0 ? 2 * i->size : 16;
                struct directory **items = reallocarray(i->items, size, sizeof *items);

                if (!items)
                        return -ENOMEM;
                i->items = items;
                i->size = size;
        }
        memmove(i->items + p + 1, i->items + p, (i->n - p) * sizeof *i->items);
        i->items[p] = d;
        i->n++;
        return 0;
}

static int add_directory(struct inotify *i, const char *path, int wd, struct directory **ret) {
        size_t n = strlen(path) + 1;
        struct directory *d = calloc(1, sizeof *d + n);
        struct stat st = { 0 };
        int r = d ? 0 : -ENOMEM;

        if (r >= 0) {
                d->wd = wd;
                memcpy(d->path, path, n);
                (void) stat(path, &st); /* it may be gone again: then the first check finds it elsewhere */
                d->dev = st.st_dev;
                d->ino = st.st_ino;
                r = insert_directory(i, d);
        }
        if (r < 0) {
                (void) inotify_rm_watch(i->fd, wd);
                free(d);
                return r;
        }
        *ret = d;
        return 0;
}

int inotify_hold(struct inotify *i, const char *path, bool names, int *ret_wd, bool *ret_more) {
        const uint32_t mask = IN_ONLYDIR | IN_DONT_FOLLOW | IN_MASK_ADD | INOTIFY_ITSELF;
        int wd = inotify_add_watch(i->fd, path, mask | (names ? INOTIFY_NAMES : 0));
        struct directory *d;

        if (wd < 0)
                return -errno;
        d = inotify_find(i, wd);
        *ret_more = !d || (names && !d->names);
        if (!d) {
                int r = add_directory(i, path, wd, &d);

                if (r < 0)
                        return r;
        }
        d->names = d->names || names;
        d->holders++;
        *ret_wd = wd;
        return 0;
}

void inotify_forget(struct inotify *i, int wd) {
        size_t p = directory_index(i, wd);

        if (p == i->n || i->items[p]->wd != wd)
                return;
        free(i->items[p]);
        i->n--;
        memmove(i->items + p, i->items + p + 1, (i->n - p) * sizeof *i->items);
}

void inotify_release(struct inotify *i, int wd) {
        struct directory *d = inotify_find(i, wd);

        if (!d || --d->holders > 0)
                return;
        (void) inotify_rm_watch(i->fd, wd);
        inotify_forget(i, wd);
}

bool directory_is_elsewhere(const struct directory *d) {
        struct stat st;

        return stat(d->path, &st) < 0 || st.st_dev != d->dev || st.st_ino != d->ino;
}
