/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Complaints about what users wrote, as data. Diagnostics are collected, never printed here: lint, show, the
 * daemon's journal and both bus interfaces render the same list.
 *
 * A diagnostic is about input. That *we* failed (no memory, a broken kernel) is a negative errno instead. */

#include "model/base/macro.h"

enum severity {
        SEVERITY_NOTE,    /* worth knowing; changes nothing */
        SEVERITY_WARNING, /* doubtful; the definition is used all the same */
        SEVERITY_ERROR,   /* the definition (or the file) is not used */
};

/* A place in a file. The string is borrowed. file NULL: nowhere in particular; line 0: the file as a whole.
 */
struct location {
        const char *file;
        unsigned line; /* from 1 */
};

struct diagnostic {
        enum severity severity;
        const char *code; /* static, stable, for machines: "mask-length", "unknown-key" … */
        char *file;       /* NULL if none */
        unsigned line;    /* 0 if none */
        char *name;       /* the format that it is about, NULL if none */
        char *message;    /* one sentence without a full stop */
        char *hint;       /* what to do about it, NULL if there is nothing to say */
};

struct diagnostics {
        struct diagnostic *items;
        size_t n;
};

/* Appends one. `code` must be static; `name` and `hint` may be NULL; all else is copied. 0 or -ENOMEM. */
int diagnostics_add(struct diagnostics *d, enum severity severity, const char *code, struct location at,
                    const char *name, const char *hint, const char *format, ...) _printf_(7, 8);

/* Moves all of `from` to the end of `to` and leaves `from` empty. 0 or -ENOMEM (then nothing moved). */
int diagnostics_move(struct diagnostics *to, struct diagnostics *from);

/* Counts those of that severity. */
size_t diagnostics_count(const struct diagnostics *d, enum severity severity);

/* The first one of at least that severity about format `name` (NULL: about anything), or NULL. Borrowed. */
const struct diagnostic *diagnostics_find(const struct diagnostics *d, enum severity at_least,
                                          const char *name);

/* Sorts by file, line and severity (errors first), keeping the order of equals. */
void diagnostics_sort(struct diagnostics *d);

/* Frees all; for _cleanup_(diagnostics_clear). The list is empty and usable afterwards. */
void diagnostics_clear(struct diagnostics *d);

/* "note", "warning", "error" */
const char *severity_name(enum severity severity);
