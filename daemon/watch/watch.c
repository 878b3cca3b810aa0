/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A path holds one hook for each step of its trail. Events find hooks by directory and name. The paths that
 * they concern are marked, and followed again when the queue is empty: so a burst costs each path one walk.
 *
 * A walk that adds a watch is repeated, as anything that happened before the watch was added was not
 * reported. */

#include "daemon/watch/watch.h"
#include "daemon/watch/inotify.h"
#include "daemon/watch/trail.h"
#include "model/base/hash.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLLOWS_MAX 8

/* Stand for the name in a hook: no file can have such names. */
#define ITSELF  "/"
#define MEMBERS "//"

struct hook {
        struct hash_node node; /* in watch.hooks, by wd and name */
        struct path *path;
        int wd;
        const char *name; /* of path->trail, or ITSELF or MEMBERS */
};

struct path {
        struct hash_node node; /* in watch.paths, by kind and path */
        struct path *next;     /* of all */
        struct path *next_marked;
        enum watch_kind kind;
        bool marked, wanted;
        struct trail trail;
        struct hook *hooks; /* one for each step; the first n are in watch.hooks */
        size_t n;
        char path[];
};

struct watch {
        char *root;
        struct watch_handler handler;
        void *user;
        struct inotify inotify;
        struct hash hooks, paths;
        struct path *all, *marked;
        int instance; /* wd, or -1 */
        bool lost;
};

static uint64_t hook_hash(int wd, const char *name) {
        return hash_string((uint64_t) wd * UINT64_C(0x9e3779b97f4a7c15), name);
}

static struct hook *hook_from_node(struct hash_node *node) {
        return (struct hook *) ((char *) node - offsetof(struct hook, node));
}

static struct path *path_from_node(struct hash_node *node) {
        return (struct path *) ((char *) node - offsetof(struct path, node));
}

static void remove_hooks(struct watch *w, struct hook *hooks, size_t n) {
        for (size_t i = 0; i < n; i++) {
                hash_remove(&w->hooks, &hooks[i].node);
                inotify_release(&w->inotify, hooks[i].wd);
        }
        free(hooks);
}

/* Returns 1 if the hook is new to the kernel, 0 if not, or negative errno. */
static int hook_step(struct watch *w, struct path *p, const struct trail_step *s, struct hook *hook) {
        char full[2 * PATH_MAX];
        bool more;
        int r;

        if ((size_t) snprintf(full, sizeof full, "%s%s%s", w->root, s->directory,
                              w->root[0] || s->directory[0] ? "" : "/") >= sizeof full)
                return -ENAMETOOLONG;
        *hook = (struct hook){
                .path = p,
                .name = s->kind == TRAIL_NAME     ? s->name
                        : s->kind == TRAIL_PASSED ? ITSELF
                                                  : MEMBERS,
        };
        r = inotify_hold(&w->inotify, full, s->kind != TRAIL_PASSED, &hook->wd, &more);
        if (r < 0)
                return r;
        r = hash_add(&w->hooks, &hook->node, hook_hash(hook->wd, hook->name));
        if (r < 0) {
                inotify_release(&w->inotify, hook->wd);
                return r;
        }
        return more;
}

/* Follows the path once, and hooks every step. The previous hooks are removed afterwards, so that
 * directories in both trails are watched all the time. Returns 1 if anything is watched that was not, 0 if
 * not, or negative errno. */
static int follow_trail_once(struct watch *w, struct path *p) {
        struct trail trail = { 0 }, old_trail = p->trail;
        struct hook *hooks, *old = p->hooks;
        size_t n_old = p->n;
        int r, more = 0, error = 0;

        r = trail_follow(w->root, p->path, p->kind == WATCH_SOURCE, &trail);
        if (r < 0)
                return r;
        hooks = calloc(trail.n + 1, sizeof *hooks);
        if (!hooks) {
                trail_clear(&trail);
                return -ENOMEM;
        }
        p->trail = trail;
        p->hooks = hooks;
        p->n = 0;
        for (size_t i = 0; i < trail.n; i++) {
                r = hook_step(w, p, &trail.steps[i], &hooks[p->n]);
                p->n += r >= 0;
                /* The step has just changed: following once more finds out how. */
                if (r > 0 || r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
                        more = 1;
                else if (r < 0 && error == 0)
                        error = r;
        }
        remove_hooks(w, old, n_old);
        trail_clear(&old_trail);
        return error < 0 ? error : more;
}

static int follow_trail(struct watch *w, struct path *p) {
        int r = 1;

        for (int i = 0; r > 0 && i < FOLLOWS_MAX; i++)
                r = follow_trail_once(w, p);
        return r < 0 ? r : 0;
}

static struct path *find_path(const struct watch *w, enum watch_kind kind, const char *path) {
        struct hash_node *node = hash_first(&w->paths, hash_string(kind, path));

        for (; node; node = hash_next(node)) {
                struct path *p = path_from_node(node);

                if (p->kind == kind && streq(p->path, path))
                        return p;
        }
        return NULL;
}

static void path_free(struct watch *w, struct path *p) {
        remove_hooks(w, p->hooks, p->n);
        trail_clear(&p->trail);
        hash_remove(&w->paths, &p->node);
        free(p);
}

static int add_path(struct watch *w, enum watch_kind kind, const char *path, struct path **ret) {
        size_t n = strlen(path) + 1;
        struct path *p = calloc(1, sizeof *p + n);
        int r = p ? hash_add(&w->paths, &p->node, hash_string(kind, path)) : -ENOMEM;

        if (r < 0) {
                free(p);
                return r;
        }
        p->kind = kind;
        memcpy(p->path, path, n);
        p->next = w->all;
        w->all = p;
        *ret = p;
        return 0;
}

void watch_begin(struct watch *w, enum watch_kind kind) {
        for (struct path *p = w->all; p; p = p->next)
                if (p->kind == kind)
                        p->wanted = false;
}

int watch_want(struct watch *w, enum watch_kind kind, const char *path) {
        struct path *p = find_path(w, kind, path);
        int r;

        if (p) {
                p->wanted = true;
                return 0;
        }
        r = add_path(w, kind, path, &p);
        if (r < 0)
                return r;
        p->wanted = true;
        r = follow_trail(w, p);
        return r < 0 ? r : 1;
}

void watch_end(struct watch *w, enum watch_kind kind) {
        for (struct path **link = &w->all; *link;) {
                struct path *p = *link;

                if (p->kind == kind && !p->wanted) {
                        *link = p->next;
                        path_free(w, p);
                } else
                        link = &p->next;
        }
}

bool watch_has(const struct watch *w, enum watch_kind kind, const char *path) {
        return find_path(w, kind, path);
}

static void mark_path(struct watch *w, struct path *p) {
        if (p->marked)
                return;
        p->marked = true;
        p->next_marked = w->marked;
        w->marked = p;
}

static void mark_hooked(struct watch *w, int wd, const char *name) {
        struct hash_node *node = hash_first(&w->hooks, hook_hash(wd, name));

        for (; node; node = hash_next(node)) {
                struct hook *h = hook_from_node(node);

                if (h->wd == wd && streq(h->name, name))
                        mark_path(w, h->path);
        }
}

static void mark_directory(struct watch *w, int wd) {
        mark_hooked(w, wd, ITSELF);
        mark_hooked(w, wd, MEMBERS);
}

static void report_member(struct watch *w, int wd, const char *name) {
        struct hash_node *node = hash_first(&w->hooks, hook_hash(wd, MEMBERS));

        for (; node; node = hash_next(node)) {
                struct hook *h = hook_from_node(node);

                if (h->wd == wd && streq(h->name, MEMBERS))
                        w->handler.member(w->user, h->path->path, name);
        }
}

/* A regular file that was just created is empty or half-written: an event will follow when it is closed.
 * Links and directories are complete at once. */
static bool is_whole(const struct watch *w, const struct inotify_event *e) {
        const struct directory *d = inotify_find(&w->inotify, e->wd);
        char full[2 * PATH_MAX + NAME_MAX];
        struct stat st;

        if (!(e->mask & IN_CREATE) || e->mask & IN_ISDIR || !d)
                return true;
        snprintf(full, sizeof full, "%s/%s", d->path, e->name);
        return lstat(full, &st) >= 0 && (!S_ISREG(st.st_mode) || st.st_nlink > 1);
}

static void handle_event(struct watch *w, const struct inotify_event *e) {
        if (e->mask & IN_Q_OVERFLOW) {
                w->lost = true;
                for (struct path *p = w->all; p; p = p->next)
                        mark_path(w, p);
        } else if (e->mask & IN_IGNORED) {
                inotify_forget(&w->inotify, e->wd);
                if (e->wd == w->instance)
                        w->instance = -1;
        } else if (e->wd == w->instance) {
                w->handler.instance(w->user, e->mask, e->len > 0 ? e->name : "");
        } else if (e->len == 0 || (e->mask & IN_CLOSE_WRITE && e->name[0] == '#')) {
                /* A file made with O_TMPFILE and linked to its place is reported under a working name. */
                mark_directory(w, e->wd);
        } else if (is_whole(w, e)) {
                mark_hooked(w, e->wd, e->name);
                report_member(w, e->wd, e->name);
        }
}

/* The kernel returns whole events only, each of them aligned. */
static int read_events(struct watch *w) {
        char buffer[16 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
        ssize_t n;

        for (;;) {
                n = read(w->inotify.fd, buffer, sizeof buffer);
                if (n <= 0)
                        return n == 0 || errno == EAGAIN || errno == EINTR ? 0 : -errno;
                for (const char *p = buffer; p < buffer + n;) {
                        const struct inotify_event *e = (const struct inotify_event *) p;

                        handle_event(w, e);
                        p += sizeof *e + e->len;
                }
        }
}

static int report_marked(struct watch *w) {
        int error = 0;

        if (w->lost)
                w->handler.lost(w->user);
        while (w->marked) {
                struct path *p = w->marked;
                int r;

                w->marked = p->next_marked;
                p->marked = false;
                r = follow_trail(w, p);
                if (r < 0 && error == 0)
                        error = r;
                if (!w->lost)
                        w->handler.path(w->user, p->kind, p->path);
        }
        w->lost = false;
        return error;
}

int watch_dispatch(struct watch *w) {
        int r = read_events(w), s = report_marked(w);

        return r < 0 ? r : s;
}

int watch_check(struct watch *w) {
        for (size_t i = 0; i < w->inotify.n; i++)
                if (directory_is_elsewhere(w->inotify.items[i]))
                        mark_directory(w, w->inotify.items[i]->wd);
        return report_marked(w);
}

int watch_instance(struct watch *w, int directory) {
        char path[64];
        int wd;

        if (w->instance >= 0)
                (void) inotify_rm_watch(w->inotify.fd, w->instance);
        w->instance = -1;
        if (directory < 0)
                return 0;
        snprintf(path, sizeof path, "/proc/self/fd/%d", directory);
        wd = inotify_add_watch(w->inotify.fd, path, IN_MODIFY | IN_DELETE);
        if (wd < 0)
                return -errno;
        w->instance = wd;
        return 0;
}

int watch_new(const char *root, const struct watch_handler *handler, void *user, struct watch **ret) {
        _cleanup_(watch_freep) struct watch *w = calloc(1, sizeof *w);
        size_t n = strlen(root);
        int r;

        if (!w)
                return -ENOMEM;
        w->handler = *handler;
        w->user = user;
        w->instance = -1;
        r = inotify_open(&w->inotify);
        while (n > 0 && root[n - 1] == '/')
                n--;
        w->root = strndup(root, n);
        if (r >= 0 && !w->root)
                r = -ENOMEM;
        if (r < 0)
                return r;
        *ret = TAKE_PTR(w);
        return 0;
}

struct watch *watch_free(struct watch *w) {
        if (!w)
                return NULL;
        while (w->all) {
                struct path *p = w->all;

                w->all = p->next;
                path_free(w, p);
        }
        inotify_close(&w->inotify);
        hash_clear(&w->hooks);
        hash_clear(&w->paths);
        free(w->root);
        free(w);
        return NULL;
}

int watch_fd(const struct watch *w) {
        return w->inotify.fd;
}
