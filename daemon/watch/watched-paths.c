/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/watched-paths.h"
#include "engine/read/sources.h"
#include "engine/system/file.h"
#include "model/base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

int watched_paths_init(struct watched_paths *paths, const char *root) {
        *paths = (struct watched_paths){ .root = strdup(root), .links_changed = true };
        return paths->root ? 0 : -ENOMEM;
}

void watched_paths_clear(struct watched_paths *paths) {
        free(paths->root);
        *paths = (struct watched_paths){ 0 };
}

/* The result of wanting many paths. An error does not end it: one path that cannot be watched is no reason
 * to watch none. */
struct outcome {
        bool dirty;
        int error; /* the first */
};

static int outcome_value(const struct outcome *o) {
        return o->error < 0 ? o->error : o->dirty;
}

static void want_path(struct watch *w, struct keeper *k, enum watch_kind kind, const char *path,
                      struct outcome *outcome) {
        int r = watch_want(w, kind, path);

        outcome->dirty = outcome->dirty || r > 0;
        if (r > 0 && kind == WATCH_LINK)
                r = keeper_mark_file(k, path);
        else if (r > 0 && kind == WATCH_INTERPRETER)
                r = keeper_mark_interpreter(k, path);
        if (r < 0 && outcome->error == 0)
                outcome->error = r;
}

int watched_paths_begin(struct watch *w) {
        struct outcome outcome = { 0 };

        watch_begin(w, WATCH_SOURCE);
        for (const char *const *d = source_directories; *d; d++)
                want_path(w, NULL, WATCH_SOURCE, *d, &outcome);
        watch_end(w, WATCH_SOURCE);
        return outcome.error;
}

void watched_paths_directory_changed(struct watched_paths *paths) {
        paths->links_changed = true;
}

void watched_paths_member_changed(struct watched_paths *paths, const struct watch *w, const char *directory,
                                  const char *name) {
        char path[PATH_MAX], full[2 * PATH_MAX];
        struct stat st;

        if (paths->links_changed ||
            (size_t) snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
                return;
        snprintf(full, sizeof full, "%s%s", paths->root, path);
        paths->links_changed =
                        watch_has(w, WATCH_LINK, path) || (lstat(full, &st) >= 0 && S_ISLNK(st.st_mode));
}

bool watched_paths_counts(const char *directory, const char *name) {
        const char *slash = strrchr(directory, '/');
        struct dirent entry = { .d_type = DT_UNKNOWN };

        if (strlen(name) >= sizeof entry.d_name)
                return false;
        strcpy(entry.d_name, name);
        return slash && streq(slash, "/binfmts") ? source_filter_binfmts(&entry)
                                                 : source_filter_conf(&entry);
}

static void want_links(struct watch *w, struct keeper *k, const char *directory, int root_fd,
                       struct outcome *outcome) {
        int fd = file_open_in_root(root_fd, directory, O_RDONLY | O_DIRECTORY);
        DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
        const struct dirent *e;
        char path[PATH_MAX];

        if (!d) {
                closep(&fd);
                return;
        }
        while ((e = readdir(d)))
                if ((e->d_type == DT_LNK || e->d_type == DT_UNKNOWN) &&
                    watched_paths_counts(directory, e->d_name) &&
                    (size_t) snprintf(path, sizeof path, "%s/%s", directory, e->d_name) < sizeof path)
                        want_path(w, k, WATCH_LINK, path, outcome);
        closedir(d);
}

static int follow_links(struct watched_paths *paths, struct watch *w, struct keeper *k) {
        _cleanup_close_ int root_fd = -1;
        struct outcome outcome = { 0 };

        if (paths->root[0])
                root_fd = open(paths->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (paths->root[0] && root_fd < 0)
                return -errno;
        watch_begin(w, WATCH_LINK);
        for (const char *const *d = source_directories; *d; d++)
                want_links(w, k, *d, root_fd, &outcome);
        watch_end(w, WATCH_LINK);
        paths->links_changed = false;
        return outcome_value(&outcome);
}

/* The program at `index` among those that a format needs to be started: interpreters, detector, dispatcher.
 * NULL behind the last one. */
static const char *nth_program(const struct pass *pass, const struct definition *d, size_t index) {
        const char *program = d ? definition_program(d, index) : NULL;
        bool last = d && !program && definition_has_detector(d) && index > 0 &&
                    definition_program(d, index - 1);

        return last ? pass->dispatcher : program;
}

/* The order has no influence on the hash, as formats come and go in the middle. */
static uint64_t hash_programs(const struct pass *pass) {
        const char *program;
        uint64_t sum = 0;

        for (size_t i = 0; i < pass->formats.n; i++) {
                const struct definition *d = pass->formats.items[i]->definition;

                for (size_t j = 0; (program = nth_program(pass, d, j)); j++)
                        sum += hash_string(1, program);
        }
        return sum;
}

/* Relative paths depend on the process that executes them, so they cannot be watched. */
static int follow_interpreters(struct watch *w, struct keeper *k) {
        const struct pass *pass = keeper_last_pass(k);
        struct outcome outcome = { 0 };
        const char *program;

        watch_begin(w, WATCH_INTERPRETER);
        for (size_t i = 0; i < pass->formats.n; i++) {
                const struct definition *d = pass->formats.items[i]->definition;

                for (size_t j = 0; (program = nth_program(pass, d, j)); j++)
                        if (program[0] == '/')
                                want_path(w, k, WATCH_INTERPRETER, program, &outcome);
        }
        watch_end(w, WATCH_INTERPRETER);
        return outcome_value(&outcome);
}

int watched_paths_follow(struct watched_paths *paths, struct watch *w, struct keeper *k) {
        uint64_t interpreters = hash_programs(keeper_last_pass(k));
        int links = 0, r = 0;

        if (paths->links_changed)
                links = follow_links(paths, w, k);
        if (interpreters != paths->interpreters)
                r = follow_interpreters(w, k);
        paths->interpreters = interpreters;
        return links < 0 ? links : r < 0 ? r : links || r;
}
