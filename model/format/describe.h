/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Patterns in words, for people: "ELF programs for 64-bit ARM (aarch64)", "files named *.jar", "files that
 * begin with \"MZ\"", "bytes 8–10 are 41 49 02". One line, no full stop. */

#include "model/format/pattern.h"

void describe_pattern(const struct pattern *p, struct text *t);

/* Describes a file by its header, as far as its first bytes tell: "64-bit ARM ELF program (aarch64)",
 * "script for /bin/sh", … */
void describe_header(const uint8_t header[static PATTERN_HEADER_SIZE], struct text *t);

/* Magic= and Mask= values as a definition would write them; the mask "" if there is none. */
void append_magic(const struct pattern *p, struct text *t);
void append_mask(const struct pattern *p, struct text *t);
