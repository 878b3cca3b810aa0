/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl lint: checks the files alone, so that packages can be checked where they are built. */

#include "api/json.h"
#include "ctl/context.h"
#include "ctl/render.h"
#include "model/plan/rank.h"

#include <errno.h>
#include <stdio.h>

static int report_pair(struct pass *pass, const struct format *a, const struct format *b) {
        const struct format *winner = rank_compare(a, b) < 0 ? a : b, *loser = winner == a ? b : a;
        const struct definition *w = winner->definition, *l = loser->definition;

        /* A magic overlaps with every extension, which is no news. */
        if (w->pattern->type != l->pattern->type || !pattern_overlaps(w->pattern, l->pattern))
                return 0;
        if (pattern_equal(w->pattern, l->pattern))
                return diagnostics_add(
                                &pass->diagnostics, SEVERITY_NOTE, "same-pattern", definition_location(l),
                                l->name, "raise Priority= of the one that is to count",
                                "%s at %s:%u has the same pattern and ranks above it: only that one is registered",
                                w->name, w->file, w->line);
        return diagnostics_add(&pass->diagnostics, SEVERITY_NOTE, "overlap", definition_location(l), l->name,
                               NULL, "%s at %s:%u takes some of the same files, and ranks above it", w->name,
                               w->file, w->line);
}

static int report_overlaps(struct pass *pass) {
        _cleanup_free_ struct format *formats = calloc(pass->catalog.n + 1, sizeof *formats);
        struct definition *d;
        size_t n = 0;
        int r = 0;

        if (!formats)
                return -ENOMEM;
        for (size_t i = 0; (d = catalog_next(&pass->catalog, &i));)
                if (d->pattern && d->enabled && !d->invalid)
                        formats[n++] = (struct format){ .name = d->name, .definition = d };
        for (size_t i = 0; i < n; i++)
                for (size_t j = i + 1; r >= 0 && j < n; j++)
                        r = report_pair(pass, &formats[i], &formats[j]);
        return r;
}

static int compare_strings(const void *a, const void *b) {
        return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* Counts the files that hold a definition or an override, or that have a diagnostic. */
static int count_files(const struct pass *pass, size_t *ret) {
        const struct catalog *c = &pass->catalog;
        size_t n = 0, count = 0;
        _cleanup_free_ const char **files =
                        calloc(c->n + c->n_overrides + pass->diagnostics.n + 1, sizeof *files);

        if (!files)
                return -ENOMEM;
        for (size_t i = 0; i < c->n; i++)
                files[n++] = c->definitions[i]->file;
        for (size_t i = 0; i < c->n_overrides; i++)
                files[n++] = c->overrides[i]->file;
        for (size_t i = 0; i < pass->diagnostics.n; i++)
                if (pass->diagnostics.items[i].file)
                        files[n++] = pass->diagnostics.items[i].file;
        qsort(files, n, sizeof *files, compare_strings);
        for (size_t i = 0; i < n; i++)
                count += i == 0 || !streq(files[i], files[i - 1]);
        *ret = count;
        return 0;
}

static int lint_print_summary(const struct pass *pass) {
        _cleanup_(text_clear) struct text t = { 0 };
        size_t files;
        int r = count_files(pass, &files);

        if (r < 0)
                return r;
        text_append_count(&t, files, "file");
        text_append(&t, ", ");
        text_append_count(&t, pass->catalog.n, "definition");
        text_append(&t, ", ");
        text_append_count(&t, diagnostics_count(&pass->diagnostics, SEVERITY_ERROR), "error");
        text_append(&t, ", ");
        text_append_count(&t, diagnostics_count(&pass->diagnostics, SEVERITY_WARNING), "warning");
        if (t.failed)
                return -ENOMEM;
        puts(t.data);
        return 0;
}

int verb_lint(struct context *c, int argc, char **argv) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct options options = c->options;
        int r;

        if (argc > 0) {
                options.added = argv;
                options.only_added = true;
        }
        r = reconcile_read(&options, &pass);
        if (r >= 0)
                r = report_overlaps(&pass);
        diagnostics_sort(&pass.diagnostics);
        if (r >= 0 && c->json)
                r = api_print(api_diagnostics(&pass.diagnostics, NULL));
        else if (r >= 0) {
                print_diagnostics(stdout, c->color_output, &pass.diagnostics, SEVERITY_NOTE, NULL);
                r = c->no_legend ? 0 : lint_print_summary(&pass);
        }
        if (r < 0)
                return complain_errno(c, r, "cannot check");
        return diagnostics_find(&pass.diagnostics, c->strict ? SEVERITY_WARNING : SEVERITY_ERROR, NULL)
                               ? EXIT_FAILURE
                               : EXIT_SUCCESS;
}
