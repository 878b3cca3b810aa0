/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dry-run.h"
#include "engine/pass/steps.h"
#include "engine/read/readers.h"
#include "engine/read/sources.h"

#include <errno.h>
#include <stdio.h>

struct rehearsal {
        struct pass *pass;
        struct diagnostics said; /* of the file that was read last */
        unsigned family;
        const char *name;
};

static void forget(struct catalog *c, const struct catalog_mark *from) {
        while (c->n > from->n)
                definition_free(c->definitions[--c->n]);
        while (c->n_overrides > from->n_overrides)
                definition_free(c->overrides[--c->n_overrides]);
}

/* Whatever counts of that name now would be replaced. */
static int take(const struct source_reading *reading, void *userdata) {
        struct rehearsal *r = userdata;

        if (reading->family == r->family && streq(reading->name, r->name)) {
                forget(&r->pass->catalog, &reading->from);
                diagnostics_clear(&r->said);
                return 0;
        }
        if (reading->incomplete)
                r->pass->catalog.incomplete = true;
        return diagnostics_move(&r->pass->diagnostics, &r->said);
}

static int read_sources(struct rehearsal *r, const char *root) {
        struct source_sink sink = {
                .catalog = &r->pass->catalog, .diagnostics = &r->said, .take = take, .userdata = r
        };
        int e = sources_read_each(root, NULL, &sink);

        if (sink.incomplete)
                r->pass->catalog.incomplete = true;
        return e < 0 ? e : diagnostics_move(&r->pass->diagnostics, &r->said);
}

static int read_text(struct rehearsal *r, const char *shown, const char *text, size_t n) {
        const struct source_family *family = &source_families[r->family];
        struct pass *pass = r->pass;
        const struct catalog_mark from = catalog_mark(&pass->catalog, &pass->diagnostics);
        const struct reader_input in = {
                .file = shown, .data = text, .n = n, .source = family->source, .rank = family->rank
        };
        int e = ini_read(&in, family->override, &pass->catalog, &pass->diagnostics);

        return e < 0 ? e : catalog_note_mistakes(&pass->catalog, &from, &pass->diagnostics);
}

int dry_run(const char *root, const char *path, const char *text, size_t n, struct pass *ret) {
        struct rehearsal r = { .pass = ret };
        _cleanup_free_ char *shown = NULL;
        int e;

        if (!source_locate(path, &r.family, &r.name) || source_families[r.family].source != SOURCE_BINFMTD)
                return -EINVAL;
        if (asprintf(&shown, "%s%s", root, path) < 0) {
                shown = NULL;
                return -ENOMEM;
        }
        e = read_sources(&r, root);
        diagnostics_clear(&r.said);
        if (e >= 0)
                e = read_text(&r, shown, text, n);
        if (e >= 0)
                e = pass_resolve_all(ret);
        if (e >= 0)
                e = pass_gather(ret);
        if (e >= 0)
                e = catalog_report_unknown(&ret->catalog, &ret->diagnostics);
        diagnostics_sort(&ret->diagnostics);
        return e;
}
