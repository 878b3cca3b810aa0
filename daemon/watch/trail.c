/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The walk enters only directories whose path has no links in it, so that ".." can be resolved in the text.
 */

#include "daemon/watch/trail.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40u /* as the kernel's MAXSYMLINKS */

struct walk {
        const char *root;
        char here[PATH_MAX]; /* the directory reached, below the root; "" is the root */
        char rest[PATH_MAX]; /* the part of the path that is still to go */
        unsigned links;
        struct trail trail;
};

static int add_step(struct walk *w, enum trail_kind kind, const char *name) {
        struct trail_step *steps = reallocarray(w->trail.steps, w->trail.n + 1, sizeof *steps), *s;

        if (!steps)
                return -ENOMEM;
        w->trail.steps = steps;
        s = &steps[w->trail.n];
        *s = (struct trail_step){ .kind = kind, .directory = strdup(w->here) };
        if (name)
                s->name = strdup(name);
        w->trail.n++;
        return s->directory && (!name || s->name) ? 0 : -ENOMEM;
}

/* Takes the next name off the rest; false at the end. */
static bool next_name(struct walk *w, char name[static NAME_MAX + 1]) {
        size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/");

        if (n == 0 || n > NAME_MAX)
                return false;
        memcpy(name, w->rest + skip, n);
        name[n] = '\0';
        memmove(w->rest, w->rest + skip + n, strlen(w->rest + skip + n) + 1);
        return true;
}

static bool follow_link(struct walk *w, const char *full) {
        char target[PATH_MAX];
        ssize_t n = readlink(full, target, sizeof target);
        size_t n_rest = strlen(w->rest);

        if (n <= 0 || ++w->links > LINKS_MAX || (size_t) n + 1 + n_rest >= sizeof w->rest)
                return false;
        memmove(w->rest + n + 1, w->rest, n_rest + 1);
        memcpy(w->rest, target, (size_t) n);
        w->rest[n] = '/';
        if (target[0] == '/')
                w->here[0] = '\0';
        return true;
}

/* While a process works in a removed directory, inotify reports the removal late. At the end of the way that
 * is too late, as nobody would see that there is a new directory: so its name is a step, too. */
static int enter_directory(struct walk *w, const char *name, bool members) {
        int r = members ? add_step(w, TRAIL_NAME, name) : 0;
        size_t n;

        if (r < 0)
                return r;
        n = strlen(w->here);
        if ((size_t) snprintf(w->here + n, sizeof w->here - n, "/%s", name) >= sizeof w->here - n)
                return 0; /* the path would be too long: the way ends here */
        r = add_step(w, TRAIL_PASSED, NULL);
        return r < 0 ? r : 1;
}

/* Takes the walk one name further. Returns 1 if there is more to go, 0 if the way ends here, or -ENOMEM. */
static int walk_name(struct walk *w, const char *name, bool members) {
        bool last = w->rest[strspn(w->rest, "/")] == '\0';
        char full[2 * PATH_MAX], *slash;
        struct stat st;
        int r;

        if (streq(name, "."))
                return 1;
        if (streq(name, "..")) {
                slash = strrchr(w->here, '/');
                if (slash)
                        *slash = '\0';
                return 1;
        }
        if ((size_t) snprintf(full, sizeof full, "%s%s/%s", w->root, w->here, name) >= sizeof full)
                return 0;
        if (lstat(full, &st) >= 0) {
                if (S_ISDIR(st.st_mode) && (members || !last))
                        return enter_directory(w, name, members);
                if (S_ISLNK(st.st_mode)) {
                        r = add_step(w, TRAIL_NAME, name);
                        return r < 0 ? r : follow_link(w, full);
                }
        }
        return add_step(w, TRAIL_NAME, name);
}

int trail_follow(const char *root, const char *path, bool members, struct trail *ret) {
        _cleanup_free_ struct walk *w = calloc(1, sizeof *w);
        char name[NAME_MAX + 1];
        int r = 1;

        if (!w)
                return -ENOMEM;
        w->root = root;
        if ((size_t) snprintf(w->rest, sizeof w->rest, "%s", path) >= sizeof w->rest)
                w->rest[0] = '\0';
        while (r > 0 && next_name(w, name))
                r = walk_name(w, name, members);
        /* Here the whole path exists. */
        if (r > 0 && members)
                r = add_step(w, TRAIL_MEMBERS, NULL);
        if (r < 0) {
                trail_clear(&w->trail);
                return r;
        }
        *ret = w->trail;
        return 0;
}

void trail_clear(struct trail *t) {
        for (size_t i = 0; i < t->n; i++) {
                free(t->steps[i].directory);
                free(t->steps[i].name);
        }
        free(t->steps);
        *t = (struct trail){ 0 };
}
