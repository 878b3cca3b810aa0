/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/base/diagnostic.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static void diagnostic_clear(struct diagnostic *d) {
        free(d->file);
        free(d->name);
        free(d->message);
        free(d->hint);
}

static int diagnostics_grow(struct diagnostics *d, size_t extra) {
        struct diagnostic *items = reallocarray(d->items, d->n + extra, sizeof *items);

        if (!items)
                return -ENOMEM;
        d->items = items;
        return 0;
}

static bool copy_string(const char *from, char **to) {
        if (!from)
                return true;
        *to = strdup(from);
        return *to;
}

int diagnostics_add(struct diagnostics *d, enum severity severity, const char *code, struct location at,
                    const char *name, const char *hint, const char *format, ...) {
        struct diagnostic new = { .severity = severity, .code = code, .line = at.line };
        va_list ap;
        int n;

        va_start(ap, format);
        n = vasprintf(&new.message, format, ap);
        va_end(ap);
        if (n < 0)
                return -ENOMEM;

        if (!copy_string(at.file, &new.file) || !copy_string(name, &new.name) ||
            !copy_string(hint, &new.hint) || diagnostics_grow(d, 1) < 0) {
                diagnostic_clear(&new);
                return -ENOMEM;
        }
        d->items[d->n++] = new;
        return 0;
}

int diagnostics_move(struct diagnostics *to, struct diagnostics *from) {
        if (from->n == 0)
                return 0;
        if (diagnostics_grow(to, from->n) < 0)
                return -ENOMEM;
        memcpy(to->items + to->n, from->items, from->n * sizeof *from->items);
        to->n += from->n;
        free(from->items);
        *from = (struct diagnostics){ 0 };
        return 0;
}

size_t diagnostics_count(const struct diagnostics *d, enum severity severity) {
        size_t n = 0;

        for (size_t i = 0; i < d->n; i++)
                n += d->items[i].severity == severity;
        return n;
}

const struct diagnostic *diagnostics_find(const struct diagnostics *d, enum severity at_least,
                                          const char *name) {
        for (size_t i = 0; i < d->n; i++)
                if (d->items[i].severity >= at_least && (!name || streq_ptr(name, d->items[i].name)))
                        return &d->items[i];
        return NULL;
}

static int diagnostic_compare(const struct diagnostic *a, const struct diagnostic *b) {
        int c;

        if (!a->file != !b->file)
                return a->file ? -1 : 1;
        c = a->file ? strcmp(a->file, b->file) : 0;
        if (c != 0)
                return c;
        if (a->line != b->line)
                return a->line < b->line ? -1 : 1;
        return (int) b->severity - (int) a->severity;
}

/* Sorts by insertion, which is stable; the list is short and nearly sorted as it comes from the readers. */
void diagnostics_sort(struct diagnostics *d) {
        for (size_t i = 1; i < d->n; i++) {
                struct diagnostic moving = d->items[i];
                size_t j = i;

                for (; j > 0 && diagnostic_compare(&d->items[j - 1], &moving) > 0; j--)
                        d->items[j] = d->items[j - 1];
                d->items[j] = moving;
        }
}

void diagnostics_clear(struct diagnostics *d) {
        for (size_t i = 0; i < d->n; i++)
                diagnostic_clear(&d->items[i]);
        free(d->items);
        *d = (struct diagnostics){ 0 };
}

const char *severity_name(enum severity severity) {
        static const char *const names[] = { "note", "warning", "error" };

        return names[severity];
}
