/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files are opened from their directory's descriptor; only a symlink costs more, and only below a root. */

#include "engine/read/scan.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

const char *const source_directories[] = {
        "/etc/binfmtd/conf.d",
        "/run/binfmtd/conf.d",
        "/usr/local/lib/binfmtd/conf.d",
        "/usr/lib/binfmtd/conf.d",
        "/etc/binfmtd/override.d",
        "/run/binfmtd/override.d",
        "/etc/binfmt.d",
        "/run/binfmt.d",
        "/usr/local/lib/binfmt.d",
        "/usr/lib/binfmt.d",
        "/var/lib/binfmts",
        "/usr/share/binfmts",
        NULL,
};

/* Directories that stand side by side in the list above, and in which one name counts once. */
const struct family scan_families[] = {
        { SOURCE_BINFMTD, false, 0, 0, 4 },        { SOURCE_BINFMTD, true, 1, 4, 1 },
        { SOURCE_BINFMTD, true, 2, 5, 1 },         { SOURCE_BINFMT_D, false, 0, 6, 4 },
        { SOURCE_BINFMTS_ADMIN, false, 0, 10, 1 }, { SOURCE_BINFMTS, false, 0, 11, 1 },
};

_Static_assert(ELEMENTSOF(source_directories) == SOURCE_DIRECTORIES + 1, "each directory has a state");

static bool ends_with(const char *name, const char *suffix) {
        size_t n = strlen(name), n_suffix = strlen(suffix);

        return n > n_suffix && streq(name + n - n_suffix, suffix);
}

int source_filter_conf(const struct dirent *entry) {
        return entry->d_name[0] != '.' && ends_with(entry->d_name, ".conf");
}

int source_filter_binfmts(const struct dirent *entry) {
        const char *name = entry->d_name, *reason;

        return entry->d_type != DT_DIR && name[0] != '.' && !strstr(name, ".dpkg-") &&
               !ends_with(name, "~") && !ends_with(name, ".tmp") &&
               registration_check_name(name, &reason) >= 0;
}

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

/* The directory's part is only written when it changes: formatting it would cost as much as reading. */
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

int (*scan_filter(const struct family *f))(const struct dirent *entry) {
        return f->source <= SOURCE_BINFMT_D ? source_filter_conf : source_filter_binfmts;
}

/* The one name, as scandirat(3) would find it. */
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
        if (!scan_filter(s->family)(entry))
                return 0;
        r = add_candidates(s, directory, &entry, 1);
        if (r >= 0)
                entry = NULL;
        return r;
}

static int scan_names(struct scan *s, unsigned directory) {
        struct dirent **entries = NULL;
        int r, n = scandirat(s->fds[directory], ".", &entries, scan_filter(s->family), NULL);

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

/* A descriptor, -1 with *ret_null for a link to /dev/null, or negative errno. No device is ever opened but
 * through a link. */
static int open_candidate(struct scan *s, const struct candidate *c, bool *ret_null) {
        const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
        const char *name = c->entry->d_name;
        int dir = s->fds[c->directory], fd;

        switch (c->entry->d_type) {
        case DT_REG:
                fd = openat(dir, name, flags | O_NOFOLLOW);
                return fd < 0 ? -errno : fd;
        case DT_LNK:
        case DT_UNKNOWN:
                *ret_null = links_to_null(dir, name);
                if (*ret_null)
                        return -1;
                if (s->root_fd >= 0)
                        return file_open_in_root(s->root_fd, s->path + strlen(s->root), O_RDONLY);
                fd = openat(dir, name, flags);
                return fd < 0 ? -errno : fd;
        case DT_DIR:
                return -EISDIR;
        default:
                return -EINVAL;
        }
}

static int visit_candidate(struct scan *s, const struct candidate *c, scan_visit_t visit, void *user) {
        _cleanup_close_ int fd = -1;
        bool null = false;
        int r;

        scan_set_path(s, c->directory, c->entry->d_name);
        r = open_candidate(s, c, &null);
        /* What was there a moment ago was removed: as good as never there. */
        if (r == -ENOENT && c->entry->d_type == DT_REG)
                return 0;
        if (r < 0 && !null)
                return scan_error(s, "file", r);
        fd = r;
        return visit(s, c->entry->d_name, fd, user);
}

/* What is read is handed on file by file, with what was wrong about each. */
static int read_candidate(struct scan *s, const struct candidate *c, scan_visit_t visit, void *user) {
        struct source_sink *sink = s->sink;
        struct source_reading reading = {
                .family = (unsigned) (s->family - scan_families),
                .name = c->entry->d_name,
                .override = s->family->override,
                .from = catalog_mark(sink->catalog, s->diagnostics),
        };
        bool before = s->incomplete, before_in_catalog = sink->catalog->incomplete;
        int r;

        /* A file may also be read and yet not tell what it defines: the readers say so in the catalog. */
        s->incomplete = sink->catalog->incomplete = false;
        r = visit_candidate(s, c, visit, user);
        reading.incomplete = s->incomplete || sink->catalog->incomplete;
        if (r >= 0)
                r = sink->take(&reading, sink->userdata);
        s->incomplete = before;
        sink->catalog->incomplete = before_in_catalog;
        return r;
}

static int scan_family(struct scan *s, scan_visit_t visit, void *user) {
        bool handed_on = s->sink && s->sink->take;
        int r = 0;

        for (unsigned i = 0; i < s->family->n && r >= 0; i++)
                r = scan_directory(s, i);
        if (r >= 0 && s->n > 1)
                qsort(s->candidates, s->n, sizeof *s->candidates, compare_candidates);
        for (size_t i = 0; i < s->n && r >= 0; i++)
                if (i == 0 || !streq(s->candidates[i - 1].entry->d_name, s->candidates[i].entry->d_name))
                        r = (handed_on ? read_candidate : visit_candidate)(s, &s->candidates[i], visit,
                                                                           user);

        for (size_t i = 0; i < s->n; i++)
                free(s->candidates[i].entry);
        free(TAKE_PTR(s->candidates));
        s->n = 0;
        for (unsigned i = 0; i < SCAN_DIRECTORIES_MAX; i++) {
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
        for (size_t i = 0; i < SCAN_FAMILIES && r >= 0; i++) {
                s->family = &scan_families[i];
                r = scan_family(s, visit, user);
        }
        return r;
}

void scan_clear(struct scan *s) {
        closep(&s->root_fd);
        free(s->root);
        free(s->path);
}
