/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Text for terminals: colours, diagnostics, and strings that others chose made harmless. All text is UTF-8.
 */

#include "model/base/text.h"
#include "model/format/format.h"

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

/* Of a state by its name; STYLE_PLAIN if there is none. */
enum style state_style(const char *state);

/* quote_for_terminal() to a stream. */
void print_quoted(FILE *f, const char *string);

/* The line below a message that says what to do. */
void print_hint(FILE *f, bool color, const char *hint);

/* Like a compiler: "FILE:LINE: error: [NAME] message", with the hint below. */
void print_diagnostic(FILE *f, bool color, const struct diagnostic *d);

/* All of at least that severity, about format `name` (NULL: about anything), sorted already. */
void print_diagnostics(FILE *f, bool color, const struct diagnostics *d, enum severity at_least,
                       const char *name);

/* "1 error", "2 errors" … */
void text_append_count(struct text *t, size_t n, const char *singular);
