/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reads a file that somebody names, rather than one that was found in a source directory. Its syntax is told
 * from the directory that it stands in, or from its first lines. */

#include "engine/read/readers.h"
#include "engine/read/sources.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

enum syntax {
        SYNTAX_DEFINITIONS,
        SYNTAX_OVERRIDES,
        SYNTAX_BINFMT_D,
        SYNTAX_BINFMTS,
        SYNTAX_BINFMTS_ADMIN,
};

/* Is the directory that holds the file called `directory`? */
static bool stands_in(const char *path, const char *directory) {
        const char *end = base_name(path);
        size_t n = strlen(directory);

        while (end > path && end[-1] == '/')
                end--;
        if ((size_t) (end - path) < n || memcmp(end - n, directory, n) != 0)
                return false;
        return end - n == path || end[-(ptrdiff_t) n - 1] == '/';
}

/* A register string begins with a delimiter, a name, and M or E between two more delimiters. */
static bool is_register_string(const char *line, size_t n) {
        const char *second = n > 1 ? memchr(line + 1, line[0], n - 1) : NULL;

        return second && second > line + 1 && second + 2 < line + n &&
               (second[1] == 'M' || second[1] == 'E') && second[2] == line[0];
}

/* The first line that is no comment decides. */
static bool has_register_string(const struct file *f) {
        const char *end = f->data + f->n;

        for (const char *p = f->data; p < end;) {
                const char *newline = memchr(p, '\n', (size_t) (end - p));
                size_t n = (size_t) ((newline ? newline : end) - p);

                while (n > 0 && strchr(" \t\r", *p)) {
                        p++;
                        n--;
                }
                if (n > 0 && *p != '#' && *p != ';')
                        return *p != '[' && is_register_string(p, n);
                p += n + 1;
        }
        return false;
}

/* The second line of an admin file is its type; a line of an import file has its key in front. */
static bool is_admin_file(const struct file *f) {
        const char *second = strchr(f->data, '\n');

        return second && (strncmp(second + 1, "magic\n", strlen("magic\n")) == 0 ||
                          strncmp(second + 1, "extension\n", strlen("extension\n")) == 0);
}

static enum syntax find_syntax(const char *path, const struct file *f) {
        if (stands_in(path, "override.d"))
                return SYNTAX_OVERRIDES;
        if (stands_in(path, "binfmts"))
                return is_admin_file(f) ? SYNTAX_BINFMTS_ADMIN : SYNTAX_BINFMTS;
        if (stands_in(path, "binfmt.d") || has_register_string(f))
                return SYNTAX_BINFMT_D;
        return SYNTAX_DEFINITIONS;
}

static int read_by_syntax(enum syntax syntax, const struct reader_input *in, struct catalog *catalog,
                          struct diagnostics *diagnostics) {
        switch (syntax) {
        case SYNTAX_BINFMT_D:
                return binfmt_d_read(in, catalog, diagnostics);
        case SYNTAX_BINFMTS:
                return in->n > 0 ? binfmts_read(in, base_name(in->file), catalog, diagnostics) : 0;
        case SYNTAX_BINFMTS_ADMIN:
                return binfmts_admin_read(in, base_name(in->file), catalog, diagnostics);
        case SYNTAX_OVERRIDES:
                return ini_read(in, true, catalog, diagnostics);
        case SYNTAX_DEFINITIONS:
                break;
        }
        return ini_read(in, false, catalog, diagnostics);
}

static int read_named(const char *path, enum source_kind source, unsigned rank, struct catalog *catalog,
                      struct diagnostics *diagnostics) {
        _cleanup_(file_clear) struct file f = { 0 };
        struct reader_input in = { .file = path, .source = source, .rank = rank };
        const struct catalog_mark from = catalog_mark(catalog, diagnostics);
        int r = file_open_in_root(-1, path, O_RDONLY);
        _cleanup_close_ int fd = r;

        if (r >= 0)
                r = file_read_fd(fd, FILE_SIZE_MAX, &f);
        if (r < 0) {
                if (fd >= 0 && file_is_null(&f.st))
                        return 0;
                catalog->incomplete = true;
                return file_report_error(diagnostics, "file", path, r);
        }
        in.data = f.data;
        in.n = f.n;
        r = read_by_syntax(find_syntax(path, &f), &in, catalog, diagnostics);
        return r < 0 ? r : catalog_note_mistakes(catalog, &from, diagnostics);
}

int sources_read_file(const char *path, enum source_kind source, struct catalog *catalog,
                      struct diagnostics *diagnostics) {
        return read_named(path, source, 0, catalog, diagnostics);
}

/* alphasort(3) would order by the locale. */
static int compare_entries(const struct dirent **a, const struct dirent **b) {
        return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_named_in(const char *directory, const char *name, enum source_kind source, unsigned rank,
                         struct catalog *catalog, struct diagnostics *diagnostics) {
        size_t n = strlen(directory);
        _cleanup_free_ char *path = NULL;

        while (n > 1 && directory[n - 1] == '/')
                n--;
        if (asprintf(&path, "%.*s/%s", (int) n, directory, name) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        return read_named(path, source, rank, catalog, diagnostics);
}

int sources_read_path(const char *path, enum source_kind source, struct catalog *catalog,
                      struct diagnostics *diagnostics) {
        struct dirent **entries = NULL;
        _cleanup_free_ char *inside = NULL;
        struct stat st;
        int n, r = 0;

        if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
                return sources_read_file(path, source, catalog, diagnostics);
        if (asprintf(&inside, "%s/", path) < 0) {
                inside = NULL;
                return -ENOMEM;
        }
        n = scandir(path, &entries,
                    stands_in(inside, "binfmts") ? source_filter_binfmts : source_filter_conf,
                    compare_entries);
        if (n < 0) {
                catalog->incomplete = true;
                return file_report_error(diagnostics, "directory", path, -errno);
        }
        for (int i = 0; i < n; i++) {
                if (r >= 0)
                        r = read_named_in(path, entries[i]->d_name, source, (unsigned) i + 1, catalog,
                                          diagnostics);
                free(entries[i]);
        }
        free(entries);
        return r;
}
