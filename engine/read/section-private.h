/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The seam between section.c and section-pattern.c. */

#include "engine/read/section.h"

/* Makes the pattern out of the keys that say which files match, once all of them are given. For
 * section_end(). 0 or -ENOMEM. engine/read/section-pattern.c. */
int section_pattern(struct section *s);

/* The key as it stands in files: "Magic". */
const char *section_key_name(enum section_key id);

/* Like strtol(3) in base 10, but all of the text must be a number, and in the range. */
bool section_parse_number(const char *value, long min, long max, long *ret);
