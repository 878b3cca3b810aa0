/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One name with all that is known of it: the definition, what should stand in the kernel, what does stand
 * there, and the state that follows. The unit of every report. */

#include "model/base/diagnostic.h"
#include "model/base/text.h"
#include "model/format/definition.h"
#include "model/format/entry.h"
#include "model/format/interpreter.h"

enum format_state {
        FORMAT_REGISTERED,  /* the kernel holds what the definition wants */
        FORMAT_PENDING,     /* will be registered (a dry run, or before apply) */
        FORMAT_DISABLED,    /* Enabled=no */
        FORMAT_INACTIVE,    /* no interpreter is there (yet) */
        FORMAT_SHADOWED,    /* a better-ranked definition has the same pattern */
        FORMAT_SHARED,      /* the entry of a better-ranked one of the same pattern asks its detector too */
        FORMAT_STALE,       /* the definition is no longer valid; the entry of before still works */
        FORMAT_INVALID,     /* the definition is not usable */
        FORMAT_REFUSED,     /* usable, but dangerous: the host guard */
        FORMAT_FAILED,      /* the kernel refused it */
        FORMAT_CONTENDED,   /* somebody keeps removing it */
        FORMAT_UNAVAILABLE, /* there is no instance to register in */
        FORMAT_FOREIGN,     /* an entry of somebody else, without a definition */
        _FORMAT_STATE_MAX,
};

struct format {
        const char *name;
        struct definition *definition; /* NULL: no definition. Borrowed from the catalog */
        const struct interpreter
                        *interpreter; /* the one chosen; NULL: none is there. Borrowed from the prober */
        const struct interpreter *dispatcher; /* what runs in the interpreter's place and asks the detector,
                                                 if the definition has one. Borrowed likewise */
        struct entry *want; /* what should stand in the kernel; NULL: nothing, or what is there. Owned */
        struct entry *have; /* what stood there when the pass began, or by a keeper's last knowledge stands
                               there; NULL. Owned */
        uint64_t serial;    /* of `have` in the table: what was registered later has a higher one */
        const struct format *shadowed_by; /* with FORMAT_SHADOWED and FORMAT_SHARED */
        char *reason; /* why it is in this state, a sentence; NULL where the state says all. Owned */
        enum format_state state;
        int error;             /* with FORMAT_FAILED: negative errno */
        bool keep;             /* leave `have` as it is, whatever `want` says */
        bool may_take_natives; /* with `want`: native programs may match it, so the canary is asked */
        bool drifted;          /* somebody else undid what we had done */
        bool contended;        /* leave it to somebody else, who wins */

        bool unannounced; /* nobody was told of it before the news of this pass */

        struct diagnostics said; /* what resolving, validating and deciding had to say. Owned */

        /* Scratch space of the steps that a format goes through; each part belongs to one module. */
        struct {
                uint32_t job, rank;             /* model/plan/plan */
                uint32_t overlap_key;           /* model/plan/overlap: its index */
                uint32_t hash;                  /* model/plan/rank: of the pattern */
                struct format *next_of_pattern; /* model/plan/rank */
        } plan;
        struct {
                uint64_t told;   /* format_digest() when subscribers were last told of it; 0: never */
                bool is_new;     /* since the last pass */
                bool dirty;      /* it is on the worklist of the running pass */
                bool unfinished; /* its last change did not come to its end */
        } keeper;
};

/* `name` is copied. NULL if there is no memory. */
struct format *format_new(const char *name);
struct format *format_free(struct format *f); /* returns NULL */
DEFINE_CLEANUP(struct format *, format_free);

/* Owns the formats, each of which stays where it is in memory. */
struct formats {
        struct format **items; /* sorted by name */
        size_t n;
};

void formats_clear(struct formats *f);

/* By name, or NULL. */
struct format *formats_find(const struct formats *f, const char *name);

/* The first index whose name is not less. */
size_t formats_seek(const struct formats *f, const char *name);

/* By name, made if there was none. 0 or -ENOMEM. */
int formats_obtain(struct formats *f, const char *name, struct format **ret);

/* Takes it out and hands it over; NULL if there is none. */
struct format *formats_take(struct formats *f, const char *name);

/* "registered", "disabled" … */
const char *format_state_name(enum format_state state);

/* Tables, show and JSON say the same of a format, since all ask the functions below: each knows in which
 * order it looks at what is declared, what is wanted and what the kernel holds. */

/* The definition's pattern, else that of the kernel's entry; NULL if neither can be read. Borrowed. */
const struct pattern *format_pattern(const struct format *f);

/* The interpreter that runs (or would run) such files: the one that is wanted, else the one that the kernel
 * holds, else the first that is declared. NULL if there is none. Borrowed. */
const char *format_interpreter(const struct format *f);

/* Appends the letters of the flags: those that are wanted, else those that the kernel holds, else those that
 * are declared. */
void format_append_flags(const struct format *f, struct text *t);

/* Appends the pattern in words, or that it cannot be read. */
void format_append_matches(const struct format *f, struct text *t);

/* The reason for its state, or NULL if the state says all. Borrowed. */
const char *format_why(const struct format *f);

/* A digest of all that reports say of the format: whoever remembers it can tell whether there is anything
 * new to report. Never 0. */
uint64_t format_digest(const struct format *f);
