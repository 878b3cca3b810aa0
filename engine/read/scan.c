/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files are opened from their directory's descriptor; only a symlink costs more, and only below a root. */

#include "engine/read/scan.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

int scan_error(struct scan *s, const char *what, int error) {
        s->incomplete = true;
        return file_report_error(s->diagnostics, what, s->path, error);
}

int scan_check_trust(struct scan *s, const struct stat *st) {
        bool owner = file_owner_is_trusted(st);
        _cleanup_free_ char *hint = NULL;

        /* In a sticky directory, others can add files, but these are theirs. */
        if (file_is_trusted(st) || (owner && S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX))
                return 1;
        s->incomplete = true;
        if (asprintf(&hint, "%s %s", owner ? "chmod go-w" : "chown root:", s->path) < 0) {
                hint = NULL;
                return -ENOMEM;
        }
        if (owner)
                return diagnostics_add(s->diagnostics, SEVERITY_ERROR, "writable-by-others",
                                       (struct location){ s->path, 0 }, NULL, hint,
                                       "Others than its owner could change it, so it is not used");
        return diagnostics_add(s->diagnostics, SEVERITY_ERROR, "owner", (struct location){ s->path, 0 },
                               NULL, hint, "it belongs to user %u, not to root, so it is not used",
                               (unsigned) st->st_uid);
}

/* The directory's part is only written when it changes, as formatting it for each file would cost as much as
 * reading. */
static void scan_set_path(struct scan *s, unsigned directory, const char *name) {
        const char *path = source_directories[s->family->first + directory];
        size_t n = name ? strlen(name) : 0;

        if (s->path_of != path) {
                int length = snprintf(s->path, PATH_MAX, "%s%s/", s->root, path);

                s->path_of = path;
                s->n_path = (size_t) (length < PATH_MAX ? length : PATH_MAX - 1);
        }
        s->path[s->n_path - 1] = name ? '/' : '\0';
        if (name && s->n_path + n < PATH_MAX)
                memcpy(s->path + s->n_path, name, n + 1);
}

static int add_candidates(struct scan *s, unsigned directory, struct dirent **entries, size_t n) {
        struct candidate *c = reallocarray(s->candidates, s->n + n + 1, sizeof *c);

        if (!c)
                return -ENOMEM;
        s->candidates = c;
        for (size_t i = 0; i < n; i++)
                s->candidates[s->n++] = (struct candidate){ entries[i], directory };
        return 0;
}

/* Adds the one name that is asked for, as scandirat(3) would find it. */
static int scan_name(struct scan *s, unsigned directory) {
        _cleanup_free_ struct dirent *entry = calloc(1, sizeof *entry);
        struct stat st;
        int r;

        if (!entry)
                return -ENOMEM;
        if (fstatat(s->fds[directory], s->only, &st, AT_SYMLINK_NOFOLLOW) < 0)
                return errno == ENOENT ? 0 : scan_error(s, "directory", -errno);
        strncpy(entry->d_name, s->only, sizeof entry->d_name - 1);
        entry->d_type = (unsigned char) IFTODT(st.st_mode);
        if (!source_family_filter(s->family)(entry))
                return 0;
        r = add_candidates(s, directory, &entry, 1);
        if (r >= 0)
                entry = NULL;
        return r;
}

static int scan_names(struct scan *s, unsigned directory) {
        struct dirent **entries = NULL;
        int r, n = scandirat(s->fds[directory], ".", &entries, source_family_filter(s->family), NULL);

        if (n < 0)
                return scan_error(s, "directory", -errno);
        r = add_candidates(s, directory, entries, (size_t) n);
        for (int i = 0; r < 0 && i < n; i++)
                free(entries[i]);
        free(entries);
        return r;
}

static int scan_directory(struct scan *s, unsigned directory) {
        unsigned index = s->family->first + directory;
        struct stat st;
        int r;

        scan_set_path(s, directory, NULL);
        r = file_open_in_root(s->root_fd, source_directories[index], O_RDONLY | O_DIRECTORY);
        s->states[index] = r == -ENOENT ? SOURCE_DIRECTORY_ABSENT : SOURCE_DIRECTORY_LEFT_OUT;
        if (r < 0)
                return r == -ENOENT ? 0 : scan_error(s, "directory", r);
        s->fds[directory] = r;
        if (fstat(r, &st) < 0)
                return scan_error(s, "directory", -errno);
        r = scan_check_trust(s, &st);
        if (r <= 0)
                return r;
        s->states[index] = SOURCE_DIRECTORY_USED;
        return s->only ? scan_name(s, directory) : scan_names(s, directory);
}

static int compare_candidates(const void *x, const void *y) {
        const struct candidate *a = x, *b = y;
        int c = strcmp(a->entry->d_name, b->entry->d_name);

        return c != 0 ? c : (int) a->directory - (int) b->directory;
}

static bool links_to_null(int dir, const char *name) {
        char target[sizeof "/dev/null"];
        ssize_t n = readlinkat(dir, name, target, sizeof target);

        return n == (ssize_t) strlen("/dev/null") && memcmp(target, "/dev/null", (size_t) n) == 0;
}

/* *ret is a descriptor, or -1 for a link to /dev/null. 0 or negative errno. No device is ever opened but
 * through a link. */
static int open_candidate(struct scan *s, const struct candidate *c, int *ret) {
        const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
        const char *name = c->entry->d_name;
        int dir = s->fds[c->directory], fd;

        switch (c->entry->d_type) {
        case DT_REG:
                fd = openat(dir, name, flags | O_NOFOLLOW);
                break;
        case DT_LNK:
        case DT_UNKNOWN:
                if (links_to_null(dir, name)) {
                        *ret = -1;
                        return 0;
                }
                if (s->root_fd >= 0) {
                        fd = file_open_in_root(s->root_fd, s->path + strlen(s->root), O_RDONLY);
                        *ret = fd;
                        return fd < 0 ? fd : 0;
                }
                fd = openat(dir, name, flags);
                break;
        case DT_DIR:
                return -EISDIR;
        default:
                return -EINVAL;
        }
        *ret = fd;
        return fd < 0 ? -errno : 0;
}

int scan_open(struct scan *s, const struct candidate *c, int *ret) {
        int r;

        scan_set_path(s, c->directory, c->entry->d_name);
        r = open_candidate(s, c, ret);
        if (r >= 0)
                return 1;
        /* A file that was removed since its directory was read is as good as one that was never there. */
        return r == -ENOENT && c->entry->d_type == DT_REG ? 0 : scan_error(s, "file", r);
}

static int scan_family(struct scan *s, scan_visit_t visit, void *user) {
        int r = 0;

        for (unsigned i = 0; i < s->family->n && r >= 0; i++)
                r = scan_directory(s, i);
        if (r >= 0 && s->n > 1)
                qsort(s->candidates, s->n, sizeof *s->candidates, compare_candidates);
        for (size_t i = 0; i < s->n && r >= 0; i++)
                if (i == 0 || !streq(s->candidates[i - 1].entry->d_name, s->candidates[i].entry->d_name))
                        r = visit(s, &s->candidates[i], user);

        for (size_t i = 0; i < s->n; i++)
                free(s->candidates[i].entry);
        free(TAKE_PTR(s->candidates));
        s->n = 0;
        for (unsigned i = 0; i < SOURCE_FAMILY_DIRECTORIES_MAX; i++) {
                closep(&s->fds[i]);
                s->fds[i] = -1;
        }
        return r;
}

static int scan_open_root(struct scan *s, const char *root) {
        size_t n = strlen(root);

        while (n > 0 && root[n - 1] == '/')
                n--;
        s->root = strndup(root, n);
        s->path = malloc(PATH_MAX);
        if (!s->root || !s->path)
                return -ENOMEM;
        if (n == 0)
                return 1;
        s->root_fd = open(s->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (s->root_fd >= 0)
                return 1;
        snprintf(s->path, PATH_MAX, "%s", s->root);
        return scan_error(s, "directory", -errno);
}

int scan_sources(struct scan *s, const char *root, scan_visit_t visit, void *user) {
        int r = scan_open_root(s, root);

        if (r <= 0)
                return r;
        r = 0;
        if (s->family)
                return scan_family(s, visit, user);
        for (size_t i = 0; i < SOURCE_FAMILIES && r >= 0; i++) {
                s->family = &source_families[i];
                r = scan_family(s, visit, user);
        }
        return r;
}

void scan_clear(struct scan *s) {
        closep(&s->root_fd);
        free(s->root);
        free(s->path);
}
