/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The \xHH codec of magic and mask: decodes exactly as Linux does (fs/binfmt_misc.c: scanarg(), unquote(),
 * which is string_unescape_inplace(UNESCAPE_HEX) of lib/string_helpers.c).
 *
 * Only \xHH is an escape; \n, \X41 and \101 stay literal. A double backslash protects what follows it, so
 * `\\x41` is the five bytes 5c 5c 78 34 31, but the kernel's pre-scan still wants two hex digits behind
 * every `\x` it sees. A raw NUL ends the text for the decoder, but not for the pre-scan. */

#include "model/base/text.h"

#define ESCAPE_COMPACT_MAX 256u /* bytes */

/* Decodes n bytes of text. `buf` must hold n bytes; it may be `text` itself. Returns 0, or -EINVAL where the
 * kernel's pre-scan would refuse; then *ret_bad, if not NULL, is the index of the offending backslash. */
int escape_decode(const char *text, size_t n, uint8_t *buf, size_t *ret_n, size_t *ret_bad);

/* Appends bytes in the form that can be pasted into each of the file formats we read and decodes to the same
 * bytes: letters, digits and harmless punctuation as they are; all else (blanks, backslash, `:`, `;`, `#`,
 * `[`, `=` …) as \xHH. */
void escape_append(struct text *t, const uint8_t *bytes, size_t n);

/* Writes the shortest text that decodes to n <= ESCAPE_COMPACT_MAX bytes, of which only the bits in `mask`
 * (NULL: all) are decided; `buf` must hold 4 * n. All bytes but NUL stand raw, so the text is for the
 * kernel, between delimiters of NUL, not for a file. Returns its length. */
size_t escape_compact(const uint8_t *bytes, const uint8_t *mask, size_t n, char *buf);
