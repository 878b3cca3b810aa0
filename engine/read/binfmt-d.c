/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* systemd-binfmt writes these lines to the kernel as they stand; here they are taken apart. A line is held
 * to the kernel's own rules, but flag letters that only a newer kernel may know are let through. */

#include "engine/read/readers.h"

#include <ctype.h>
#include <errno.h>

#define MISTAKES_MAX 200u /* after so many, the rest is not worth reading */
#define FIELDS       7u   /* each with a delimiter before it */

#define LINE_FORM    "the form of a line is :name:type:offset:magic:mask:interpreter:flags"

struct line {
        const char *text;
        size_t n;
        struct location at;
};

static struct line line_strip(struct line l) {
        while (l.n > 0 && is_blank_or_line_end(l.text[l.n - 1]))
                l.n--;
        while (l.n > 0 && is_blank_or_line_end(l.text[0])) {
                l.text++;
                l.n--;
        }
        return l;
}

/* Copies the text between the first two delimiters, if the kernel could take it for a name. A letter or
 * digit may be a delimiter, but in a line with a mistake it is more likely text. */
static bool line_name(struct line l, char name[static NAME_LENGTH_MAX + 1]) {
        const char *end = l.n > 1 ? memchr(l.text + 1, l.text[0], l.n - 1) : NULL;
        size_t n = end ? (size_t) (end - l.text) - 1 : 0;
        const char *reason;

        if (n == 0 || n > NAME_LENGTH_MAX || isalnum((unsigned char) l.text[0]) ||
            memchr(l.text + 1, '\0', n))
                return false;
        memcpy(name, l.text + 1, n);
        name[n] = '\0';
        return registration_check_name(name, &reason) >= 0;
}

static const char *line_hint(struct line l, bool has_name) {
        size_t n = 0;

        for (size_t i = 0; i < l.n; i++)
                n += l.text[i] == l.text[0];
        if (n < FIELDS)
                return "some field is missing: " LINE_FORM;
        if (n > FIELDS)
                return "use a first character that no field contains: " LINE_FORM;
        if (!has_name)
                return "choose another name";
        return "see binfmt.d(5) and the kernel's admin-guide/binfmt-misc: " LINE_FORM;
}

/* The line cannot be registered, but if its name can be made out, that is added all the same: the entry of
 * that name must not be taken for one that nobody defines. */
static int add_invalid(const struct reader_input *in, struct line l, const char *reason,
                       struct catalog *catalog, struct diagnostics *diagnostics) {
        _cleanup_(definition_freep) struct definition *d = NULL;
        char name[NAME_LENGTH_MAX + 1];
        bool has_name = line_name(l, name);
        int r = diagnostics_add(diagnostics, SEVERITY_ERROR, "registration", l.at, has_name ? name : NULL,
                                line_hint(l, has_name), "the kernel would refuse this line: %s",
                                reason ? reason : "it is no register string");

        if (r < 0)
                return r;
        if (!has_name) {
                catalog->incomplete = true;
                return 0;
        }
        r = definition_new(name, in->source, l.at, &d);
        if (r < 0)
                return r;
        d->rank = in->rank;
        d->invalid = true;
        return catalog_add(catalog, TAKE_PTR(d));
}

/* The fields that the line itself sets: an O that C only brings along is none of them. */
static unsigned line_fields(struct line l, const struct registration *registration) {
        const char *letters = memrchr(l.text, l.text[0], l.n);
        bool says_o = memchr(letters, 'O', (size_t) (l.text + l.n - letters));
        unsigned set = FIELD_PATTERN | FIELD_INTERPRETER | FIELD_PRESERVE_ARGV0 | FIELD_CREDENTIALS |
                       FIELD_FIX_BINARY;

        if (says_o || !(registration->flags & ENTRY_CREDENTIALS))
                set |= FIELD_OPEN_BINARY;
        return registration->extra_flags ? set | FIELD_EXTRA_FLAGS : set;
}

static int add_definition(const struct reader_input *in, struct line l, struct registration *registration,
                          struct catalog *catalog) {
        _cleanup_(definition_freep) struct definition *d = NULL;
        int r = definition_new(registration->name, in->source, l.at, &d);

        if (r < 0)
                return r;
        r = definition_add_interpreter(d, registration->interpreter);
        if (r < 0)
                return r;
        d->rank = in->rank;
        d->set = line_fields(l, registration);
        d->pattern = TAKE_PTR(registration->pattern);
        d->flags = registration->flags;
        d->extra_flags = TAKE_PTR(registration->extra_flags);
        return catalog_add(catalog, TAKE_PTR(d));
}

static int read_line(const struct reader_input *in, struct line l, struct catalog *catalog,
                     struct diagnostics *diagnostics) {
        _cleanup_(registration_clear) struct registration registration = { 0 };
        const char *reason = NULL;
        int r;

        l = line_strip(l);
        if (l.n == 0 || l.text[0] == '#' || l.text[0] == ';')
                return 0;
        if (memchr(l.text, '\0', l.n))
                return add_invalid(in, l, "it contains a NUL byte", catalog, diagnostics);
        r = registration_parse(l.text, l.n, true, &registration, &reason);
        if (r == -ENOMEM && !reason)
                return r;
        return r < 0 ? add_invalid(in, l, reason, catalog, diagnostics)
                     : add_definition(in, l, &registration, catalog);
}

int binfmt_d_read(const struct reader_input *in, struct catalog *catalog, struct diagnostics *diagnostics) {
        const char *end = in->data + in->n;
        size_t before = diagnostics->n;
        struct location at = { in->file, 0 };
        int r = 0;

        for (const char *p = in->data; p < end && r >= 0;) {
                const char *newline = memchr(p, '\n', (size_t) (end - p));
                size_t n = (size_t) ((newline ? newline : end) - p);

                at.line++;
                if (diagnostics->n - before >= MISTAKES_MAX) {
                        catalog->incomplete = true;
                        return diagnostics_add(
                                        diagnostics, SEVERITY_ERROR, "too-many-mistakes", at, NULL,
                                        "correct those above first",
                                        "there are too many mistakes in this file, and the rest of it was not read");
                }
                r = read_line(in, (struct line){ p, n, at }, catalog, diagnostics);
                p += newline ? n + 1 : n;
        }
        return r;
}
