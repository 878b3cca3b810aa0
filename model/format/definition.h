/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A binary format as configured: what one section of a drop-in, one line of a binfmt.d file or one
 * binfmt-support file says. Overrides are definitions too, of which only the fields in `set` count. */

#include "model/base/diagnostic.h"
#include "model/format/pattern.h"
#include "model/format/registration.h"

/* The kinds of sources, the strongest first: for one name, the lower value wins. */
enum source_kind {
        SOURCE_ADDED,         /* named on the command line: exec --add */
        SOURCE_BINFMTD,       /* binfmtd/conf.d */
        SOURCE_BINFMT_D,      /* systemd's binfmt.d */
        SOURCE_BINFMTS_ADMIN, /* binfmt-support's /var/lib/binfmts */
        SOURCE_BINFMTS,       /* binfmt-support's /usr/share/binfmts */
};

/* Which fields a text gave. The pattern's four keys stand together. */
enum definition_field {
        FIELD_DESCRIPTION = 1 << 0,
        FIELD_PATTERN = 1 << 1, /* Machine=, or Magic= with Mask= and Offset=, or Extension= */
        FIELD_INTERPRETER = 1 << 2,
        FIELD_PRESERVE_ARGV0 = 1 << 3,
        FIELD_OPEN_BINARY = 1 << 4,
        FIELD_CREDENTIALS = 1 << 5,
        FIELD_FIX_BINARY = 1 << 6,
        FIELD_EXTRA_FLAGS = 1 << 7,
        FIELD_DETECTOR = 1 << 8,
        FIELD_PLATFORM = 1 << 9,
        FIELD_PRIORITY = 1 << 10,
        FIELD_ENABLED = 1 << 11,
        FIELD_ALLOW_NATIVE = 1 << 12,
};

struct definition {
        char *name;
        char *description;       /* NULL: none */
        struct pattern *pattern; /* NULL: none given, or not valid */
        char *machine;           /* the name given in Machine=; NULL */
        char **interpreters;     /* NULL-terminated, best first; NULL: none */
        char *extra_flags;       /* Flags=: letters passed on that this release does not know; NULL */
        char *detector;          /* NULL: none */
        char *platform;          /* "linux/arm64"; NULL */
        char *file;              /* where it stands, as shown to people; never NULL */
        unsigned line;           /* of the section header, or of the line; from 1 */
        unsigned set;            /* enum definition_field */
        unsigned flags;          /* enum entry_flags; C implies O */
        int priority;            /* 0 unless given */
        enum source_kind source;
        unsigned rank; /* among files of one source: higher wins for one name; of equals, the later basename
                        */
        bool enabled;  /* true unless given */
        bool allow_native;
        bool invalid;                /* an error-level diagnostic was reported about it */
        bool misread;                /* and that was when it was read, not when it was validated */
        char *mistake;               /* the first such message, as far as it is known; NULL */
        struct definition *pristine; /* what it was before overrides amended it; NULL: none did. Owned */
        struct definition *next;     /* of the same file; borrowed, for who keeps files */
};

/* Allocates an empty definition with the defaults above; copies name and file. 0 or -ENOMEM. */
int definition_new(const char *name, enum source_kind source, struct location at, struct definition **ret);

struct definition *definition_free(struct definition *d); /* returns NULL */
DEFINE_CLEANUP(struct definition *, definition_free);

/* A copy that shares nothing but the pattern, and belongs to no file's list. 0 or -ENOMEM. */
int definition_copy(const struct definition *d, struct definition **ret);

/* Remembers the first error about d among the diagnostics from index `from` on, unless one is known. 0 or
 * -ENOMEM. */
int definition_note_mistake(struct definition *d, const struct diagnostics *diagnostics, size_t from);

/* Appends a copy of the path to the interpreters. 0 or -ENOMEM. */
int definition_add_interpreter(struct definition *d, const char *path);

/* Copies the fields in patch->set over those of d (an override). Owns nothing of patch afterwards. 0 or
 * -ENOMEM. */
int definition_amend(struct definition *d, const struct definition *patch);

/* Does a program decide whether a file is meant? */
static inline bool definition_has_detector(const struct definition *d) {
        return d->detector && *d->detector;
}

/* The programs that it needs, one by one: its interpreters, then the detector; NULL past the end. */
const char *definition_program(const struct definition *d, size_t index);

static inline struct location definition_location(const struct definition *d) {
        return (struct location){ .file = d->file, .line = d->line };
}

/* The name under which people know bit i of definition.set: the key, or "pattern"; NULL past the last. */
const char *definition_field_name(size_t i);

/* "binfmtd", "binfmt.d", "binfmt-support (admin)" … */
const char *source_kind_name(enum source_kind kind);
