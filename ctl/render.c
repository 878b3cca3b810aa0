/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/render.h"

const char *style_sequence(enum style style, bool color) {
        static const char *const sequences[] = {
                [STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m",   [STYLE_FAINT] = "\033[2m",
                [STYLE_RED] = "\033[31m",  [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m",
                [STYLE_CYAN] = "\033[36m",
        };

        return color ? sequences[style] : "";
}

/* How many bytes the UTF-8 character at s has, and which it is; 0 if it is none. */
static size_t utf8_decode(const unsigned char *s, uint32_t *ret) {
        static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
        size_t n = s[0] < 0x80             ? 1
                   : (s[0] & 0xe0) == 0xc0 ? 2
                   : (s[0] & 0xf0) == 0xe0 ? 3
                   : (s[0] & 0xf8) == 0xf0 ? 4
                                           : 0;
        uint32_t c = n == 1 ? s[0] : s[0] & (0x7fu >> n);

        for (size_t i = 1; i < n; i++) {
                if ((s[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (s[i] & 0x3fu);
        }
        if (n == 0 || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
                return 0;
        *ret = c;
        return n;
}

bool utf8_is_valid(const char *string) {
        const unsigned char *s = (const unsigned char *) string;
        uint32_t c;

        while (*s) {
                size_t n = utf8_decode(s, &c);

                if (n == 0)
                        return false;
                s += n;
        }
        return true;
}

/* C0, DEL and C1 steer terminals; the others change in which order or whether at all a reader sees what
 * follows. */
static bool is_harmless(uint32_t c) {
        return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0x61c && !(c >= 0x200b && c <= 0x200f) &&
               !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

void text_append_safe(struct text *t, const char *string) {
        const unsigned char *s = (const unsigned char *) string;

        while (*s) {
                uint32_t c;
                size_t n = utf8_decode(s, &c);

                if (n > 0 && is_harmless(c))
                        text_append_bytes(t, s, n);
                else
                        for (size_t i = 0; i < (n > 0 ? n : 1); i++)
                                text_printf(t, "\\x%02x", s[i]);
                s += n > 0 ? n : 1;
        }
}

void print_safe(FILE *f, const char *string) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append_safe(&t, string);
        if (t.data && !t.failed)
                fputs(t.data, f);
}

void print_hint(FILE *f, bool color, const char *hint) {
        fprintf(f, "  %shint:%s ", style_sequence(STYLE_CYAN, color), style_sequence(STYLE_PLAIN, color));
        print_safe(f, hint);
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
                print_safe(f, d->file);
                if (d->line > 0)
                        fprintf(f, ":%u", d->line);
                fputs(": ", f);
        }
        fprintf(f, "%s%s:%s ", style_sequence(styles[d->severity], color), severity_name(d->severity),
                plain);
        if (d->name) {
                fputs("[", f);
                print_safe(f, d->name);
                fputs("] ", f);
        }
        print_safe(f, d->message);
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

void text_append_count(struct text *t, size_t n, const char *singular) {
        text_printf(t, "%zu %s%s", n, singular, n == 1 ? "" : "s");
}
