/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Text for terminals: colours, diagnostics, changes, and quoting of strings that others chose. All text is
 * UTF-8. */

#include "model/base/text.h"
#include "model/format/format.h"
#include "model/plan/plan.h"

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

/* The style of a state, by its name; STYLE_PLAIN for an unknown one. */
enum style state_style(const char *state);

/* Prints the string as quote_for_terminal() writes it. */
void print_quoted(FILE *f, const char *string);

/* The line below a message: "  hint: WHAT TO DO". */
void print_hint(FILE *f, bool color, const char *hint);

/* Like a compiler: "FILE:LINE: error: [NAME] message", with the hint below. */
void print_diagnostic(FILE *f, bool color, const struct diagnostic *d);

/* Prints the diagnostics of at least that severity about format `name`, or about anything (NULL), in their
 * present order. */
void print_diagnostics(FILE *f, bool color, const struct diagnostics *d, enum severity at_least,
                       const char *name);

/* The name of the format or entry that a change is about, and the reason why it failed. */
const char *change_name(const struct change *change);
const char *change_error(const struct change *change);

/* "1 error", "2 errors" … */
void text_append_count(struct text *t, size_t n, const char *singular);
