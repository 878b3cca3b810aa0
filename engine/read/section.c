/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keys stand in one array, each with the function that takes its value. The keys of the pattern are only
 * remembered, and checked together when the section ends (section-pattern.c). */

#include "engine/read/section-private.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

#include "model/base/similar.h"

#define PRIORITY_LIMIT 1000

struct key {
        const char *name;
        int (*set)(struct section *s, enum section_key id, const char *value, unsigned line);
        enum definition_field field;
        unsigned flag;
        size_t member; /* offset into struct definition of the string or bool that is set */
        bool repeats;
};

static const struct key keys[_SECTION_KEY_MAX];

static int replace_string(char **to, const char *value) {
        char *copy = NULL;

        if (value[0] != '\0' && !(copy = strdup(value)))
                return -ENOMEM;
        free(*to);
        *to = copy;
        return 0;
}

static int set_string(struct section *s, enum section_key id, const char *value, unsigned line _unused_) {
        return replace_string((char **) ((char *) s->definition + keys[id].member), value);
}

static int parse_bool(const char *value) {
        static const char *const words[][4] = { { "no", "false", "0", "off" },
                                                { "yes", "true", "1", "on" } };

        for (int b = 0; b < 2; b++)
                for (size_t i = 0; i < ELEMENTSOF(words[b]); i++)
                        if (strcasecmp(value, words[b][i]) == 0)
                                return b;
        return -EINVAL;
}

static int report_bad_bool(struct section *s, enum section_key id, const char *value, unsigned line) {
        return section_error(s, line, "boolean", "write yes or no", "%s= is \"%.40s\", neither yes nor no",
                             keys[id].name, value);
}

static int set_bool(struct section *s, enum section_key id, const char *value, unsigned line) {
        int b = parse_bool(value);

        if (b < 0)
                return report_bad_bool(s, id, value, line);
        *(bool *) ((char *) s->definition + keys[id].member) = b;
        return 0;
}

static int set_flag(struct section *s, enum section_key id, const char *value, unsigned line) {
        int b = parse_bool(value);

        if (b < 0)
                return report_bad_bool(s, id, value, line);
        if (b)
                s->definition->flags |= keys[id].flag;
        else
                s->definition->flags &= ~keys[id].flag;
        return 0;
}

static int set_interpreter(struct section *s, enum section_key id _unused_, const char *value,
                           unsigned line _unused_) {
        struct definition *d = s->definition;

        if (value[0] != '\0')
                return definition_add_interpreter(d, value);

        for (char **i = d->interpreters; i && *i; i++)
                free(*i);
        free(TAKE_PTR(d->interpreters));
        return 0;
}

static int set_platform(struct section *s, enum section_key id, const char *value, unsigned line) {
        if (value[0] != '\0' && !strchr(value, '/')) {
                int r = section_warning(s, line, "platform",
                                        "write it as container tools do, such as linux/arm64",
                                        "Platform= is \"%.40s\", without an operating system", value);

                if (r < 0)
                        return r;
        }
        return set_string(s, id, value, line);
}

bool section_parse_number(const char *value, long min, long max, long *ret) {
        char *end;
        long n;

        if (!(value[0] >= '0' && value[0] <= '9') && value[0] != '-' && value[0] != '+')
                return false;
        errno = 0;
        n = strtol(value, &end, 10);
        if (errno != 0 || end == value || *end != '\0' || n < min || n > max)
                return false;
        *ret = n;
        return true;
}

static int set_priority(struct section *s, enum section_key id _unused_, const char *value, unsigned line) {
        long n;

        if (!section_parse_number(value, -PRIORITY_LIMIT, PRIORITY_LIMIT, &n))
                return section_error(s, line, "priority", "write a whole number, such as 10 or -10",
                                     "Priority= is \"%.40s\", not a number from %d to %d", value,
                                     -PRIORITY_LIMIT, PRIORITY_LIMIT);
        s->definition->priority = (int) n;
        return 0;
}

/* Names the key that stands for a known flag letter; NULL for an unknown letter. */
static const char *flag_hint(char letter) {
        switch (letter) {
        case 'P':
                return "write PreserveArgv0=yes instead";
        case 'O':
                return "write OpenBinary=yes instead";
        case 'C':
                return "write Credentials=yes instead";
        case 'F':
                return "write FixBinary=yes instead";
        default:
                return NULL;
        }
}

static int set_extra_flags(struct section *s, enum section_key id, const char *value, unsigned line) {
        for (const char *c = value; *c; c++) {
                const char *hint = flag_hint(*c);

                if (hint)
                        return section_error(s, line, "flags-known", hint,
                                             "Flags= holds %c, a flag that has a key of its own", *c);
                if (!is_letter(*c))
                        return section_error(s, line, "flags",
                                             "write the flags' letters without anything between",
                                             "Flags= is \"%.40s\", but flags are letters", value);
        }
        return set_string(s, id, value, line);
}

static int set_pattern(struct section *s, enum section_key id, const char *value, unsigned line) {
        if (value[0] == '\0')
                return section_error(s, line, "empty-value", "give a value, or remove the line",
                                     "%s= is empty", keys[id].name);
        return replace_string(&s->values[id], value);
}

#define KEY(n, f, b)  .name = n, .set = f, .field = b
#define FLAG(n, b, f) .name = n, .set = set_flag, .field = b, .flag = f
#define MEMBER(m)     .member = offsetof(struct definition, m)

/* clang-format off */
static const struct key keys[_SECTION_KEY_MAX] = {
        [SECTION_DESCRIPTION]    = { KEY("Description", set_string, FIELD_DESCRIPTION), MEMBER(description) },
        [SECTION_MACHINE]        = { KEY("Machine", set_pattern, FIELD_PATTERN) },
        [SECTION_MAGIC]          = { KEY("Magic", set_pattern, FIELD_PATTERN) },
        [SECTION_MASK]           = { KEY("Mask", set_pattern, FIELD_PATTERN) },
        [SECTION_OFFSET]         = { KEY("Offset", set_pattern, FIELD_PATTERN) },
        [SECTION_EXTENSION]      = { KEY("Extension", set_pattern, FIELD_PATTERN) },
        [SECTION_INTERPRETER]    = { KEY("Interpreter", set_interpreter, FIELD_INTERPRETER), .repeats = true },
        [SECTION_FIX_BINARY]     = { FLAG("FixBinary", FIELD_FIX_BINARY, ENTRY_FIX_BINARY) },
        [SECTION_PRESERVE_ARGV0] = { FLAG("PreserveArgv0", FIELD_PRESERVE_ARGV0, ENTRY_PRESERVE_ARGV0) },
        [SECTION_OPEN_BINARY]    = { FLAG("OpenBinary", FIELD_OPEN_BINARY, ENTRY_OPEN_BINARY) },
        [SECTION_CREDENTIALS]    = { FLAG("Credentials", FIELD_CREDENTIALS, ENTRY_CREDENTIALS) },
        [SECTION_PRIORITY]       = { KEY("Priority", set_priority, FIELD_PRIORITY) },
        [SECTION_PLATFORM]       = { KEY("Platform", set_platform, FIELD_PLATFORM), MEMBER(platform) },
        [SECTION_ENABLED]        = { KEY("Enabled", set_bool, FIELD_ENABLED), MEMBER(enabled) },
        [SECTION_FLAGS]          = { KEY("Flags", set_extra_flags, FIELD_EXTRA_FLAGS), MEMBER(extra_flags) },
        [SECTION_DETECTOR]       = { KEY("Detector", set_string, FIELD_DETECTOR), MEMBER(detector) },
        [SECTION_ALLOW_NATIVE]   = { KEY("AllowNative", set_bool, FIELD_ALLOW_NATIVE), MEMBER(allow_native) },
};
/* clang-format on */

const char *section_key_name(enum section_key id) {
        return keys[id].name;
}

static int report_unknown_key(struct section *s, const char *key, unsigned line) {
        const char *names[_SECTION_KEY_MAX], *near;
        _cleanup_free_ char *hint = NULL;

        for (enum section_key id = 0; id < _SECTION_KEY_MAX; id++)
                names[id] = keys[id].name;
        near = similar_word(key, names, _SECTION_KEY_MAX);
        if (near && asprintf(&hint, "did you mean %s=?", near) < 0) {
                hint = NULL;
                return -ENOMEM;
        }
        return section_warning(s, line, "unknown-key",
                               hint ? hint : "see binfmtd-conf(5) for the keys there are",
                               "%.40s= is unknown and ignored", key);
}

int section_begin(struct section *s, const char *name, unsigned line) {
        memset(s->lines, 0, sizeof s->lines);
        s->n_keys = 0;
        return definition_new(name, s->in->source, (struct location){ s->in->file, line }, &s->definition);
}

int section_set(struct section *s, const char *key, const char *value, unsigned line) {
        enum section_key id = 0;
        int r = 0;

        while (id < _SECTION_KEY_MAX && !streq(keys[id].name, key))
                id++;
        if (id == _SECTION_KEY_MAX)
                return report_unknown_key(s, key, line);
        if (s->lines[id] && !keys[id].repeats)
                r = section_warning(s, line, "repeated-key", "remove one of the two lines",
                                    "%s= was given in line %u already; the last one counts", key,
                                    s->lines[id]);
        if (r < 0)
                return r;
        s->lines[id] = line;
        s->definition->set |= keys[id].field;
        return keys[id].set(s, id, value, line);
}

static int section_flags(struct section *s) {
        struct definition *d = s->definition;
        bool implied = d->flags & ENTRY_CREDENTIALS && !(d->flags & ENTRY_OPEN_BINARY);

        if (!implied)
                return 0;
        d->flags |= ENTRY_OPEN_BINARY;
        if (!(d->set & FIELD_OPEN_BINARY))
                return 0;
        return section_warning(s, s->lines[SECTION_OPEN_BINARY], "open-binary", "remove the line",
                               "OpenBinary=no has no effect, as Credentials=yes implies it");
}

static int section_check_empty(struct section *s) {
        if (s->n_keys > 0)
                return 0;
        if (s->override)
                return section_warning(s, s->definition->line, "empty-section",
                                       "give a key, or remove the section",
                                       "the section has no keys, and amends nothing");
        return section_error(s, s->definition->line, "empty-section",
                             "give Interpreter= and a pattern, or remove the section",
                             "the section has no keys");
}

int section_end(struct section *s, struct catalog *catalog) {
        _cleanup_(definition_freep) struct definition *d = s->definition;
        int r;

        if (!d)
                return 0;
        r = section_pattern(s);
        if (r >= 0)
                r = section_flags(s);
        if (r >= 0)
                r = section_check_empty(s);
        s->definition = NULL;
        for (size_t i = 0; i < _SECTION_KEY_MAX; i++)
                free(TAKE_PTR(s->values[i]));
        if (r < 0)
                return r;

        d->rank = s->in->rank;
        if (!s->override)
                return catalog_add(catalog, TAKE_PTR(d));
        return s->n_keys == 0 ? 0 : catalog_add_override(catalog, TAKE_PTR(d));
}

void section_clear(struct section *s) {
        for (size_t i = 0; i < _SECTION_KEY_MAX; i++)
                free(s->values[i]);
        definition_free(s->definition);
        *s = (struct section){ 0 };
}
