/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A growing string for messages and rendered text.
 *
 * An allocation failure is kept inside: appending to a failed text does nothing, and text_take() then
 * returns NULL. So callers append freely and check once, at the end. Initialise with { 0 }. */

#include "model/base/macro.h"

struct text {
        char *data; /* NUL-terminated once anything was appended, else NULL */
        size_t length;
        size_t size;
        bool failed;
};

void text_append(struct text *t, const char *string);
void text_append_bytes(struct text *t, const void *bytes, size_t n);
void text_append_char(struct text *t, char c);
void text_printf(struct text *t, const char *format, ...) _printf_(2, 3);

/* The finished string, owned by the caller, "" if nothing was appended; NULL if memory ran out. Leaves an
 * empty text. */
char *text_take(struct text *t);

/* Frees what is inside; for _cleanup_(text_clear). */
void text_clear(struct text *t);

/* Blanks, whatever the locale: a space or a tab; those and line ends, also Windows'; all that isspace(3)
 * takes in the C locale. A NUL is none of them. */
static inline bool is_blank(char c) {
        return c == ' ' || c == '\t';
}

static inline bool is_blank_or_line_end(char c) {
        return is_blank(c) || c == '\r' || c == '\n';
}

static inline bool is_space(char c) {
        return is_blank_or_line_end(c) || c == '\v' || c == '\f';
}

/* A letter of ASCII, and the lower case of one, whatever the locale. */
static inline bool is_letter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline char ascii_lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
}

/* The last component of a path: what is behind its last slash, or all of it. Borrowed. */
const char *base_name(const char *path);
