/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/facts.h"
#include "model/base/hash.h"
#include "model/format/describe.h"
#include "model/format/escape.h"

#include <errno.h>

const struct pattern *format_pattern(const struct format *f) {
        if (f->definition && f->definition->pattern)
                return f->definition->pattern;
        return f->have ? f->have->pattern : NULL;
}

const char *format_interpreter(const struct format *f) {
        if (f->want)
                return f->want->interpreter;
        if (f->have)
                return f->have->interpreter;
        return f->definition && f->definition->interpreters ? f->definition->interpreters[0] : NULL;
}

void format_append_flags(const struct format *f, struct text *t) {
        const struct entry *e = f->want ? f->want : f->have;
        const char *extra = e ? e->extra_flags : f->definition ? f->definition->extra_flags : NULL;
        char letters[5];

        entry_flags_format(e ? e->flags : f->definition ? f->definition->flags : 0, letters);
        text_append(t, letters);
        if (extra)
                text_append(t, extra);
}

void format_append_matches(const struct format *f, struct text *t) {
        const struct pattern *p = format_pattern(f);

        if (p)
                describe_pattern(p, t);
        else
                text_append(t, f->definition ? "no valid pattern" : "unreadable text");
}

const char *format_why(const struct format *f) {
        if (f->reason)
                return f->reason;
        if (f->have && !f->have->enabled)
                return "the entry is switched off in the kernel";
        return NULL;
}

static uint64_t digest_text(uint64_t digest, const char *s) {
        return hash_string(digest + (s != NULL), s ? s : "");
}

static uint64_t digest_number(uint64_t digest, uint64_t n) {
        return hash_string(digest + n, "");
}

/* As it was written, not only what it matches. */
static uint64_t digest_pattern(uint64_t digest, const struct pattern *p) {
        size_t n = !p ? 0 : p->type == PATTERN_EXTENSION || !p->masked ? p->size : 2u * p->size;

        digest = digest_number(digest, p ? (uint64_t) p->offset << 32 | n : UINT64_MAX);
        for (size_t i = 0; i < n; i++)
                digest = digest_number(digest, p->data[i]);
        return digest;
}

static uint64_t digest_entry(uint64_t digest, const struct entry *e) {
        if (!e)
                return digest_number(digest, 0);
        digest = digest_number(digest, 1u | (uint64_t) e->enabled << 1 | (uint64_t) e->ours << 2 |
                                                       (uint64_t) e->flags << 3);
        digest = digest_text(digest, e->interpreter);
        digest = digest_text(digest, e->extra_flags);
        /* The kernel may be told an equal pattern in other bytes. */
        return digest_number(digest, e->pattern ? pattern_hash(e->pattern) : 0);
}

static uint64_t digest_definition(uint64_t digest, const struct definition *d) {
        if (!d)
                return digest_number(digest, 0);
        digest = digest_text(digest, d->description);
        digest = digest_text(digest, d->machine);
        digest = digest_text(digest, d->platform);
        digest = digest_text(digest, d->file);
        digest = digest_number(digest, d->line);
        digest = digest_number(digest, (uint64_t) d->priority);
        digest = digest_number(digest, d->source);
        digest = digest_number(digest, d->flags);
        digest = digest_text(digest, d->extra_flags);
        return digest_pattern(digest, d->pattern);
}

uint64_t format_digest(const struct format *f) {
        uint64_t digest = digest_number(0, f->state);

        digest = digest_text(digest, format_why(f));
        digest = digest_text(digest, format_interpreter(f));
        digest = digest_definition(digest, f->definition);
        digest = digest_entry(digest, f->want);
        digest = digest_entry(digest, f->have);
        return digest > 0 ? digest : 1;
}

void append_magic(const struct pattern *p, struct text *t) {
        if (p->type == PATTERN_MAGIC)
                escape_append(t, pattern_magic(p), p->size);
}

void append_mask(const struct pattern *p, struct text *t) {
        if (p->type == PATTERN_MAGIC && p->masked)
                escape_append(t, pattern_mask(p), p->size);
}

const char *interpreter_kind_name(enum interpreter_kind kind) {
        static const char *const names[] = {
                [INTERPRETER_OTHER] = "other",
                [INTERPRETER_ELF_STATIC] = "elf-static",
                [INTERPRETER_ELF_DYNAMIC] = "elf-dynamic",
                [INTERPRETER_SCRIPT] = "script",
        };

        return names[kind];
}

const char *interpreter_error_words(int error) {
        if (error == 0)
                return NULL;
        if (error == -ENOENT)
                return "not there";
        return error == -EACCES ? "not an executable file" : strerror(-error);
}

void append_interpreter_facts(const struct interpreter *i, struct text *t) {
        static const char *const words[] = {
                [INTERPRETER_OTHER] = "neither a program nor a script",
                [INTERPRETER_ELF_STATIC] = "statically linked",
                [INTERPRETER_ELF_DYNAMIC] = "dynamically linked",
                [INTERPRETER_SCRIPT] = "a script",
        };

        if (i->error < 0) {
                text_append(t, interpreter_error_words(i->error));
                return;
        }
        text_append(t, words[i->kind]);
        if (i->needs)
                text_printf(t, ", needs %s", i->needs);
}
