/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmt-support has two kinds of file with the same values in them. In import files each has its name in
 * front, in admin files each has its line. Both are first taken apart into an array of values, of which one
 * function then makes a definition. */

#include "engine/read/readers.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>

#include "model/format/escape.h"

enum binfmts_key {
        BINFMTS_PACKAGE,
        BINFMTS_TYPE,
        BINFMTS_OFFSET,
        BINFMTS_MAGIC,
        BINFMTS_MASK,
        BINFMTS_INTERPRETER,
        BINFMTS_DETECTOR,
        BINFMTS_CREDENTIALS,
        BINFMTS_PRESERVE,
        BINFMTS_FIX_BINARY,
        BINFMTS_EXTENSION,
        _BINFMTS_KEY_MAX,
};

/* The first ten stand in the order of an admin file's lines, of which six must be there. */
static const char *const key_names[_BINFMTS_KEY_MAX] = {
        [BINFMTS_PACKAGE] = "package",     [BINFMTS_TYPE] = "type",
        [BINFMTS_OFFSET] = "offset",       [BINFMTS_MAGIC] = "magic",
        [BINFMTS_MASK] = "mask",           [BINFMTS_INTERPRETER] = "interpreter",
        [BINFMTS_DETECTOR] = "detector",   [BINFMTS_CREDENTIALS] = "credentials",
        [BINFMTS_PRESERVE] = "preserve",   [BINFMTS_FIX_BINARY] = "fix_binary",
        [BINFMTS_EXTENSION] = "extension",
};

#define ADMIN_LINES     BINFMTS_EXTENSION
#define ADMIN_LINES_MIN (BINFMTS_INTERPRETER + 1)

struct binfmts_file {
        const struct reader_input *in;
        struct diagnostics *diagnostics;
        struct definition *definition;
        char *values[_BINFMTS_KEY_MAX]; /* NULL: not given, or empty */
        unsigned lines[_BINFMTS_KEY_MAX];
};

#define binfmts_error(f, line, code, hint, ...)                                                             \
        ((f)->definition->invalid = true,                                                                   \
         diagnostics_add((f)->diagnostics, SEVERITY_ERROR, code, (struct location){ (f)->in->file, line },  \
                         (f)->definition->name, hint, __VA_ARGS__))

static void binfmts_file_clear(struct binfmts_file *f) {
        for (size_t i = 0; i < _BINFMTS_KEY_MAX; i++)
                free(f->values[i]);
        definition_free(f->definition);
}

static int set_value(struct binfmts_file *f, enum binfmts_key id, const char *value, size_t n,
                     unsigned line) {
        char *copy = NULL;

        if (memchr(value, '\0', n))
                return binfmts_error(f, line, "nul-byte",
                                     "correct the file, or have its package installed again",
                                     "the value of %s contains a NUL byte", key_names[id]);
        if (n > 0 && !(copy = strndup(value, n)))
                return -ENOMEM;
        free(f->values[id]);
        f->values[id] = copy;
        f->lines[id] = line;
        return 0;
}

static bool input_next_line(const struct reader_input *in, size_t *position, const char **ret,
                            size_t *ret_n) {
        const char *line = in->data + *position, *end;

        if (*position >= in->n)
                return false;
        *ret = line;
        *ret_n = in->n - *position;
        end = memchr(line, '\n', *ret_n);
        if (end)
                *ret_n = (size_t) (end - line);
        *position += *ret_n + 1;
        return true;
}

static int take_import_line(struct binfmts_file *f, const char *line, size_t n, unsigned number) {
        size_t n_key = 0, begin;

        while (n > 0 && is_blank_or_line_end(line[n - 1]))
                n--;
        while (n_key < n && !is_blank_or_line_end(line[n_key]))
                n_key++;
        begin = n_key;
        while (begin < n && is_blank_or_line_end(line[begin]))
                begin++;
        for (enum binfmts_key id = 0; id < _BINFMTS_KEY_MAX; id++)
                if (n_key == strlen(key_names[id]) && strncasecmp(line, key_names[id], n_key) == 0)
                        return set_value(f, id, line + begin, n - begin, number);
        return 0;
}

static int take_import(struct binfmts_file *f) {
        size_t position = 0, n;
        unsigned number = 0;
        const char *line;
        int r = 0;

        while (r >= 0 && input_next_line(f->in, &position, &line, &n))
                r = take_import_line(f, line, n, ++number);
        return r;
}

static int take_admin(struct binfmts_file *f) {
        size_t position = 0, n;
        unsigned number = 0;
        const char *line;
        int r = 0;

        while (r >= 0 && number < ADMIN_LINES && input_next_line(f->in, &position, &line, &n)) {
                enum binfmts_key id = number++;

                if (id == BINFMTS_MAGIC && streq_ptr(f->values[BINFMTS_TYPE], "extension"))
                        id = BINFMTS_EXTENSION;
                r = set_value(f, id, line, n, number);
        }
        if (r >= 0 && number < ADMIN_LINES_MIN)
                r = binfmts_error(f, 0, "short-file",
                                  "remove the file, and have its package configured again",
                                  "the file has %u lines, too few for a format", number);
        return r;
}

static int decode_value(struct binfmts_file *f, enum binfmts_key id, uint8_t **ret, size_t *ret_n) {
        const char *text = f->values[id];
        _cleanup_free_ uint8_t *bytes = malloc(strlen(text));

        if (!bytes)
                return -ENOMEM;
        if (escape_decode(text, strlen(text), bytes, ret_n, NULL) < 0)
                return binfmts_error(f, f->lines[id], "escape",
                                     "write two hex digits behind \\x, such as \\x7f",
                                     "the %s has \\x without two hex digits", key_names[id]);
        *ret = TAKE_PTR(bytes);
        return 0;
}

/* False unless it is a number that is small enough to be added to the magic's length. */
static bool parse_magic_offset(const char *text, size_t *ret) {
        size_t n = 0;

        if (!text) {
                *ret = 0;
                return true;
        }
        for (const char *c = text; *c; c++) {
                if (!isdigit((unsigned char) *c) || n > PATTERN_HEADER_SIZE)
                        return false;
                n = n * 10 + (size_t) (*c - '0');
        }
        *ret = n;
        return true;
}

static int take_magic(struct binfmts_file *f) {
        _cleanup_free_ uint8_t *magic = NULL, *mask = NULL;
        size_t n_magic = 0, n_mask = 0, offset = 0;
        int r = decode_value(f, BINFMTS_MAGIC, &magic, &n_magic);

        if (r >= 0 && f->values[BINFMTS_MASK])
                r = decode_value(f, BINFMTS_MASK, &mask, &n_mask);
        if (r < 0 || !magic || (f->values[BINFMTS_MASK] && !mask))
                return r;
        if (mask && n_mask != n_magic)
                return binfmts_error(f, f->lines[BINFMTS_MASK], "mask-length",
                                     "give one byte of mask for each of magic",
                                     "the mask is %zu bytes long, but the magic is %zu", n_mask, n_magic);
        if (!parse_magic_offset(f->values[BINFMTS_OFFSET], &offset))
                return binfmts_error(f, f->lines[BINFMTS_OFFSET], "offset",
                                     "write the number of bytes before the magic, in decimal",
                                     "the offset is \"%.40s\", not a number from 0 to 255",
                                     f->values[BINFMTS_OFFSET]);
        r = pattern_new_magic(offset, magic, mask, n_magic, &f->definition->pattern);
        if (r == -EINVAL)
                return binfmts_error(f, f->lines[BINFMTS_MAGIC], "pattern-range",
                                     "use a smaller offset or a shorter magic",
                                     "the magic of %zu bytes at offset %zu reaches past byte 256 of a file",
                                     n_magic, offset);
        return r;
}

static int take_extension(struct binfmts_file *f) {
        int r = pattern_new_extension(f->values[BINFMTS_EXTENSION], &f->definition->pattern);

        if (r == -EINVAL)
                return binfmts_error(f, f->lines[BINFMTS_EXTENSION], "extension",
                                     "write what stands behind the last dot of a file's name, such as jar",
                                     "the extension has a slash, or is longer than 1920 bytes");
        return r;
}

static int take_pattern(struct binfmts_file *f) {
        const char *type = f->values[BINFMTS_TYPE];
        bool magic = f->values[BINFMTS_MAGIC], extension = f->values[BINFMTS_EXTENSION];

        f->definition->set |= FIELD_PATTERN;
        if (type && !streq(type, "magic") && !streq(type, "extension"))
                return binfmts_error(f, f->lines[BINFMTS_TYPE], "type", "write magic or extension",
                                     "the type is \"%.40s\", neither magic nor extension", type);
        if (magic == extension)
                return binfmts_error(f, 0, "pattern-conflict", "give exactly one of magic and extension",
                                     magic ? "the file gives both magic and extension"
                                           : "the file gives neither magic nor extension");
        if (type && streq(type, "magic") != magic)
                return binfmts_error(f, f->lines[BINFMTS_TYPE], "type",
                                     "correct the type, or remove the line",
                                     "the type is \"%s\", but the file gives no %s", type, type);
        return magic ? take_magic(f) : take_extension(f);
}

static void take_flags(struct binfmts_file *f) {
        static const struct {
                enum binfmts_key id;
                enum definition_field field;
                enum entry_flags flag;
        } map[] = {
                { BINFMTS_CREDENTIALS, FIELD_CREDENTIALS, ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY },
                { BINFMTS_PRESERVE, FIELD_PRESERVE_ARGV0, ENTRY_PRESERVE_ARGV0 },
                { BINFMTS_FIX_BINARY, FIELD_FIX_BINARY, ENTRY_FIX_BINARY },
        };

        for (size_t i = 0; i < ELEMENTSOF(map); i++) {
                if (!f->values[map[i].id])
                        continue;
                f->definition->set |= map[i].field;
                if (streq(f->values[map[i].id], "yes"))
                        f->definition->flags |= map[i].flag;
        }
}

static int take_programs(struct binfmts_file *f) {
        struct definition *d = f->definition;

        if (f->values[BINFMTS_DETECTOR]) {
                d->set |= FIELD_DETECTOR;
                d->detector = TAKE_PTR(f->values[BINFMTS_DETECTOR]);
        }
        d->set |= FIELD_INTERPRETER;
        if (!f->values[BINFMTS_INTERPRETER])
                return binfmts_error(f, 0, "no-interpreter", "add a line: interpreter /path/to/program",
                                     "the file gives no interpreter");
        return definition_add_interpreter(d, f->values[BINFMTS_INTERPRETER]);
}

/* A file whose name no entry can have is of no use, and reported. */
static int check_file_name(const struct reader_input *in, const char *name, struct catalog *catalog,
                           struct diagnostics *diagnostics, bool *ret_usable) {
        const char *reason = NULL;

        *ret_usable = registration_check_name(name, &reason) >= 0;
        if (*ret_usable)
                return 0;
        catalog->incomplete = true;
        return diagnostics_add(diagnostics, SEVERITY_ERROR, "file-name", (struct location){ in->file, 0 },
                               NULL, "rename the file", "the file's name cannot be that of a format: %s",
                               reason ? reason : "the kernel refuses it");
}

static int binfmts_read_definition(const struct reader_input *in, const char *name,
                                   int (*take)(struct binfmts_file *f), struct catalog *catalog,
                                   struct diagnostics *diagnostics) {
        _cleanup_(binfmts_file_clear) struct binfmts_file f = { .in = in, .diagnostics = diagnostics };
        bool usable;
        int r = check_file_name(in, name, catalog, diagnostics, &usable);

        if (r < 0 || !usable)
                return r;
        r = definition_new(name, in->source, (struct location){ in->file, 1 }, &f.definition);
        if (r < 0)
                return r;
        f.definition->rank = in->rank;
        r = take(&f);
        if (r >= 0 && !f.definition->invalid) {
                r = take_programs(&f);
                if (r >= 0)
                        r = take_pattern(&f);
        }
        if (r < 0)
                return r;
        take_flags(&f);
        return catalog_add(catalog, TAKE_PTR(f.definition));
}

int binfmts_read(const struct reader_input *in, const char *name, struct catalog *catalog,
                 struct diagnostics *diagnostics) {
        return binfmts_read_definition(in, name, take_import, catalog, diagnostics);
}

int binfmts_admin_read(const struct reader_input *in, const char *name, struct catalog *catalog,
                       struct diagnostics *diagnostics) {
        return binfmts_read_definition(in, name, take_admin, catalog, diagnostics);
}
