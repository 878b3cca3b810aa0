/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Strings that others chose (names, paths, texts of entries may be any bytes), made fit for a terminal, for
 * JSON and for D-Bus. */

#include "model/base/text.h"

/* Is it well-formed UTF-8, without Unicode's noncharacters? */
bool utf8_is_valid(const char *string);

/* Appends the string with everything that could steer a terminal or reorder what is read as \xHH: control
 * characters, bytes that are no UTF-8, direction marks. */
void text_append_safe(struct text *t, const char *string);

/* Appends it as UTF-8: unchanged if it is that; else with its backslashes, and all that text_append_safe()
 * would not let through, as \xHH, so that it can be told from any other. */
void text_append_utf8(struct text *t, const char *string);

/* Appends it as one word of a shell's command line. */
void text_append_shell_word(struct text *t, const char *string);
