/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/entry.h"
#include "model/base/hex.h"

#include <errno.h>

static const char stand_in_suffix[] = ENTRY_STAND_IN_SUFFIX;

#define SUFFIX_LENGTH (sizeof stand_in_suffix - 1)

int entry_new(const char *name, struct pattern *pattern, const char *interpreter, unsigned flags,
              const char *extra_flags, struct entry **ret) {
        _cleanup_(entry_freep) struct entry *e = calloc(1, sizeof *e);

        if (!e)
                return -ENOMEM;
        e->name = strdup(name);
        e->interpreter = strdup(interpreter);
        if (extra_flags && extra_flags[0])
                e->extra_flags = strdup(extra_flags);
        if (!e->name || !e->interpreter || (extra_flags && extra_flags[0] && !e->extra_flags))
                return -ENOMEM;
        e->pattern = pattern_ref(pattern);
        e->flags = flags & ENTRY_CREDENTIALS ? flags | ENTRY_OPEN_BINARY : flags;
        e->enabled = true;

        *ret = TAKE_PTR(e);
        return 0;
}

struct entry *entry_ref(struct entry *e) {
        e->n_ref++;
        return e;
}

struct entry *entry_free(struct entry *e) {
        if (!e || e->n_ref-- > 0)
                return NULL;
        free(e->name);
        pattern_unref(e->pattern);
        free(e->interpreter);
        free(e->extra_flags);
        free(e);
        return NULL;
}

/* The text is parsed line by line. All parsers below return 0, -EINVAL for what makes the entry opaque, or
 * -ENOMEM. */
struct lines {
        const char *at;
        const char *end;
};

struct line {
        const char *text; /* behind the keyword */
        size_t n;
};

/* Takes the next line if it begins with that keyword. */
static bool take_keyword(struct lines *l, const char *keyword, struct line *ret) {
        size_t left = (size_t) (l->end - l->at), n = strlen(keyword);
        const char *newline = memchr(l->at, '\n', left);

        if (!newline || (size_t) (newline - l->at) < n || memcmp(l->at, keyword, n) != 0)
                return false;
        *ret = (struct line){ l->at + n, (size_t) (newline - l->at) - n };
        l->at = newline + 1;
        return true;
}

static bool parse_bytes(struct line line, uint8_t buf[static PATTERN_HEADER_SIZE], size_t *ret_n) {
        return hex_decode(line.text, line.n, buf, PATTERN_HEADER_SIZE, ret_n);
}

static bool parse_number(struct line line, size_t *ret) {
        size_t value = 0;

        if (line.n == 0 || line.n > 3)
                return false;
        for (size_t i = 0; i < line.n; i++) {
                if (line.text[i] < '0' || line.text[i] > '9')
                        return false;
                value = value * 10 + (size_t) (line.text[i] - '0');
        }
        *ret = value;
        return true;
}

static int parse_pattern_lines(struct lines *l, struct pattern **ret) {
        uint8_t magic[PATTERN_HEADER_SIZE], mask[PATTERN_HEADER_SIZE];
        size_t offset, magic_n, mask_n;
        struct line line;
        bool masked;

        if (take_keyword(l, "extension .", &line)) {
                _cleanup_free_ char *extension = strndup(line.text, line.n);

                return extension ? pattern_new_extension(extension, ret) : -ENOMEM;
        }

        if (!take_keyword(l, "offset ", &line) || !parse_number(line, &offset) ||
            !take_keyword(l, "magic ", &line) || !parse_bytes(line, magic, &magic_n))
                return -EINVAL;
        masked = take_keyword(l, "mask ", &line);
        if (masked && (!parse_bytes(line, mask, &mask_n) || mask_n != magic_n))
                return -EINVAL;
        return pattern_new_magic(offset, magic, masked ? mask : NULL, magic_n, ret);
}

static int parse_flags_line(struct line line, struct entry *e) {
        static const char letters[] = "POCF";
        size_t n = 0;

        for (size_t i = 0; i < line.n; i++) {
                char c = line.text[i];
                const char *known = strchr(letters, c);

                if (known) {
                        e->flags |= 1u << (known - letters);
                } else if (is_letter(c)) {
                        if (!e->extra_flags && !(e->extra_flags = calloc(1, line.n + 1)))
                                return -ENOMEM;
                        e->extra_flags[n++] = c;
                } else {
                        return -EINVAL;
                }
        }
        return 0;
}

static int parse_text(struct lines l, struct entry *e) {
        struct line interpreter, flags, none;
        int r;

        if (!take_keyword(&l, e->enabled ? "enabled" : "disabled", &none) || none.n > 0 ||
            !take_keyword(&l, "interpreter ", &interpreter) || interpreter.n == 0 ||
            !take_keyword(&l, "flags: ", &flags))
                return -EINVAL;
        r = parse_flags_line(flags, e);
        if (r >= 0)
                r = parse_pattern_lines(&l, &e->pattern);
        if (r < 0)
                return r;

        /* A newline in the interpreter or the extension always leaves lines over, here or before. */
        if (l.at != l.end)
                return -EINVAL;
        e->interpreter = strndup(interpreter.text, interpreter.n);
        return e->interpreter ? 0 : -ENOMEM;
}

int entry_parse(const char *name, const char *text, size_t n, struct entry **ret) {
        static const char disabled[] = "disabled\n";
        _cleanup_(entry_freep) struct entry *e = calloc(1, sizeof *e);
        int r;

        if (!e || !(e->name = strdup(name)))
                return -ENOMEM;
        e->enabled = n < strlen(disabled) || memcmp(text, disabled, strlen(disabled)) != 0;

        r = memchr(text, '\0', n) ? -EINVAL : parse_text((struct lines){ text, text + n }, e);
        if (r == -ENOMEM)
                return r;
        if (r < 0) {
                e->pattern = pattern_unref(e->pattern);
                free(TAKE_PTR(e->extra_flags));
                e->flags = 0;
        }

        *ret = TAKE_PTR(e);
        return 0;
}

/* Returns the letters as a set. Linux 7.3 does not print D, so it is left out. */
static uint64_t extra_flags_set(const char *letters) {
        uint64_t set = 0;

        for (; letters && *letters; letters++)
                if (*letters != 'D')
                        set |= UINT64_C(1) << (*letters & 63);
        return set;
}

/* In Linux 7.3 T implies O, as C does. */
static unsigned effective_flags(const struct entry *e) {
        bool opens = e->flags & ENTRY_CREDENTIALS || (e->extra_flags && strchr(e->extra_flags, 'T'));

        return opens ? e->flags | ENTRY_OPEN_BINARY : e->flags;
}

bool entry_same(const struct entry *have, const struct entry *want) {
        return have->pattern && want->pattern && pattern_equal(have->pattern, want->pattern) &&
               streq(have->interpreter, want->interpreter) &&
               effective_flags(have) == effective_flags(want) &&
               extra_flags_set(have->extra_flags) == extra_flags_set(want->extra_flags);
}

bool entry_identical(const struct entry *a, const struct entry *b) {
        if (a == b)
                return true;
        if (a->enabled != b->enabled || a->ours != b->ours || a->elsewhere != b->elsewhere ||
            a->pin != b->pin || !a->pattern != !b->pattern)
                return false;
        return !a->pattern || entry_same(a, b);
}

bool entry_name_is_stand_in(const char *name, size_t *ret_n) {
        size_t n = strlen(name);

        if (n <= SUFFIX_LENGTH || !streq(name + n - SUFFIX_LENGTH, stand_in_suffix))
                return false;
        if (ret_n)
                *ret_n = n - SUFFIX_LENGTH;
        return true;
}

bool entry_is_stand_in(const struct entry *e) {
        return !e->elsewhere && entry_name_is_stand_in(e->name, NULL);
}

void entry_stand_in_name(const char *name, char buf[static NAME_LENGTH_MAX + 1]) {
        size_t n = strnlen(name, NAME_LENGTH_MAX - SUFFIX_LENGTH);

        memcpy(buf, name, n);
        memcpy(buf + n, stand_in_suffix, sizeof stand_in_suffix);
}
