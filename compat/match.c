/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "compat/match.h"
#include "compat/detector.h"
#include "engine/pass/steps.h"
#include "engine/read/readers.h"
#include "engine/read/sources.h"
#include "engine/system/file.h"
#include "model/plan/share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

int match_header(int fd, uint8_t ret[static PATTERN_HEADER_SIZE]) {
        uint8_t header[PATTERN_HEADER_SIZE] = { 0 };
        size_t n = 0;

        while (n < sizeof header) {
                ssize_t l = pread(fd, header + n, sizeof header - n, (off_t) n);

                if (l < 0)
                        return -errno;
                if (l == 0)
                        break;
                n += (size_t) l;
        }
        memcpy(ret, header, sizeof header);
        return 0;
}

int match_formats(const struct pass *pass, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct format ***ret, size_t *ret_n) {
        struct format **found = calloc(pass->formats.n + 1, sizeof *found);
        size_t n = 0;

        if (!found)
                return -ENOMEM;
        for (size_t i = 0; i < pass->formats.n; i++) {
                struct format *f = pass->formats.items[i];
                const struct definition *d = f->definition;

                if (d && d->enabled && !d->invalid && d->pattern &&
                    pattern_matches(d->pattern, header, path))
                        found[n++] = f;
        }
        share_sort(found, n);
        *ret = found;
        *ret_n = n;
        return 0;
}

bool match_ask(const struct pass *pass, const struct format *f, const char *path, struct text *why) {
        _cleanup_(text_clear) struct text line = { 0 };
        const struct interpreter *detector;

        if (!definition_has_detector(f->definition))
                return true;
        if (prober_look(pass->prober, f->definition->detector, &detector) < 0)
                text_append(&line, strerror(ENOMEM));
        else if (detector_ask(detector->registered, path, &line))
                return true;
        text_printf(why, "%s%s: %s", why->length > 0 ? "\n" : "", f->name, line.data ? line.data : "");
        return false;
}

static int read_admin_file(const char *directory, const char *name, struct pass *pass) {
        _cleanup_(file_clear) struct file f = { 0 };
        _cleanup_free_ char *path = NULL;
        struct reader_input in = { .source = SOURCE_BINFMTS_ADMIN };
        int r;

        if (asprintf(&path, "%s/%s", directory, name) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        r = file_read(AT_FDCWD, path, FILE_SIZE_MAX, &f);
        if (r < 0)
                return r == -EISDIR ? 0 : file_report_error(&pass->diagnostics, "file", path, r);
        in.file = path;
        in.data = f.data;
        in.n = f.n;
        return binfmts_admin_read(&in, name, &pass->catalog, &pass->diagnostics);
}

int match_read_directory(const char *directory, struct pass *pass) {
        struct dirent **names = NULL;
        int n = scandir(directory, &names, source_filter_binfmts, NULL);
        int r = n < 0 && errno != ENOENT ? -errno : 0;

        for (int i = 0; i < n; i++) {
                if (r >= 0)
                        r = read_admin_file(directory, names[i]->d_name, pass);
                free(names[i]);
        }
        free(names);
        return r < 0 ? r : pass_resolve_all(pass);
}
