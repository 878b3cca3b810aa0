/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/definition.h"

#include <errno.h>

#define MISTAKES_MAX 1000u

int definition_new(const char *name, enum source_kind source, struct location at, struct definition **ret) {
        _cleanup_(definition_freep) struct definition *d = calloc(1, sizeof *d);

        if (!d)
                return -ENOMEM;
        d->name = strdup(name);
        d->file = strdup(at.file);
        if (!d->name || !d->file)
                return -ENOMEM;
        d->line = at.line;
        d->source = source;
        d->enabled = true;

        *ret = TAKE_PTR(d);
        return 0;
}

static void interpreters_free(char **interpreters) {
        for (char **i = interpreters; i && *i; i++)
                free(*i);
        free(interpreters);
}

struct definition *definition_free(struct definition *d) {
        if (!d)
                return NULL;
        free(d->name);
        free(d->description);
        pattern_unref(d->pattern);
        free(d->machine);
        interpreters_free(d->interpreters);
        free(d->extra_flags);
        free(d->detector);
        free(d->platform);
        free(d->file);
        free(d->mistake);
        definition_free(d->pristine);
        free(d);
        return NULL;
}

int definition_add_interpreter(struct definition *d, const char *path) {
        size_t n = 0;
        char **list;

        for (char **i = d->interpreters; i && *i; i++)
                n++;
        list = reallocarray(d->interpreters, n + 2, sizeof *list);
        if (!list)
                return -ENOMEM;
        d->interpreters = list;
        list[n + 1] = NULL;
        list[n] = strdup(path);
        return list[n] ? 0 : -ENOMEM;
}

const char *definition_program(const struct definition *d, size_t index) {
        char **i = d->interpreters;

        for (; i && *i && index > 0; i++)
                index--;
        if (i && *i)
                return *i;
        return index == 0 && definition_has_detector(d) ? d->detector : NULL;
}

int definition_note_mistake(struct definition *d, const struct diagnostics *diagnostics, size_t from) {
        /* Looking through thousands of diagnostics for each of thousands of definitions would take too long;
         * people's mistakes are few. */
        size_t end = diagnostics->n - from > MISTAKES_MAX ? from + MISTAKES_MAX : diagnostics->n;

        for (size_t i = from; i < end && !d->mistake; i++) {
                const struct diagnostic *said = &diagnostics->items[i];

                if (said->severity < SEVERITY_ERROR || !streq_ptr(said->name, d->name))
                        continue;
                d->mistake = strdup(said->message);
                return d->mistake ? 0 : -ENOMEM;
        }
        return 0;
}

static int amend_string(char **to, const char *from) {
        char *s = NULL;

        if (from && !(s = strdup(from)))
                return -ENOMEM;
        free(*to);
        *to = s;
        return 0;
}

static int amend_strings(struct definition *d, const struct definition *patch) {
        int r = 0;

        if (patch->set & FIELD_DESCRIPTION)
                r = amend_string(&d->description, patch->description);
        if (r >= 0 && patch->set & FIELD_EXTRA_FLAGS)
                r = amend_string(&d->extra_flags, patch->extra_flags);
        if (r >= 0 && patch->set & FIELD_DETECTOR)
                r = amend_string(&d->detector, patch->detector);
        if (r >= 0 && patch->set & FIELD_PLATFORM)
                r = amend_string(&d->platform, patch->platform);
        if (r >= 0 && patch->set & FIELD_PATTERN)
                r = amend_string(&d->machine, patch->machine);
        return r;
}

static int amend_interpreters(struct definition *d, const struct definition *patch) {
        interpreters_free(TAKE_PTR(d->interpreters));
        for (char **i = patch->interpreters; i && *i; i++) {
                int r = definition_add_interpreter(d, *i);

                if (r < 0)
                        return r;
        }
        return 0;
}

static void amend_flags(struct definition *d, const struct definition *patch) {
        static const struct {
                enum definition_field field;
                enum entry_flags flag;
        } map[] = {
                { FIELD_PRESERVE_ARGV0, ENTRY_PRESERVE_ARGV0 },
                { FIELD_OPEN_BINARY, ENTRY_OPEN_BINARY },
                { FIELD_CREDENTIALS, ENTRY_CREDENTIALS },
                { FIELD_FIX_BINARY, ENTRY_FIX_BINARY },
        };

        /* An O that only C brought along goes with it. */
        if (patch->set & FIELD_CREDENTIALS && !(d->set & FIELD_OPEN_BINARY))
                d->flags &= ~(unsigned) ENTRY_OPEN_BINARY;
        for (size_t i = 0; i < ELEMENTSOF(map); i++)
                if (patch->set & map[i].field)
                        d->flags = (d->flags & ~(unsigned) map[i].flag) | (patch->flags & map[i].flag);
        if (d->flags & ENTRY_CREDENTIALS)
                d->flags |= ENTRY_OPEN_BINARY;
}

int definition_amend(struct definition *d, const struct definition *patch) {
        int r = amend_strings(d, patch);

        if (r >= 0 && patch->set & FIELD_INTERPRETER)
                r = amend_interpreters(d, patch);
        if (r < 0)
                return r;

        amend_flags(d, patch);
        if (patch->set & FIELD_PATTERN) {
                pattern_unref(d->pattern);
                d->pattern = patch->pattern ? pattern_ref(patch->pattern) : NULL;
        }
        if (patch->set & FIELD_PRIORITY)
                d->priority = patch->priority;
        if (patch->set & FIELD_ENABLED)
                d->enabled = patch->enabled;
        if (patch->set & FIELD_ALLOW_NATIVE)
                d->allow_native = patch->allow_native;
        d->set |= patch->set;
        return 0;
}

static int copy_strings(struct definition *to, const struct definition *from) {
        int r = amend_string(&to->description, from->description);

        if (r >= 0)
                r = amend_string(&to->machine, from->machine);
        if (r >= 0)
                r = amend_string(&to->extra_flags, from->extra_flags);
        if (r >= 0)
                r = amend_string(&to->detector, from->detector);
        if (r >= 0)
                r = amend_string(&to->platform, from->platform);
        if (r >= 0)
                r = amend_string(&to->mistake, from->mistake);
        return r < 0 ? r : amend_interpreters(to, from);
}

int definition_copy(const struct definition *d, struct definition **ret) {
        _cleanup_(definition_freep) struct definition *copy = NULL;
        int r = definition_new(d->name, d->source, definition_location(d), &copy);

        if (r >= 0)
                r = copy_strings(copy, d);
        if (r < 0)
                return r;
        copy->pattern = d->pattern ? pattern_ref(d->pattern) : NULL;
        copy->set = d->set;
        copy->flags = d->flags;
        copy->priority = d->priority;
        copy->rank = d->rank;
        copy->enabled = d->enabled;
        copy->allow_native = d->allow_native;
        copy->invalid = d->invalid;
        copy->misread = d->misread;

        *ret = TAKE_PTR(copy);
        return 0;
}

const char *definition_field_name(size_t i) {
        static const char *const names[] = {
                "Description", "pattern",   "Interpreter", "PreserveArgv0", "OpenBinary",
                "Credentials", "FixBinary", "Flags",       "Detector",      "Platform",
                "Priority",    "Enabled",   "AllowNative",
        };

        return i < ELEMENTSOF(names) ? names[i] : NULL;
}

const char *source_kind_name(enum source_kind kind) {
        static const char *const names[] = {
                [SOURCE_ADDED] = "added",
                [SOURCE_BINFMTD] = "binfmtd",
                [SOURCE_BINFMT_D] = "binfmt.d",
                [SOURCE_BINFMTS_ADMIN] = "binfmt-support (admin)",
                [SOURCE_BINFMTS] = "binfmt-support",
        };

        return names[kind];
}
