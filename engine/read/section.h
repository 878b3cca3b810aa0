/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One [section] of a drop-in, taken key by key until it is a definition. This module knows what the keys
 * mean; ini.c knows what a line is. */

#include "engine/read/readers.h"

enum section_key {
        SECTION_DESCRIPTION,
        SECTION_MACHINE,
        SECTION_MAGIC,
        SECTION_MASK,
        SECTION_OFFSET,
        SECTION_EXTENSION,
        SECTION_INTERPRETER,
        SECTION_FIX_BINARY,
        SECTION_PRESERVE_ARGV0,
        SECTION_OPEN_BINARY,
        SECTION_CREDENTIALS,
        SECTION_PRIORITY,
        SECTION_PLATFORM,
        SECTION_ENABLED,
        SECTION_FLAGS,
        SECTION_DETECTOR,
        SECTION_ALLOW_NATIVE,
        _SECTION_KEY_MAX,
};

struct section {
        const struct reader_input *in;
        struct diagnostics *diagnostics;
        bool override;
        struct definition *definition;    /* NULL: its keys are skipped */
        size_t n_keys;                    /* key lines, good or bad */
        unsigned lines[_SECTION_KEY_MAX]; /* where each key stood last; 0: not given */
        char *values[_SECTION_KEY_MAX]; /* the texts of the pattern's keys, which only make sense together */
};

/* Reports a mistake in the section that `s` is in: it will be invalid. */
#define section_error(s, line, code, hint, ...)                                                             \
        ((s)->definition->invalid = true,                                                                   \
         diagnostics_add((s)->diagnostics, SEVERITY_ERROR, code, (struct location){ (s)->in->file, line },  \
                         (s)->definition->name, hint, __VA_ARGS__))

#define section_warning(s, line, code, hint, ...)                                                           \
        diagnostics_add((s)->diagnostics, SEVERITY_WARNING, code, (struct location){ (s)->in->file, line }, \
                        (s)->definition->name, hint, __VA_ARGS__)

/* Begins a section, of a name that was found usable, while no other is open. 0 or -ENOMEM. */
int section_begin(struct section *s, const char *name, unsigned line);

/* Takes one key line of the open section. 0 or -ENOMEM. */
int section_set(struct section *s, const char *key, const char *value, unsigned line);

/* Ends the open section, if there is one, and adds it to the catalog; an override without keys amends
 * nothing and is dropped. 0 or -ENOMEM. */
int section_end(struct section *s, struct catalog *catalog);

/* Frees a section that was not ended. */
void section_clear(struct section *s);
