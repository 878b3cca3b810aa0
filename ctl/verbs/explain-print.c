/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/render.h"
#include "ctl/verbs/explain-private.h"
#include "model/format/describe.h"

#include <stdio.h>

static void print_sentence(const struct context *c, const struct verdict *v) {
        static const enum style styles[] = {
                [OUTCOME_RUNS] = STYLE_GREEN,
                [OUTCOME_FAILS] = STYLE_RED,
                [OUTCOME_UNKNOWN] = STYLE_YELLOW,
        };

        fputs(style_sequence(STYLE_BOLD, c->color_output), stdout);
        fputs(style_sequence(styles[v->outcome], c->color_output), stdout);
        print_quoted(stdout, v->sentence);
        puts(style_sequence(STYLE_PLAIN, c->color_output));
}

static void print_instance(const struct question *q, const struct setting *s) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (s->unavailable)
                text_append(&t, s->unavailable);
        else {
                if (q->n_entries == 0)
                        text_append(&t, "no entries");
                else
                        text_printf(&t, "%zu entr%s", q->n_entries, q->n_entries == 1 ? "y" : "ies");
                if (q->off)
                        text_append(&t, ", switched off as a whole");
        }
        printf("\nTable of formats: ");
        print_quoted(stdout, s->instance);
        printf(", %s%s\n", t.data ? t.data : "", s->contained ? " (in a user namespace)" : "");
}

/* The entry to compare the header with: the one that takes the file, would take it, or comes nearest. NULL
 * if there is none. */
static const struct entry *entry_to_show(const struct explain_step *first, const char **ret_words) {
        if (first->taker == TAKER_ENTRY) {
                *ret_words = "which takes it";
                return first->matching[0];
        }
        if (first->n_off > 0) {
                *ret_words = "which is switched off";
                return first->off[0];
        }
        *ret_words = "which comes nearest";
        return first->taker == TAKER_NONE ? first->miss.entry : NULL;
}

static void print_comparison(const struct context *c, const struct explain_step *first) {
        _cleanup_(text_clear) struct text t = { 0 };
        const char *words;
        const struct entry *e = entry_to_show(first, &words);

        if (!first->program->readable || first->program->error < 0 || first->program->size == 0)
                return;
        if (e) {
                text_printf(&t, "The file against %s, %s (", e->name, words);
                describe_pattern(e->pattern, &t);
                text_append(&t, "):");
        } else
                text_append(&t, "How the file begins:");
        putchar('\n');
        if (t.data && !t.failed)
                print_quoted(stdout, t.data);
        putchar('\n');
        print_header(c, first->program, e && e->pattern->type == PATTERN_MAGIC ? e->pattern : NULL);
}

static void print_findings(const struct context *c, const struct verdict *v) {
        bool any = false;

        /* If the file does not run, the first finding is the reason, which stands at the top already. */
        for (size_t i = v->outcome != OUTCOME_RUNS; i < v->findings.n; i++) {
                struct diagnostic d = v->findings.items[i];

                if (!any)
                        putchar('\n');
                any = true;
                d.name = NULL;
                print_diagnostic(stdout, c->color_output, &d);
        }
        if (v->outcome == OUTCOME_RUNS || v->findings.n == 0 || !v->findings.items[0].hint)
                return;
        printf("\n%sWhat to do:%s\n  ", style_sequence(STYLE_BOLD, c->color_output),
               style_sequence(STYLE_PLAIN, c->color_output));
        print_quoted(stdout, v->findings.items[0].hint);
        putchar('\n');
}

void print_explanation(const struct context *c, const struct question *q, const struct explanation *e,
                       const struct setting *s, const struct verdict *v) {
        print_sentence(c, v);
        if (c->no_legend)
                return;
        print_instance(q, s);
        print_comparison(c, &e->steps[0]);
        puts("\nThe chain:");
        print_chain(c, e);
        print_findings(c, v);
}
