/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* inih, kept on a short lead. It cuts long lines and parses their tails as lines of their own, cuts section
 * names, takes indented lines for more of the value above, drops the text behind " ;", and stops at a NUL;
 * most of that with return code 0, and differently from build to build.
 *
 * So it reads through ini_take_line(), which hands it only lines on which every version agrees: a section
 * header becomes [1], [2] …, a key line is given without indentation, and a value that does not fit into the
 * library's buffer is folded into continuation lines, which the handler joins again. Each line of ours is
 * checked when the library asks for the next one: by then the handler has seen all of it, and must have seen
 * as much as was given. */

#include <errno.h>
#include <ini.h>
#include <search.h>
#include <stdio.h>

#include "engine/read/section.h"
#include "model/base/text.h"

#define BUFFER_MIN   64   /* every known key and some of its value fit into a buffer of that size */
#define KEY_SIZE     40   /* the library remembers 49 bytes of a key for its continuation lines */
#define MISTAKES_MAX 200u /* after so many, the rest is not worth reading */

struct ini {
        const struct reader_input *in;
        struct catalog *catalog;
        struct diagnostics *diagnostics;
        size_t n_diagnostics; /* how many there were before */
        struct section section;
        void *names; /* of the sections so far: a tree of strings (tsearch(3)) */

        size_t position; /* behind the current line */
        unsigned line;
        unsigned n_sections;   /* given to the library */
        char section_name[12]; /* of the last of them, as it knows it */
        bool reported_no_section;

        /* The key line that the library is reading. */
        bool pending;
        bool strayed;     /* the handler was called with something that was not given */
        const char *rest; /* of its value: the part that was not given yet */
        size_t n_rest;
        size_t n_value;
        char key[KEY_SIZE + 1]; /* as the library hands it back; "" before it did */
        struct text value;      /* likewise */

        int error;
};

static struct location ini_location(const struct ini *ini) {
        return (struct location){ ini->in->file, ini->line };
}

static int compare_names(const void *a, const void *b) {
        return strcmp(a, b);
}

/* Reports a mistake in the current line that is not in a key's value. It makes the section invalid, if there
 * is one. */
static int ini_error(struct ini *ini, const char *code, const char *hint, const char *message) {
        if (ini->section.definition)
                return section_error(&ini->section, ini->line, code, hint, "%s", message);
        ini->catalog->incomplete = true;
        return diagnostics_add(ini->diagnostics, SEVERITY_ERROR, code, ini_location(ini), NULL, hint, "%s",
                               message);
}

/* Gives the library as much of the value as fits. The cut may stand neither at a blank, which the library
 * would strip, nor before a character that begins something else on the next line. False if there is no such
 * place. */
static bool give_value(struct ini *ini, const char *before, size_t n_before, char *buffer, size_t size) {
        size_t room = size - 4 - n_before; /* "\n" and NUL, and two for a version that may want "\r\n" */
        size_t n = ini->n_rest;

        if (n > room)
                for (n = room; n > 0 && (is_space(ini->rest[n - 1]) || is_space(ini->rest[n]) ||
                                         strchr(";#[", ini->rest[n]));)
                        n--;
        if (n == 0 && ini->n_rest > 0)
                return false;
        memcpy(buffer, before, n_before);
        memcpy(buffer + n_before, ini->rest, n);
        memcpy(buffer + n_before + n, "\n", 2);
        ini->rest += n;
        ini->n_rest -= n;
        return true;
}

static int take_value(struct ini *ini) {
        if (!ini->pending)
                return 0;
        ini->pending = false;
        if (ini->value.failed)
                return -ENOMEM;
        if (ini->strayed || ini->key[0] == '\0' || ini->value.length != ini->n_value)
                return ini_error(ini, "ini-library",
                                 "report this as a bug of binfmtd, with the version of libinih",
                                 "the line did not come back from the ini library as it stands");
        return section_set(&ini->section, ini->key, ini->n_value > 0 ? ini->value.data : "", ini->line);
}

/* The name is empty if the header is of no use, which is reported. 0 or -ENOMEM. */
static int parse_header(struct ini *ini, const char *line, size_t n, char name[static NAME_LENGTH_MAX + 1],
                        bool *ret_more) {
        const char *end = memchr(line, ']', n), *reason = NULL;
        size_t length;

        name[0] = '\0';
        if (!end)
                return ini_error(ini, "section-header", "write the name in brackets: [name]",
                                 "the section header has no closing bracket");
        length = (size_t) (end - line) - 1;
        if (length > NAME_LENGTH_MAX)
                return ini_error(ini, "section-name", "choose a shorter name",
                                 "the name of the section is longer than 255 bytes");
        if (length > 0 && (is_space(line[1]) || is_space(end[-1])))
                return ini_error(ini, "section-name", "remove the blanks inside the brackets",
                                 "the name of the section begins or ends with a blank");
        memcpy(name, line + 1, length);
        name[length] = '\0';
        if (registration_check_name(name, &reason) < 0) {
                name[0] = '\0';
                return diagnostics_add(ini->diagnostics, SEVERITY_ERROR, "section-name", ini_location(ini),
                                       NULL, "choose another name",
                                       "the name of the section cannot be used: %s",
                                       reason ? reason : "the kernel refuses it");
        }
        *ret_more = end + 1 < line + n;
        return 0;
}

/* 1 if this name was not there before, 0 if it was, or -ENOMEM. */
static int remember_name(struct ini *ini, const char *name) {
        char *copy, **known;

        if (tfind(name, &ini->names, compare_names))
                return 0;
        copy = strdup(name);
        known = copy ? tsearch(copy, &ini->names, compare_names) : NULL;
        if (known)
                return 1;
        free(copy);
        return -ENOMEM;
}

static int begin_section(struct ini *ini, const char *line, size_t n) {
        char name[NAME_LENGTH_MAX + 1];
        bool more = false;
        int r = parse_header(ini, line, n, name, &more);

        if (r < 0)
                return r;
        if (name[0] == '\0') {
                ini->catalog->incomplete = true;
                return 0;
        }
        r = remember_name(ini, name);
        if (r == 0)
                return diagnostics_add(ini->diagnostics, SEVERITY_WARNING, "repeated-section",
                                       ini_location(ini), name, "merge the sections, or rename one of them",
                                       "the section stands twice in this file; only the first one counts");
        if (r >= 0)
                r = section_begin(&ini->section, name, ini->line);
        if (r >= 0 && more)
                r = ini_error(ini, "text-after-section", "put comments on lines of their own",
                              "there is text after the closing bracket");
        return r;
}

static int take_header(struct ini *ini, const char *line, size_t n, char *buffer, size_t size) {
        int r = section_end(&ini->section, ini->catalog);

        if (r < 0)
                return r;
        snprintf(ini->section_name, sizeof ini->section_name, "%u", ++ini->n_sections);
        snprintf(buffer, size, "[%s]\n", ini->section_name);
        return begin_section(ini, line, n);
}

/* Does a comment seem to begin within the line? To inih, ';' behind a blank begins one, '#' does not. */
static bool has_comment(const char *line, size_t n, char sign) {
        for (const char *c = line; (c = memchr(c, sign, n - (size_t) (c - line))); c++)
                if (c > line && is_space(c[-1]))
                        return true;
        return false;
}

/* Reports the mistakes with which a key line must not reach the library. 0 if there was one, 1 if not, or
 * -ENOMEM. */
static int check_key_line(struct ini *ini, const char *line, size_t n) {
        size_t n_key = 0;

        while (n_key < n && line[n_key] != '=' && line[n_key] != ':')
                n_key++;
        if (n_key == n || line[n_key] == ':')
                return ini_error(
                                ini, "no-equals", "write Key=value; comments begin with #",
                                n_key == n ? "the line has no equals sign"
                                           : "there is a colon before the line's equals sign, or instead of it");
        if (n_key == 0)
                return ini_error(ini, "no-key", "write Key=value", "there is no key before the equals sign");
        if (has_comment(line, n, ';'))
                return ini_error(
                                ini, "inline-comment",
                                "put comments on lines of their own, and write \\x3b for a semicolon in Magic=",
                                "the line has a semicolon behind a blank, where some readers begin a comment");
        if (has_comment(line, n, '#') && strncmp(line, "Description", strlen("Description")) != 0) {
                int r = section_warning(&ini->section, ini->line, "inline-comment",
                                        "put comments on lines of their own",
                                        "What looks like a comment behind the value is part of it");

                if (r < 0)
                        return r;
        }
        return 1;
}

static int report_unfoldable(struct ini *ini) {
        ini->pending = false;
        ini->n_rest = 0;
        return ini_error(ini, "long-value", "use a shorter value",
                         "the value has hundreds of blanks or signs in a row and cannot be read");
}

static int take_key(struct ini *ini, const char *line, size_t n, char *buffer, size_t size) {
        char before[KEY_SIZE + 1];
        const char *equals;
        size_t n_key;
        int r;

        ini->section.n_keys++;
        r = check_key_line(ini, line, n);
        if (r <= 0)
                return r;

        equals = memchr(line, '=', n);
        for (n_key = (size_t) (equals - line); is_space(line[n_key - 1]);)
                n_key--;
        if (n_key > KEY_SIZE) {
                _cleanup_free_ char *key = strndup(line, n_key);

                return key ? section_set(&ini->section, key, "", ini->line) : -ENOMEM;
        }
        memcpy(before, line, n_key);
        before[n_key] = '=';
        ini->rest = equals + 1;
        ini->n_rest = (size_t) (line + n - ini->rest);
        for (; ini->n_rest > 0 && is_space(ini->rest[0]); ini->n_rest--)
                ini->rest++;
        ini->n_value = ini->n_rest;
        ini->pending = true;
        ini->strayed = false;
        ini->key[0] = '\0';
        ini->value.length = 0;
        return give_value(ini, before, n_key + 1, buffer, size) ? 0 : report_unfoldable(ini);
}

/* Takes a line without its end, and reports the characters that no line may contain. */
static int ini_take_line(struct ini *ini, const char *line, size_t n, char *buffer, size_t size) {
        bool nul = memchr(line, '\0', n), carriage_return = memchr(line, '\r', n);
        int r;

        while (n > 0 && is_space(line[n - 1]))
                n--;
        for (; n > 0 && is_space(line[0]); n--)
                line++;
        if (nul || carriage_return) {
                if (n > 0 && line[0] == '[') {
                        r = section_end(&ini->section, ini->catalog);
                        if (r < 0)
                                return r;
                        ini->n_sections++;
                }
                return nul ? ini_error(ini, "nul-byte", "save the file as plain text, in UTF-8",
                                       "the line contains a NUL byte")
                           : ini_error(ini, "carriage-return", "end lines with a newline",
                                       "the line contains a carriage return");
        }
        if (n == 0 || line[0] == '#' || line[0] == ';')
                return 0;
        if (line[0] == '[')
                return take_header(ini, line, n, buffer, size);
        if (ini->section.definition)
                return take_key(ini, line, n, buffer, size);
        if (ini->n_sections > 0 || ini->reported_no_section)
                return 0;
        ini->reported_no_section = true;
        return ini_error(ini, "no-section", "write [name] above the keys of a format",
                         "the line stands before the first section");
}

static int ini_next_line(struct ini *ini, char *buffer, size_t size) {
        const char *line = ini->in->data + ini->position, *end;
        size_t n = ini->in->n - ini->position;
        int r = 0;

        ini->line++;
        end = memchr(line, '\n', n);
        if (end)
                n = (size_t) (end - line);
        ini->position += end ? n + 1 : n;
        if (n > 0 && line[n - 1] == '\r')
                n--;
        if (ini->diagnostics->n - ini->n_diagnostics >= MISTAKES_MAX) {
                ini->position = ini->in->n;
                ini->catalog->incomplete = true;
                return ini_error(
                                ini, "too-many-mistakes", "correct those above first",
                                "there are too many mistakes in this file, and the rest of it was not read");
        }
        if (ini->line == 1 && n >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
                line += 3;
                n -= 3;
                r = diagnostics_add(ini->diagnostics, SEVERITY_WARNING, "byte-order-mark", ini_location(ini),
                                    NULL, "save the file without it",
                                    "the file begins with a byte-order mark, which is ignored");
        }
        return r < 0 ? r : ini_take_line(ini, line, n, buffer, size);
}

/* inih calls this in place of fgets(3). */
static char *on_read(char *buffer, int size, void *user) {
        struct ini *ini = user;

        if (size < BUFFER_MIN || ini->error < 0)
                return NULL;
        if (ini->pending && ini->n_rest > 0) {
                if (give_value(ini, " ", 1, buffer, (size_t) size))
                        return buffer;
                ini->error = report_unfoldable(ini);
        } else {
                ini->error = take_value(ini);
        }
        buffer[0] = '\0';
        while (ini->error >= 0 && ini->position < ini->in->n && buffer[0] == '\0')
                ini->error = ini_next_line(ini, buffer, (size_t) size);
        return ini->error >= 0 && buffer[0] != '\0' ? buffer : NULL;
}

#if INI_HANDLER_LINENO
static int on_value(void *user, const char *section, const char *key, const char *value, int line _unused_) {
#else
static int on_value(void *user, const char *section, const char *key, const char *value) {
#endif
        struct ini *ini = user;
        /* Some builds announce new sections this way. */
        if (!key)
                return 1;
        if (!ini->pending || !value || !streq(section, ini->section_name) || strlen(key) > KEY_SIZE ||
            (ini->key[0] != '\0' && !streq(key, ini->key))) {
                ini->strayed = true;
                return 1;
        }
        memcpy(ini->key, key, strlen(key) + 1);
        text_append(&ini->value, value);
        return 1;
}

static int ini_parse_all(struct ini *ini) {
        int r = ini_parse_stream(on_read, ini, on_value, ini);

        if (ini->error < 0)
                return ini->error;
        if (r == -2)
                return -ENOMEM;
        if (r != 0 || ini->position < ini->in->n || ini->pending)
                r = ini_error(ini, "ini-library",
                              "report this as a bug of binfmtd, with the version of libinih",
                              "the ini library did not read the file to its end");
        return r < 0 ? r : section_end(&ini->section, ini->catalog);
}

int ini_read(const struct reader_input *in, bool overrides, struct catalog *catalog,
             struct diagnostics *diagnostics) {
        struct ini ini = {
                .in = in,
                .catalog = catalog,
                .diagnostics = diagnostics,
                .n_diagnostics = diagnostics->n,
                .section = { .in = in, .diagnostics = diagnostics, .override = overrides },
        };
        int r = ini_parse_all(&ini);

        section_clear(&ini.section);
        tdestroy(ini.names, free);
        text_clear(&ini.value);
        return r;
}
