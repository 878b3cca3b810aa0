/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl status: the machine at a glance. */

#include "api/json.h"
#include "core/facts.h"
#include "ctl/context.h"
#include "ctl/render.h"

#include <errno.h>
#include <stdio.h>

static void count_states(const struct report *report, size_t counts[static _FORMAT_STATE_MAX]) {
        for (size_t i = 0; i < report->formats.n; i++)
                counts[report->formats.items[i]->state]++;
}

static json_t *json_status(const struct context *c, const struct report *report, const size_t *counts) {
        json_auto_t *states = json_object();
        const char *why = NULL, *hint;

        for (enum format_state i = 0; states && i < _FORMAT_STATE_MAX; i++)
                if (json_object_set_new(states, format_state_name(i), json_integer((json_int_t) counts[i])) <
                    0)
                        return NULL;
        if (report->unavailable < 0)
                why = kernel_error_sentence(report->unavailable, &hint);
        return json_pack("{s:o, s:b, s:o, s:b, s:I, s:O, s:I, s:I, s:I}", "instance",
                         json_text(c->options.instance), "available", !why, "reason", json_text(why),
                         "enabled", !why && !report->switched_off, "formats", (json_int_t) report->formats.n,
                         "states", states, "pendingChanges", (json_int_t) report->plan.n, "errors",
                         (json_int_t) diagnostics_count(&report->diagnostics, SEVERITY_ERROR), "warnings",
                         (json_int_t) diagnostics_count(&report->diagnostics, SEVERITY_WARNING));
}

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
        size_t counts[_FORMAT_STATE_MAX] = { 0 };

        (void) argc;
        (void) argv;
        if (context_plan(c, &report, NULL) < 0)
                return EXIT_FAILURE;
        count_states(&report, counts);
        if (c->json) {
                int r = json_print(json_status(c, &report, counts));

                return r < 0 ? complain_errno(c, r, "cannot print the status") : EXIT_SUCCESS;
        }
        print_instance(c, &report);
        print_states(c, &report, counts);
        print_diagnostic_counts(&report);
        print_plan(&report);
        return EXIT_SUCCESS;
}
