/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/format.h"
#include "model/base/hash.h"
#include "model/base/search.h"
#include "model/format/describe.h"

#include <errno.h>

/* The name is stored behind the struct, in one allocation: there are many formats, and most names are short.
 */
struct format *format_new(const char *name) {
        size_t n = strlen(name) + 1;
        struct format *f = calloc(1, sizeof *f + n);

        if (!f)
                return NULL;
        f->name = memcpy(f + 1, name, n);
        f->keeper.is_new = true;
        return f;
}

struct format *format_free(struct format *f) {
        if (!f)
                return NULL;
        entry_free(f->want);
        entry_free(f->have);
        free(f->reason);
        diagnostics_clear(&f->said);
        free(f);
        return NULL;
}

void formats_clear(struct formats *f) {
        for (size_t i = 0; i < f->n; i++)
                format_free(f->items[i]);
        free(f->items);
        *f = (struct formats){ 0 };
}

size_t formats_seek(const struct formats *f, const char *name) {
        /* Names mostly come in order. */
        if (f->n > 0 && strcmp(f->items[f->n - 1]->name, name) < 0)
                return f->n;
        return LOWER_BOUND(i, f->n, strcmp(f->items[i]->name, name) < 0);
}

struct format *formats_find(const struct formats *f, const char *name) {
        size_t i = formats_seek(f, name);

        return i < f->n && streq(f->items[i]->name, name) ? f->items[i] : NULL;
}

int formats_obtain(struct formats *f, const char *name, struct format **ret) {
        size_t i = formats_seek(f, name);
        struct format *new;

        if (i < f->n && streq(f->items[i]->name, name)) {
                *ret = f->items[i];
                return 0;
        }
        if (!ARRAY_GROW(f->items, f->n) || !(new = format_new(name)))
                return -ENOMEM;
        memmove(f->items + i + 1, f->items + i, (f->n++ - i) * sizeof *f->items);
        *ret = f->items[i] = new;
        return 0;
}

struct format *formats_take(struct formats *f, const char *name) {
        size_t i = formats_seek(f, name);
        struct format *found;

        if (i == f->n || !streq(f->items[i]->name, name))
                return NULL;
        found = f->items[i];
        memmove(f->items + i, f->items + i + 1, (--f->n - i) * sizeof *f->items);
        return found;
}

const char *format_state_name(enum format_state state) {
        static const char *const names[_FORMAT_STATE_MAX] = {
                [FORMAT_REGISTERED] = "registered", [FORMAT_PENDING] = "pending",
                [FORMAT_DISABLED] = "disabled",     [FORMAT_INACTIVE] = "inactive",
                [FORMAT_SHADOWED] = "shadowed",     [FORMAT_SHARED] = "shared",
                [FORMAT_STALE] = "stale",           [FORMAT_INVALID] = "invalid",
                [FORMAT_REFUSED] = "refused",       [FORMAT_FAILED] = "failed",
                [FORMAT_CONTENDED] = "contended",   [FORMAT_UNAVAILABLE] = "unavailable",
                [FORMAT_FOREIGN] = "foreign",
        };

        return names[state];
}

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

/* Digests the pattern as it was written, since reports show that. */
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
        /* The kernel's bytes may differ from the definition's where the patterns are equal. */
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
