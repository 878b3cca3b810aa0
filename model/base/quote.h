/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Strings that others chose (names, paths, texts of entries may be any bytes), made fit for a terminal, for
 * JSON and for D-Bus. */

#include "model/base/text.h"

/* Is it well-formed UTF-8, without Unicode's noncharacters? */
bool utf8_is_valid(const char *string);

/* Appends the string with everything that could steer a terminal or reorder what is read as \xHH: control
 * characters, bytes that are no UTF-8, direction marks. */
void quote_for_terminal(struct text *t, const char *string);

/* Appends the string as UTF-8. It stays as it is if it is valid; else its backslashes and all that
 * quote_for_terminal() would not let through become \xHH, so that no two invalid strings look alike. */
void quote_as_utf8(struct text *t, const char *string);

/* Appends it as one word of a shell's command line. */
void quote_for_shell(struct text *t, const char *string);
