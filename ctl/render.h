/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Text for terminals: colours, diagnostics, and strings that others chose made harmless. All text is UTF-8.
 */

#include "core/diagnostic.h"
#include "core/text.h"

#include <stdio.h>

enum style {
        STYLE_PLAIN,
        STYLE_BOLD,
        STYLE_FAINT,
        STYLE_RED,
        STYLE_GREEN,
        STYLE_YELLOW,
        STYLE_CYAN,
};

/* The escape sequence; "" if not `color`. STYLE_PLAIN resets. Static. */
const char *style_sequence(enum style style, bool color);

/* Appends the string with everything that could steer a terminal or reorder what is read as \xHH: control
 * characters, bytes that are no UTF-8, direction marks. */
void text_append_safe(struct text *t, const char *string);

/* Is it well-formed UTF-8? */
bool utf8_is_valid(const char *string);

/* text_append_safe() to a stream. */
void print_safe(FILE *f, const char *string);

/* The line below a message that says what to do. */
void print_hint(FILE *f, bool color, const char *hint);

/* Like a compiler: "FILE:LINE: error: [NAME] message", with the hint below. */
void print_diagnostic(FILE *f, bool color, const struct diagnostic *d);

/* All of at least that severity, about format `name` (NULL: about anything), sorted already. */
void print_diagnostics(FILE *f, bool color, const struct diagnostics *d, enum severity at_least,
                       const char *name);

/* "1 error", "2 errors" … */
void text_append_count(struct text *t, size_t n, const char *singular);
