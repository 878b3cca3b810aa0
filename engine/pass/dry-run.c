/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dry-run.h"
#include "engine/pass/steps.h"
#include "engine/read/readers.h"
#include "engine/read/scan.h"

#include <errno.h>
#include <stdio.h>

struct rehearsal {
        struct report *report;
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
                forget(&r->report->catalog, &reading->from);
                diagnostics_clear(&r->said);
                return 0;
        }
        if (reading->incomplete)
                r->report->catalog.incomplete = true;
        return diagnostics_move(&r->report->diagnostics, &r->said);
}

static int read_sources(struct rehearsal *r, const char *root) {
        struct source_sink sink = {
                .catalog = &r->report->catalog, .diagnostics = &r->said, .take = take, .userdata = r
        };
        int e = sources_read_each(root, NULL, &sink);

        if (sink.incomplete)
                r->report->catalog.incomplete = true;
        return e < 0 ? e : diagnostics_move(&r->report->diagnostics, &r->said);
}

static int read_text(struct rehearsal *r, const char *shown, const char *text, size_t n) {
        const struct family *family = &scan_families[r->family];
        struct report *report = r->report;
        const struct catalog_mark from = catalog_mark(&report->catalog, &report->diagnostics);
        const struct reader_input in = {
                .file = shown, .data = text, .n = n, .source = family->source, .rank = family->rank
        };
        int e = ini_read(&in, family->override, &report->catalog, &report->diagnostics);

        return e < 0 ? e : catalog_note_mistakes(&report->catalog, &from, &report->diagnostics);
}

int rehearse(const char *root, const char *path, const char *text, size_t n, struct report *ret) {
        struct rehearsal r = { .report = ret };
        _cleanup_free_ char *shown = NULL;
        int e;

        if (!source_locate(path, &r.family, &r.name) || scan_families[r.family].source != SOURCE_BINFMTD)
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
                e = step_resolve_all(ret);
        if (e >= 0)
                e = step_gather(ret);
        if (e >= 0)
                e = catalog_report_unknown(&ret->catalog, &ret->diagnostics);
        diagnostics_sort(&ret->diagnostics);
        return e;
}
