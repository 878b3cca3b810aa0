/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/registration.h"

#include "model/format/escape.h"

#include <errno.h>
#include <stdio.h>

static const char flag_letters[] = "POCF";

void entry_flags_format(unsigned flags, char buf[static 5]) {
        size_t n = 0;

        for (unsigned i = 0; flag_letters[i]; i++)
                if (flags & 1u << i)
                        buf[n++] = flag_letters[i];
        buf[n] = '\0';
}

void registration_clear(struct registration *r) {
        free(r->name);
        pattern_unref(r->pattern);
        free(r->interpreter);
        free(r->extra_flags);
        *r = (struct registration){ 0 };
}

static int refuse_with(int error, const char **ret_reason, const char *reason) {
        if (ret_reason)
                *ret_reason = reason;
        return error;
}

int registration_check_name(const char *name, const char **ret_reason) {
        if (name[0] == '\0')
                return refuse_with(-EINVAL, ret_reason, "the name is empty");
        if (streq(name, ".") || streq(name, ".."))
                return refuse_with(-EINVAL, ret_reason, "the name is that of a directory");
        if (strchr(name, '/'))
                return refuse_with(-EINVAL, ret_reason, "the name contains a slash");
        if (strlen(name) > NAME_LENGTH_MAX)
                return refuse_with(-ENAMETOOLONG, ret_reason, "the name is longer than 255 bytes");
        if (streq(name, "register") || streq(name, "status"))
                return refuse_with(-EEXIST, ret_reason, "the name is that of a control file of binfmt_misc");
        return 0;
}

/* Composing goes from the form that reads best to the one that is shortest. Each is tried only where the one
 * before did not fit. */

struct fields {
        const char *name;
        const struct pattern *pattern;
        const char *interpreter;
        const char *flags;
        const char *extra_flags;
};

enum form {
        FORM_PRETTY, /* the pattern as it was given, all that is not printable escaped */
        FORM_CUT,    /* without what decides nothing: free bytes at both ends, an all-ones mask */
        FORM_RAW,    /* cut, raw bytes, free bits as it suits */
        _FORM_MAX,
};

struct writer {
        char *buf;
        size_t n; /* may exceed REGISTRATION_MAX; then nothing more is written */
};

static void writer_append(struct writer *w, const char *bytes, size_t n) {
        if (n <= REGISTRATION_MAX && w->n <= REGISTRATION_MAX - n)
                memcpy(w->buf + w->n, bytes, n);
        w->n += n;
}

static void writer_append_char(struct writer *w, char c) {
        writer_append(w, &c, 1);
}

static void writer_append_string(struct writer *w, const char *s) {
        writer_append(w, s, strlen(s));
}

/* A NUL always serves as the delimiter, since no field can hold a raw one, but others read better. */
static char choose_delimiter(const struct fields *f, enum form form) {
        static const char candidates[] = ":|,;!%#@=~^&$*?<>()[]{}\"'`_";

        if (form == FORM_RAW)
                return '\0';
        for (const char *c = candidates; *c; c++)
                if (!strchr(f->name, *c) && !strchr(f->interpreter, *c) &&
                    (f->pattern->type == PATTERN_MAGIC || !strchr((const char *) f->pattern->data, *c)))
                        return *c;
        return '\0';
}

static void writer_append_escaped(struct writer *w, const uint8_t *bytes, const uint8_t *mask, size_t n,
                                  enum form form, char delimiter) {
        char raw[4 * ESCAPE_COMPACT_MAX], hex[5];

        if (form == FORM_RAW) {
                writer_append(w, raw, escape_compact(bytes, mask, n, raw));
                return;
        }
        for (size_t i = 0; i < n; i++) {
                if (bytes[i] > ' ' && bytes[i] < 0x7f && bytes[i] != '\\' &&
                    bytes[i] != (uint8_t) delimiter) {
                        writer_append_char(w, (char) bytes[i]);
                        continue;
                }
                snprintf(hex, sizeof hex, "\\x%02x", bytes[i]);
                writer_append(w, hex, 4);
        }
}

/* The part of a pattern that is written. */
struct window {
        unsigned first, n, offset;
        bool masked;
};

static struct window pattern_window(const struct pattern *p, enum form form) {
        struct window w = { .n = p->size, .offset = p->offset, .masked = p->masked };
        const uint8_t *mask = pattern_mask(p);

        if (form == FORM_PRETTY || !mask)
                return w;

        while (w.n > 1 && mask[w.n - 1] == 0)
                w.n--;
        for (; w.n > 1 && mask[w.first] == 0; w.n--)
                w.first++;
        w.offset = mask[w.first] == 0 ? 0 : w.offset + w.first;

        w.masked = false;
        for (unsigned i = w.first; i < w.first + w.n; i++)
                w.masked |= mask[i] != 0xff;
        return w;
}

/* offset, magic and mask, with the delimiters between them. */
static void writer_append_magic(struct writer *w, const struct pattern *p, enum form form, char delimiter) {
        struct window window = pattern_window(p, form);
        const uint8_t *magic = pattern_magic(p) + window.first;
        const uint8_t *mask = window.masked ? pattern_mask(p) + window.first : NULL;
        char offset[16] = "";

        if (window.offset > 0 || form == FORM_PRETTY)
                snprintf(offset, sizeof offset, "%u", window.offset);
        writer_append_string(w, offset);
        writer_append_char(w, delimiter);
        writer_append_escaped(w, magic, mask, window.n, form, delimiter);
        writer_append_char(w, delimiter);
        if (mask)
                writer_append_escaped(w, mask, NULL, window.n, form, delimiter);
}

static size_t compose_form(const struct fields *f, enum form form, char *buf) {
        bool magic = f->pattern->type == PATTERN_MAGIC;
        char d = choose_delimiter(f, form);
        struct writer w = { .buf = buf };

        writer_append_char(&w, d);
        writer_append_string(&w, f->name);
        writer_append(&w, (const char[]){ d, magic ? 'M' : 'E', d }, 3);
        if (magic) {
                writer_append_magic(&w, f->pattern, form, d);
        } else {
                writer_append_char(&w, d);
                writer_append_string(&w, (const char *) f->pattern->data);
                writer_append_char(&w, d);
        }
        writer_append_char(&w, d);
        writer_append_string(&w, f->interpreter);
        writer_append_char(&w, d);
        writer_append_string(&w, f->flags);
        writer_append_string(&w, f->extra_flags);
        return w.n;
}

int registration_format(const char *name, const struct pattern *pattern, const char *interpreter,
                        unsigned flags, const char *extra_flags, char buf[static REGISTRATION_MAX + 1],
                        size_t *ret_n) {
        char letters[5], string[REGISTRATION_MAX];
        struct fields f = { name, pattern, interpreter, letters, extra_flags ?: "" };

        if (registration_check_name(name, NULL) < 0 || interpreter[0] == '\0')
                return -EINVAL;
        for (const char *c = f.extra_flags; *c; c++)
                if (!is_letter(*c))
                        return -EINVAL;
        entry_flags_format(flags, letters);

        for (enum form form = FORM_PRETTY; form < _FORM_MAX; form++) {
                size_t n = compose_form(&f, form, string);

                if (n > REGISTRATION_MAX)
                        continue;
                memcpy(buf, string, n);
                buf[n] = '\0';
                *ret_n = n;
                return 0;
        }
        return -E2BIG;
}

/* Judging looks at the fields in the kernel's order. The kernel reports every mistake as EINVAL, except
 * those that the directory lookup finds, which comes last. */

struct cursor {
        const char *bytes;
        size_t n;
        size_t at;
        char delimiter;
};

struct field {
        const char *bytes;
        size_t n;
};

/* Takes everything up to the next delimiter. A NUL that is not the delimiter ends the string earlier for the
 * kernel. */
static bool take_field(struct cursor *c, struct field *ret) {
        size_t at = c->at;

        while (at < c->n && c->bytes[at] != c->delimiter && c->bytes[at] != '\0')
                at++;
        if (at >= c->n || c->bytes[at] != c->delimiter)
                return false;
        *ret = (struct field){ c->bytes + c->at, at - c->at };
        c->at = at + 1;
        return true;
}

static int take_string(struct cursor *c, char **ret) {
        struct field f;

        if (!take_field(c, &f))
                return -EINVAL;
        *ret = strndup(f.bytes, f.n);
        return *ret ? 0 : -ENOMEM;
}

/* Takes a magic or mask: unlike in take_field(), NULs may be in there, and bytes of an escape are never a
 * delimiter. */
static bool take_escaped_field(struct cursor *c, struct field *ret) {
        size_t at = c->at;

        while (at < c->n && c->bytes[at] != c->delimiter)
                at += c->bytes[at] == '\\' && at + 1 < c->n && c->bytes[at + 1] == 'x' ? 4 : 1;
        if (at >= c->n)
                return false;
        *ret = (struct field){ c->bytes + c->at, at - c->at };
        c->at = at + 1;
        return true;
}

/* Accepts what kstrtoint(…, 10, …) does: one sign, digits, one newline. Empty is 0. */
static bool parse_offset_field(struct field f, size_t *ret) {
        size_t i = f.n > 0 && (f.bytes[0] == '-' || f.bytes[0] == '+'), first = i, value = 0;

        for (; i < f.n && f.bytes[i] >= '0' && f.bytes[i] <= '9'; i++)
                if (value <= PATTERN_HEADER_SIZE)
                        value = value * 10 + (size_t) (f.bytes[i] - '0');
        if (f.n > 0 && i == first)
                return false;
        if (i < f.n && f.bytes[i] == '\n')
                i++;
        if (i < f.n || (value > 0 && f.bytes[0] == '-'))
                return false;
        *ret = value;
        return true;
}

static int parse_magic_fields(struct cursor *c, struct pattern **ret, const char **ret_reason) {
        uint8_t magic[REGISTRATION_MAX], mask[REGISTRATION_MAX];
        struct field offset, magic_field, mask_field;
        size_t position, magic_n, mask_n;
        bool masked;
        int r;

        if (!take_field(c, &offset) || !take_escaped_field(c, &magic_field) ||
            !take_escaped_field(c, &mask_field))
                return refuse_with(-EINVAL, ret_reason, "there are fewer than seven fields");
        if (!parse_offset_field(offset, &position))
                return refuse_with(-EINVAL, ret_reason, "the offset is not a number from 0 to 255");
        if (escape_decode(magic_field.bytes, magic_field.n, magic, &magic_n, NULL) < 0)
                return refuse_with(-EINVAL, ret_reason,
                                   "\\x in the magic is not followed by two hex digits");
        if (escape_decode(mask_field.bytes, mask_field.n, mask, &mask_n, NULL) < 0)
                return refuse_with(-EINVAL, ret_reason, "\\x in the mask is not followed by two hex digits");
        if (magic_n == 0)
                return refuse_with(-EINVAL, ret_reason, "the magic is empty");
        masked = mask_n > 0;
        if (masked && mask_n != magic_n)
                return refuse_with(-EINVAL, ret_reason, "magic and mask differ in length");

        r = pattern_new_magic(position, magic, masked ? mask : NULL, magic_n, ret);
        if (r == -EINVAL)
                return refuse_with(r, ret_reason,
                                   "the magic reaches beyond the first 256 bytes of the file");
        return r;
}

static int parse_extension_fields(struct cursor *c, struct pattern **ret, const char **ret_reason) {
        _cleanup_free_ char *extension = NULL;
        struct field offset, mask;
        int r = take_field(c, &offset) ? take_string(c, &extension) : -EINVAL;

        if (r == -ENOMEM)
                return r;
        if (r < 0 || !take_field(c, &mask))
                return refuse_with(-EINVAL, ret_reason,
                                   "there are fewer than seven fields, or one contains NUL");

        r = pattern_new_extension(extension, ret);
        if (r == -EINVAL)
                return refuse_with(r, ret_reason, "the extension is empty or contains a slash");
        return r;
}

static int parse_pattern_fields(struct cursor *c, struct pattern **ret, const char **ret_reason) {
        char type = c->at < c->n ? c->bytes[c->at] : '\0';

        if (c->at + 1 >= c->n || (type != 'E' && type != 'M') || c->bytes[c->at + 1] != c->delimiter)
                return refuse_with(-EINVAL, ret_reason, "the type is neither E nor M");
        c->at += 2;
        return type == 'M' ? parse_magic_fields(c, ret, ret_reason)
                           : parse_extension_fields(c, ret, ret_reason);
}

static int parse_flag_letters(struct cursor *c, bool allow_extra, struct registration *r,
                              const char **ret_reason) {
        char extra[REGISTRATION_MAX];
        size_t n = 0;

        for (; c->at < c->n; c->at++) {
                char letter = c->bytes[c->at];
                const char *known = letter != '\0' ? strchr(flag_letters, letter) : NULL;

                if (known)
                        r->flags |= 1u << (known - flag_letters);
                else if (allow_extra && is_letter(letter) && letter != c->delimiter)
                        extra[n++] = letter;
                else
                        break;
        }
        if (r->flags & ENTRY_CREDENTIALS)
                r->flags |= ENTRY_OPEN_BINARY;

        /* The kernel pads the string with the delimiter and would take one of those for the newline. */
        if (c->at == c->n && c->delimiter == '\n')
                return refuse_with(-EINVAL, ret_reason,
                                   "the delimiter is a newline and no other one ends the string");
        if (c->at < c->n && c->bytes[c->at] == '\n')
                c->at++;
        if (c->at != c->n)
                return refuse_with(-EINVAL, ret_reason,
                                   "there is something that is no flag behind the interpreter");
        if (n > 0 && !(r->extra_flags = strndup(extra, n)))
                return -ENOMEM;
        return 0;
}

static int parse_name_field(struct cursor *c, char **ret, const char **ret_reason) {
        int r = take_string(c, ret);

        if (r == -EINVAL)
                return refuse_with(r, ret_reason, "no delimiter ends the name, or it contains NUL");
        return r < 0 ? r : registration_check_name(*ret, ret_reason);
}

static int parse_interpreter_field(struct cursor *c, char **ret, const char **ret_reason) {
        int r = take_string(c, ret);

        if (r == -EINVAL)
                return refuse_with(r, ret_reason, "no delimiter ends the interpreter, or it contains NUL");
        if (r >= 0 && **ret == '\0')
                return refuse_with(-EINVAL, ret_reason, "the interpreter is empty");
        return r;
}

int registration_parse(const char *bytes, size_t n, bool allow_extra_flags, struct registration *ret,
                       const char **ret_reason) {
        _cleanup_(registration_clear) struct registration new = { 0 };
        struct cursor c = { .bytes = bytes, .n = n, .at = 1 };
        const char *why = NULL, *why_name = NULL;
        int r, name;

        if (n < REGISTRATION_MIN)
                return refuse_with(-EINVAL, ret_reason, "it is shorter than 11 bytes");
        if (n > REGISTRATION_MAX)
                return refuse_with(-EINVAL, ret_reason, "it is longer than 1920 bytes");
        c.delimiter = bytes[0];
        if (c.delimiter != '\0' && strchr(flag_letters, c.delimiter))
                return refuse_with(-EINVAL, ret_reason, "the delimiter is the letter of a flag");

        /* Mistakes in a name that only the lookup finds come after all others. */
        name = parse_name_field(&c, &new.name, &why_name);
        if (name == -EINVAL || name == -ENOMEM)
                return refuse_with(name, ret_reason, why_name);
        r = parse_pattern_fields(&c, &new.pattern, &why);
        if (r >= 0)
                r = parse_interpreter_field(&c, &new.interpreter, &why);
        if (r >= 0)
                r = parse_flag_letters(&c, allow_extra_flags, &new, &why);
        if (r < 0 || name < 0)
                return refuse_with(r < 0 ? r : name, ret_reason, r < 0 ? why : why_name);

        *ret = new;
        new = (struct registration){ 0 };
        return 0;
}
