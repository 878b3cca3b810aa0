/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/script.h"

/* Both search up to and with `last`, and return NULL if they find nothing. */
static const uint8_t *next_not_blank(const uint8_t *first, const uint8_t *last) {
        for (; first <= last; first++)
                if (!is_blank((char) *first))
                        return first;
        return NULL;
}

static const uint8_t *next_end(const uint8_t *first, const uint8_t *last) {
        for (; first <= last; first++)
                if (is_blank((char) *first) || *first == '\0')
                        return first;
        return NULL;
}

/* Returns the byte behind the line; NULL if the line has no end that can be trusted. Without a newline the
 * argument may be cut, as the interpreter reads the file again; a path that was cut would be another one. */
static const uint8_t *line_end(const uint8_t *header) {
        const uint8_t *last = header + PATTERN_HEADER_SIZE - 1, *word;
        size_t n = strnlen((const char *) header, PATTERN_HEADER_SIZE);
        const uint8_t *newline = memchr(header, '\n', n);

        if (newline)
                return newline;
        word = next_not_blank(header + 2, last);
        return word && next_end(word, last) ? last : NULL;
}

/* Copies up to `end`, or to a NUL before it. */
static void copy_word(char *to, const uint8_t *from, const uint8_t *end) {
        size_t n = strnlen((const char *) from, (size_t) (end - from));

        memcpy(to, from, n);
        to[n] = '\0';
}

bool script_line_parse(const uint8_t header[static PATTERN_HEADER_SIZE], struct script_line *ret) {
        const uint8_t *end, *word, *behind, *argument = NULL;
        struct script_line line = { 0 };

        if (memcmp(header, "#!", 2) != 0)
                return false;
        end = line_end(header);
        if (!end)
                return false;
        while (is_blank((char) end[-1]))
                end--;
        word = next_not_blank(header + 2, end);
        if (!word || word == end)
                return false;

        behind = next_end(word, end);
        if (behind && *behind != '\0')
                argument = next_not_blank(behind, end);
        copy_word(line.interpreter, word, argument ? behind : end);
        if (argument) {
                line.has_argument = true;
                copy_word(line.argument, argument, end);
        }
        *ret = line;
        return true;
}
