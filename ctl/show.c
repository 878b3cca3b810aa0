/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl show: all that is known of a format: what is declared and where, what runs it, what the kernel
 * holds, and what is the matter with it. */

#include "api/report.h"
#include "core/facts.h"
#include "ctl/context.h"
#include "ctl/render.h"
#include "ctl/select.h"

#include <errno.h>
#include <stdio.h>

/* "    Label: value"; the label is left out where it is the one of the line above. */
static void line(const char *label, const char *value) {
        printf("%14s%s ", label, *label ? ":" : " ");
        print_safe(stdout, value);
        putchar('\n');
}

static void line_text(const char *label, struct text *t) {
        if (t->data && !t->failed && t->length > 0)
                line(label, t->data);
        text_clear(t);
}

static void print_head(const struct context *c, const struct format *f) {
        const char *plain = style_sequence(STYLE_PLAIN, c->color_output);
        struct text t = { 0 };

        fputs(style_sequence(STYLE_BOLD, c->color_output), stdout);
        print_safe(stdout, f->name);
        fputs(plain, stdout);
        if (f->definition && f->definition->description) {
                fputs(" - ", stdout);
                print_safe(stdout, f->definition->description);
        }
        printf("\n%14s: %s%s%s\n", "State", style_sequence(format_state_style(f->state), c->color_output),
               format_state_name(f->state), plain);
        if (format_why(f))
                line("Reason", format_why(f));
        format_append_matches(f, &t);
        line_text("Matches", &t);
}

static void print_pattern(const struct pattern *p) {
        struct text t = { 0 };

        if (!p)
                return;
        if (p->type == PATTERN_EXTENSION) {
                line("Extension", (const char *) p->data);
                return;
        }
        if (p->offset > 0) {
                text_printf(&t, "%u", p->offset);
                line_text("Offset", &t);
        }
        append_magic(p, &t);
        line_text("Magic", &t);
        append_mask(p, &t);
        line_text("Mask", &t);
}

/* Each one that is declared, best first, with what is known of its file. */
static int print_interpreters(const struct report *report, const struct format *f) {
        const char *label = "Interpreter";

        for (char **path = f->definition->interpreters; path && *path; path++) {
                const struct interpreter *i;
                struct text t = { 0 };
                int r = prober_look(report->prober, *path, &i);

                if (r < 0)
                        return r;
                text_printf(&t, "%s (", *path);
                append_interpreter_facts(i, &t);
                text_append(&t, i == f->interpreter ? "; this one is used)" : ")");
                line_text(label, &t);
                label = "";
        }
        return 0;
}

static void print_flags(const struct format *f) {
        static const struct {
                char letter;
                const char *words;
        } flags[] = {
                { 'P', "the interpreter is told the program's own argv[0]" },
                { 'O', "the interpreter gets the program as an open file" },
                { 'C', "credentials come from the program, not from the interpreter" },
                { 'F', "the interpreter is opened when it is registered, and works in chroots" },
        };
        _cleanup_(text_clear) struct text letters = { 0 };
        const char *label = "Flags";

        format_append_flags(f, &letters);
        for (const char *p = letters.data; p && !letters.failed && *p; p++) {
                const char *words = "passed on to the kernel";
                struct text t = { 0 };

                for (size_t i = 0; i < ELEMENTSOF(flags); i++)
                        if (flags[i].letter == *p)
                                words = flags[i].words;
                text_printf(&t, "%c: %s", *p, words);
                line_text(label, &t);
                label = "";
        }
}

static void print_definition_fields(const struct definition *d) {
        struct text t = { 0 };

        if (d->machine)
                line("Machine", d->machine);
        if (d->platform)
                line("Platform", d->platform);
        if (d->detector)
                line("Detector", d->detector);
        text_printf(&t, "%d", d->priority);
        line_text("Priority", &t);
        if (!d->enabled)
                line("Enabled", "no");
        if (d->allow_native)
                line("AllowNative", "yes");
}

static void print_sources(const struct report *report, const struct format *f) {
        struct definition **all;
        size_t n;

        catalog_find(&report->catalog, f->name, &all, &n);
        for (size_t i = 0; i < n; i++) {
                struct text t = { 0 };

                text_printf(&t, "%s:%u (%s%s)", all[i]->file, all[i]->line, source_kind_name(all[i]->source),
                            all[i] == f->definition ? "" : "; does not count");
                line_text(i == 0 ? "Defined at" : "", &t);
        }
}

static void append_fields(unsigned set, struct text *t) {
        const char *separator = "";

        for (size_t i = 0; definition_field_name(i); i++)
                if (set & 1u << i) {
                        text_printf(t, "%s%s", separator, definition_field_name(i));
                        separator = ", ";
                }
}

static void print_overrides(const struct report *report, const struct format *f) {
        const char *label = "Amended at";

        for (size_t i = 0; i < report->catalog.n_overrides; i++) {
                const struct definition *o = report->catalog.overrides[i];
                struct text t = { 0 };

                if (!streq(o->name, f->name))
                        continue;
                text_printf(&t, "%s:%u (", o->file, o->line);
                append_fields(o->set, &t);
                text_append(&t, o->invalid ? "; has errors)" : ")");
                line_text(label, &t);
                label = "";
        }
}

static void print_entry_pattern(const struct pattern *p) {
        struct text t = { 0 };

        if (p->type == PATTERN_EXTENSION)
                text_printf(&t, "extension .%s", (const char *) p->data);
        else {
                text_printf(&t, "offset %u, magic ", p->offset);
                append_magic(p, &t);
                if (p->masked) {
                        text_append(&t, ", mask ");
                        append_mask(p, &t);
                }
        }
        line_text("", &t);
}

/* The entry as it was read. */
static void print_entry(const struct report *report, const struct format *f) {
        size_t n, position = report_position(report, f, &n);
        const struct entry *e = f->have;
        struct text t = { 0 };
        char flags[5];

        text_printf(&t, "%s, %s, number %zu of %zu to be asked", e->enabled ? "enabled" : "disabled",
                    e->ours ? "registered by us" : "registered by somebody else", position, n);
        line_text("Kernel", &t);
        if (!e->pattern) {
                line("", "its text cannot be read unambiguously");
                return;
        }
        entry_flags_format(e->flags, flags);
        text_printf(&t, "interpreter %s", e->interpreter);
        line_text("", &t);
        text_printf(&t, "flags: %s%s%s", flags, e->extra_flags ? e->extra_flags : "",
                    e->flags || e->extra_flags ? "" : "none");
        line_text("", &t);
        print_entry_pattern(e->pattern);
}

static int print_format(const struct context *c, const struct report *report, const struct format *f) {
        int r = 0;

        print_head(c, f);
        print_pattern(format_pattern(f));
        if (f->definition)
                r = print_interpreters(report, f);
        else if (format_interpreter(f))
                line("Interpreter", format_interpreter(f));
        print_flags(f);
        if (f->definition) {
                print_definition_fields(f->definition);
                print_sources(report, f);
                print_overrides(report, f);
        }
        if (f->have)
                print_entry(report, f);
        print_diagnostics(stdout, c->color_output, &report->diagnostics, SEVERITY_NOTE, f->name);
        return r;
}

static int show_all(const struct context *c, const struct report *report, const struct format **formats,
                    size_t n) {
        json_auto_t *array = c->json ? json_array() : NULL;
        int r = 0;

        for (size_t i = 0; r >= 0 && i < n; i++) {
                if (!c->json && i > 0)
                        putchar('\n');
                r = c->json ? json_push(array, json_details(report, formats[i]))
                            : print_format(c, report, formats[i]);
        }
        return r >= 0 && c->json ? json_print(TAKE_PTR(array)) : r;
}

int verb_show(struct context *c, int argc, char **argv) {
        _cleanup_(report_clear) struct report report = { 0 };
        _cleanup_free_ const struct format **formats = NULL;
        bool missing;
        size_t n;
        int r;

        (void) argc;
        if (context_plan(c, &report, NULL) < 0)
                return EXIT_FAILURE;
        r = select_formats(c, &report.formats, argv, &formats, &n, &missing);
        if (r >= 0 && (n > 0 || c->json))
                r = show_all(c, &report, formats, n);
        if (r < 0)
                return complain_errno(c, r, "cannot show the formats");
        return missing ? EXIT_FAILURE : EXIT_SUCCESS;
}
