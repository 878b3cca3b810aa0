/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/render.h"
#include "model/base/quote.h"

const char *style_sequence(enum style style, bool color) {
        static const char *const sequences[] = {
                [STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m",   [STYLE_FAINT] = "\033[2m",
                [STYLE_RED] = "\033[31m",  [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m",
                [STYLE_CYAN] = "\033[36m",
        };

        return color ? sequences[style] : "";
}

enum style state_style(const char *state) {
        static const enum style styles[_FORMAT_STATE_MAX] = {
                [FORMAT_REGISTERED] = STYLE_GREEN, [FORMAT_PENDING] = STYLE_YELLOW,
                [FORMAT_DISABLED] = STYLE_FAINT,   [FORMAT_INACTIVE] = STYLE_FAINT,
                [FORMAT_SHADOWED] = STYLE_FAINT,   [FORMAT_SHARED] = STYLE_GREEN,
                [FORMAT_STALE] = STYLE_YELLOW,     [FORMAT_INVALID] = STYLE_RED,
                [FORMAT_REFUSED] = STYLE_RED,      [FORMAT_FAILED] = STYLE_RED,
                [FORMAT_CONTENDED] = STYLE_RED,    [FORMAT_UNAVAILABLE] = STYLE_YELLOW,
                [FORMAT_FOREIGN] = STYLE_CYAN,
        };

        for (enum format_state i = 0; i < _FORMAT_STATE_MAX; i++)
                if (streq_ptr(state, format_state_name(i)))
                        return styles[i];
        return STYLE_PLAIN;
}

void print_quoted(FILE *f, const char *string) {
        _cleanup_(text_clear) struct text t = { 0 };

        quote_for_terminal(&t, string);
        if (t.data && !t.failed)
                fputs(t.data, f);
}

void print_hint(FILE *f, bool color, const char *hint) {
        fprintf(f, "  %shint:%s ", style_sequence(STYLE_CYAN, color), style_sequence(STYLE_PLAIN, color));
        print_quoted(f, hint);
        fputc('\n', f);
}

void print_diagnostic(FILE *f, bool color, const struct diagnostic *d) {
        static const enum style styles[] = {
                [SEVERITY_NOTE] = STYLE_CYAN,
                [SEVERITY_WARNING] = STYLE_YELLOW,
                [SEVERITY_ERROR] = STYLE_RED,
        };
        const char *bold = style_sequence(STYLE_BOLD, color), *plain = style_sequence(STYLE_PLAIN, color);

        fputs(bold, f);
        if (d->file) {
                print_quoted(f, d->file);
                if (d->line > 0)
                        fprintf(f, ":%u", d->line);
                fputs(": ", f);
        }
        fprintf(f, "%s%s:%s ", style_sequence(styles[d->severity], color), severity_name(d->severity),
                plain);
        if (d->name) {
                fputs("[", f);
                print_quoted(f, d->name);
                fputs("] ", f);
        }
        print_quoted(f, d->message);
        fputc('\n', f);
        if (d->hint)
                print_hint(f, color, d->hint);
}

void print_diagnostics(FILE *f, bool color, const struct diagnostics *d, enum severity at_least,
                       const char *name) {
        for (size_t i = 0; i < d->n; i++)
                if (d->items[i].severity >= at_least && (!name || streq_ptr(name, d->items[i].name)))
                        print_diagnostic(f, color, &d->items[i]);
}

const char *change_name(const struct change *change) {
        return change->format ? change->format->name : change->have->name;
}

const char *change_error(const struct change *change) {
        return change->format && change->format->reason ? change->format->reason : strerror(-change->error);
}

void text_append_count(struct text *t, size_t n, const char *singular) {
        text_printf(t, "%zu %s%s", n, singular, n == 1 ? "" : "s");
}
