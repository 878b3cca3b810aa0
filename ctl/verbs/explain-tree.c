/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The chain as a tree: below each file the entries that match it and the one that takes it, and below that
 * the next file. */

#include "ctl/render.h"
#include "ctl/verbs/explain-private.h"
#include "model/base/quote.h"
#include "model/format/describe.h"

#include <errno.h>
#include <stdio.h>

#define INDENT_STEP 3

static void print_branch(const struct context *c, unsigned depth, bool last, enum style style,
                         const struct text *t) {
        printf("  %*s%s%s", (int) (depth * INDENT_STEP), "", last ? "└─ " : "├─ ",
               style_sequence(style, c->color_output));
        if (t->data && !t->failed)
                print_quoted(stdout, t->data);
        puts(style_sequence(STYLE_PLAIN, c->color_output));
}

static void append_file(struct text *t, const struct explain_step *step) {
        const struct program *p = step->program;

        text_append(t, *step->path ? step->path : "(no path)");
        if (step->pinned_by)
                text_append(t, " (as it was opened at registration)");
        if (p->error < 0) {
                text_printf(t, ": %s", strerror(-p->error));
                return;
        }
        if (!p->readable)
                return;
        text_append(t, ": ");
        describe_header(p->header, t);
        if (p->loader)
                text_printf(t, ", dynamically linked by %s", p->loader);
        else if (memcmp(p->header, "\177ELF", 4) == 0 && p->damaged == 0)
                text_append(t, ", statically linked");
}

static void append_taking_entry(struct text *t, const struct entry *e) {
        char flags[5];

        entry_flags_format(e->flags, flags);
        text_printf(t, "%s takes it", e->name);
        if (e->flags != 0)
                text_printf(t, " (flags %s)", flags);
        text_printf(t, " and runs %s", e->interpreter);
}

static void append_end(struct text *t, const struct explanation *e, const struct explain_step *step) {
        const char *name = e->outcome == OUTCOME_FAILS ? exec_error_name(e->error) : NULL;

        switch (step->taker) {
        case TAKER_KERNEL:
                text_append(t,
                            step->loader ? "the kernel loads it, with that loader" : "the kernel loads it");
                break;
        case TAKER_NONE:
                text_append(t, "nobody takes it");
                break;
        case TAKER_UNKNOWN:
                text_append(t, "who takes it cannot be told");
                break;
        default:
                text_append(t, step->program->error < 0 ? "it cannot be opened for execution"
                                                        : "it is one interpreter too many");
        }
        if (e->outcome == OUTCOME_FAILS)
                text_printf(t, ": %s (%s)", name ? name : "error", strerror(-e->error));
}

/* Prints the entries that match but do not take the file. */
static void print_others(const struct context *c, const struct explain_step *step, unsigned depth) {
        for (size_t i = 1; i < step->n_matching; i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                text_printf(&t, "%s matches too, and is older", step->matching[i]->name);
                print_branch(c, depth, false, STYLE_FAINT, &t);
        }
        for (size_t i = 0; i < step->n_off; i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                text_printf(&t, "%s matches, and is switched off", step->off[i]->name);
                print_branch(c, depth, false, STYLE_FAINT, &t);
        }
}

static void print_step(const struct context *c, const struct explanation *e, unsigned i) {
        const struct explain_step *step = &e->steps[i];
        _cleanup_(text_clear) struct text file = { 0 }, taker = { 0 };
        unsigned depth = 2 * i;
        bool last = i + 1 == e->n;
        enum style style = !last || e->outcome == OUTCOME_RUNS ? STYLE_GREEN
                           : e->outcome == OUTCOME_FAILS       ? STYLE_RED
                                                               : STYLE_YELLOW;

        append_file(&file, step);
        if (i == 0) {
                fputs("  ", stdout);
                if (file.data && !file.failed)
                        print_quoted(stdout, file.data);
                putchar('\n');
        } else
                print_branch(c, depth - 1, true, STYLE_PLAIN, &file);
        print_others(c, step, depth);
        if (step->taker == TAKER_ENTRY)
                append_taking_entry(&taker, step->matching[0]);
        else if (step->taker == TAKER_SCRIPT) {
                text_printf(&taker, "its #! line runs %s", step->script.interpreter);
                if (step->script.has_argument)
                        text_printf(&taker, " with the argument \"%s\"", step->script.argument);
        } else
                append_end(&taker, e, step);
        print_branch(c, depth, true, style, &taker);
}

static bool came_before(const struct explanation *e, unsigned i) {
        for (unsigned k = 0; k < i; k++)
                if (streq(e->steps[k].path, e->steps[i].path))
                        return true;
        return false;
}

void print_chain(const struct context *c, const struct explanation *e) {
        for (unsigned i = 0; i < e->n; i++) {
                _cleanup_(text_clear) struct text t = { 0 };

                /* A loop is printed once. */
                if (e->error != -ELOOP || !came_before(e, i)) {
                        print_step(c, e, i);
                        continue;
                }
                text_printf(&t, "%s: again, and so on: ELOOP (%s)", e->steps[i].path, strerror(ELOOP));
                print_branch(c, 2 * i - 1, true, STYLE_RED, &t);
                return;
        }
}
