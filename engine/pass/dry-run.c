/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dry-run.h"
#include "engine/pass/steps.h"
#include "engine/read/readers.h"
#include "engine/read/sources.h"

#include <errno.h>
#include <stdio.h>

struct dry_run {
        struct pass *pass;
        struct diagnostics said; /* about the file that was read last */
        unsigned family;         /* of the file that the text stands for */
        const char *name;        /* its basename */
};

/* Keeps each file but the one that the text would replace. */
static int dry_run_take(const struct source_reading *reading, void *userdata) {
        struct dry_run *d = userdata;
        struct catalog *c = &d->pass->catalog;

        if (reading->family == d->family && streq(reading->name, d->name)) {
                while (c->n > reading->from.n)
                        definition_free(c->definitions[--c->n]);
                while (c->n_overrides > reading->from.n_overrides)
                        definition_free(c->overrides[--c->n_overrides]);
                diagnostics_clear(&d->said);
                return 0;
        }
        if (reading->incomplete)
                c->incomplete = true;
        return diagnostics_move(&d->pass->diagnostics, &d->said);
}

static int read_sources(struct dry_run *d, const char *root) {
        struct source_sink sink = {
                .catalog = &d->pass->catalog, .diagnostics = &d->said, .take = dry_run_take, .userdata = d
        };
        int r = sources_read_each(root, NULL, &sink);

        if (sink.incomplete)
                d->pass->catalog.incomplete = true;
        return r < 0 ? r : diagnostics_move(&d->pass->diagnostics, &d->said);
}

static int dry_run_read_text(struct dry_run *d, const char *shown, const char *text, size_t n) {
        const struct source_family *family = &source_families[d->family];
        struct pass *pass = d->pass;
        const struct catalog_mark from = catalog_mark(&pass->catalog, &pass->diagnostics);
        const struct reader_input in = {
                .file = shown, .data = text, .n = n, .source = family->source, .rank = family->rank
        };
        int r = ini_read(&in, family->override, &pass->catalog, &pass->diagnostics);

        return r < 0 ? r : catalog_note_mistakes(&pass->catalog, &from, &pass->diagnostics);
}

int dry_run(const char *root, const char *path, const char *text, size_t n, struct pass *ret) {
        struct dry_run d = { .pass = ret };
        _cleanup_free_ char *shown = NULL;
        int r;

        if (!source_locate(path, &d.family, &d.name) || source_families[d.family].source != SOURCE_BINFMTD)
                return -EINVAL;
        if (asprintf(&shown, "%s%s", root, path) < 0) {
                shown = NULL;
                return -ENOMEM;
        }
        r = read_sources(&d, root);
        diagnostics_clear(&d.said);
        if (r >= 0)
                r = dry_run_read_text(&d, shown, text, n);
        if (r >= 0)
                r = pass_resolve_all(ret);
        if (r >= 0)
                r = pass_gather(ret);
        if (r >= 0)
                r = catalog_report_unknown(&ret->catalog, &ret->diagnostics);
        diagnostics_sort(&ret->diagnostics);
        return r;
}
