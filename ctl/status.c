/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl status: the machine at a glance. */

#include "api/report.h"
#include "core/facts.h"
#include "ctl/context.h"
#include "ctl/render.h"

#include <errno.h>
#include <stdio.h>

static void print_instance(const struct context *c, const struct report *report) {
        const char *hint = NULL;

        printf("    Instance: ");
        print_safe(stdout, c->options.instance);
        if (report->unavailable < 0)
                printf(", %sunavailable%s: %s\n", style_sequence(STYLE_YELLOW, c->color_output),
                       style_sequence(STYLE_PLAIN, c->color_output),
                       kernel_error_sentence(report->unavailable, &hint));
        else
                printf(", %sswitched %s%s\n",
                       style_sequence(report->switched_off ? STYLE_RED : STYLE_GREEN, c->color_output),
                       report->switched_off ? "off" : "on", style_sequence(STYLE_PLAIN, c->color_output));
        if (hint)
                printf("              %s\n", hint);
}

static void print_states(const struct context *c, const struct report *report, const size_t *counts) {
        const char *separator = ": ";

        printf("     Formats: %zu", report->formats.n);
        for (enum format_state i = 0; i < _FORMAT_STATE_MAX; i++) {
                if (counts[i] == 0)
                        continue;
                printf("%s%s%zu %s%s", separator, style_sequence(format_state_style(i), c->color_output),
                       counts[i], format_state_name(i), style_sequence(STYLE_PLAIN, c->color_output));
                separator = ", ";
        }
        putchar('\n');
}

static void print_diagnostic_counts(const struct report *report) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append_count(&t, diagnostics_count(&report->diagnostics, SEVERITY_ERROR), "error");
        text_append(&t, ", ");
        text_append_count(&t, diagnostics_count(&report->diagnostics, SEVERITY_WARNING), "warning");
        if (!t.failed)
                printf(" Definitions: %s\n", t.data);
}

static void print_plan(const struct report *report) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (report->unavailable < 0)
                return;
        text_append_count(&t, report->plan.n, "change");
        if (!t.failed)
                printf("     Pending: %s\n", report->plan.n == 0 ? "nothing" : t.data);
}

int verb_status(struct context *c, int argc, char **argv) {
        _cleanup_(report_clear) struct report report = { 0 };
        size_t counts[_FORMAT_STATE_MAX];

        (void) argc;
        (void) argv;
        if (context_plan(c, &report, NULL) < 0)
                return EXIT_FAILURE;
        report_count_states(&report, counts);
        if (c->json) {
                int r = json_print(json_status(&report, &c->options, 0));

                return r < 0 ? complain_errno(c, r, "cannot print the status") : EXIT_SUCCESS;
        }
        print_instance(c, &report);
        print_states(c, &report, counts);
        print_diagnostic_counts(&report);
        print_plan(&report);
        return EXIT_SUCCESS;
}
