/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The `#!` line of a script, read as the kernel reads it (fs/binfmt_script.c, load_script()): within the
 * first 256 bytes, blanks and tabs around the interpreter, all that follows it as one argument. */

#include "model/format/pattern.h"

struct script_line {
        char interpreter[PATTERN_HEADER_SIZE]; /* "" is possible: a file that is "#!" and no more */
        char argument[PATTERN_HEADER_SIZE];
        bool has_argument; /* it may be "" */
};

/* False if the kernel does not take the file for a script, whose interpreter is then not asked for: it does
 * not begin with "#!", names nothing, or its interpreter's path does not end within the header. */
bool script_line_parse(const uint8_t header[static PATTERN_HEADER_SIZE], struct script_line *ret);
