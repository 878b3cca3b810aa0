/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/sources.h"
#include "engine/read/readers.h"
#include "engine/read/scan.h"
#include "engine/system/file.h"

#include <errno.h>

/* A masked file deliberately defines nothing. An admin file is never empty on purpose: it was not written to
 * its end. */
static bool is_masked(const struct scan *s, const struct stat *st) {
        return file_is_null(st) || (st->st_size == 0 && s->family->source != SOURCE_BINFMTS_ADMIN);
}

/* 1 if the file may be used, 0 if not, which is reported, or -ENOMEM. */
static int check_file(struct scan *s, const struct stat *st) {
        if (file_is_null(st))
                return 1;
        if (!S_ISREG(st->st_mode))
                return scan_error(s, "file", S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL);
        return scan_check_trust(s, st);
}

static int list_file(struct scan *s, const struct candidate *c, void *user) {
        _cleanup_close_ int fd = -1;
        struct source_files *files = user;
        struct source_file *items;
        struct stat st = { 0 };
        int r = scan_open(s, c, &fd);

        if (r > 0 && fd >= 0)
                r = fstat(fd, &st) < 0 ? scan_error(s, "file", -errno) : check_file(s, &st);
        if (r <= 0)
                return r;
        if ((files->n & (files->n - 1)) == 0) {
                items = reallocarray(files->items, files->n > 0 ? 2 * files->n : 1, sizeof *items);
                if (!items)
                        return -ENOMEM;
                files->items = items;
        }
        files->items[files->n] = (struct source_file){
                .path = strdup(s->path),
                .source = s->family->source,
                .override = s->family->override,
                .masked = fd < 0 || is_masked(s, &st),
        };
        return files->items[files->n++].path ? 0 : -ENOMEM;
}

int sources_list(const char *root, struct source_files *ret, bool *ret_incomplete,
                 struct diagnostics *diagnostics) {
        _cleanup_(source_files_clear) struct source_files files = { 0 };
        _cleanup_(scan_clear) struct scan s = SCAN(diagnostics);
        int r = scan_sources(&s, root, list_file, &files);

        if (r < 0)
                return r;
        *ret_incomplete = s.incomplete;
        *ret = files;
        files = (struct source_files){ 0 };
        return 0;
}

static int read_data(struct scan *s, const char *name, const struct file *f, struct catalog *catalog) {
        struct reader_input in = {
                .file = s->path,
                .data = f->data,
                .n = f->n,
                .source = s->family->source,
                .rank = s->family->rank,
        };

        switch (in.source) {
        case SOURCE_BINFMT_D:
                return binfmt_d_read(&in, catalog, s->diagnostics);
        case SOURCE_BINFMTS_ADMIN:
                return binfmts_admin_read(&in, name, catalog, s->diagnostics);
        case SOURCE_BINFMTS:
                return binfmts_read(&in, name, catalog, s->diagnostics);
        case SOURCE_ADDED:
        case SOURCE_BINFMTD:
                break;
        }
        return ini_read(&in, s->family->override, catalog, s->diagnostics);
}

static int read_source(struct scan *s, const struct candidate *c, struct catalog *catalog) {
        _cleanup_(file_clear) struct file f = { 0 };
        _cleanup_close_ int fd = -1;
        const struct catalog_mark from = catalog_mark(catalog, s->diagnostics);
        int r = scan_open(s, c, &fd);

        if (r <= 0 || fd < 0)
                return r < 0 ? r : 0;
        r = file_read_fd(fd, FILE_SIZE_MAX, &f);
        if (r < 0)
                return file_is_null(&f.st) ? 0 : scan_error(s, "file", r);
        r = scan_check_trust(s, &f.st);
        if (r <= 0)
                return r;
        if (is_masked(s, &f.st))
                return 0;
        r = read_data(s, c->entry->d_name, &f, catalog);
        return r < 0 ? r : catalog_note_mistakes(catalog, &from, s->diagnostics);
}

/* With sink->take, each file is handed on by itself, with its own mistakes. */
static int read_candidate(struct scan *s, const struct candidate *c, void *user) {
        struct source_sink *sink = user;
        struct source_reading reading = {
                .family = (unsigned) (s->family - source_families),
                .name = c->entry->d_name,
                .override = s->family->override,
                .from = catalog_mark(sink->catalog, s->diagnostics),
        };
        bool before = s->incomplete, before_in_catalog = sink->catalog->incomplete;
        int r;

        if (!sink->take)
                return read_source(s, c, sink->catalog);
        /* A file may also be read and yet not tell what it defines: the readers say so in the catalog. */
        s->incomplete = sink->catalog->incomplete = false;
        r = read_source(s, c, sink->catalog);
        reading.incomplete = s->incomplete || sink->catalog->incomplete;
        if (r >= 0)
                r = sink->take(&reading, sink->userdata);
        s->incomplete = before;
        sink->catalog->incomplete = before_in_catalog;
        return r;
}

int sources_read_each(const char *root, const char *only, struct source_sink *sink) {
        _cleanup_(scan_clear) struct scan s = SCAN(sink->diagnostics);
        unsigned family;
        int r;

        if (only) {
                if (!source_locate(only, &family, &s.only))
                        return 0;
                s.family = &source_families[family];
        }
        r = scan_sources(&s, root, read_candidate, sink);
        if (r < 0)
                return r;
        sink->incomplete = s.incomplete;
        memcpy(sink->states, s.states, sizeof s.states);
        return 0;
}

int sources_read(const char *root, struct catalog *catalog, struct diagnostics *diagnostics) {
        struct source_sink sink = { .catalog = catalog, .diagnostics = diagnostics };
        int r = sources_read_each(root, NULL, &sink);

        if (r >= 0 && sink.incomplete)
                catalog->incomplete = true;
        return r;
}

void source_files_clear(struct source_files *f) {
        for (size_t i = 0; i < f->n; i++)
                free(f->items[i].path);
        free(f->items);
        *f = (struct source_files){ 0 };
}
