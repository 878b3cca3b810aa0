/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/compose.h"
#include "model/base/quote.h"
#include "model/format/describe.h"

#include <errno.h>

#define FILE_NAME_MAX 200u /* bytes of a name in the name of its file */

static bool has_blank_end(const char *s) {
        return *s == '\0' || is_space(s[0]) || is_space(s[strlen(s) - 1]);
}

/* Does the value read back as it was written? A semicolon behind a blank is refused, as some readers begin a
 * comment there. */
static bool can_be_value(const char *value) {
        for (const char *p = strchr(value, ';'); p; p = strchr(p + 1, ';'))
                if (p > value && is_space(p[-1]))
                        return false;
        return !has_blank_end(value) && !strpbrk(value, "\r\n");
}

/* Within a comment the value is made harmless, and may be empty. */
static void append_key(struct text *t, bool comment, const char *key, const char *value) {
        text_printf(t, "%s%s=", comment ? "#" : "", key);
        if (comment)
                quote_for_terminal(t, value ? value : "");
        else
                text_append(t, value);
        text_append_char(t, '\n');
}

static void append_pattern(struct text *t, bool comment, const struct pattern *p) {
        struct text value = { 0 };

        if (p->type == PATTERN_EXTENSION) {
                append_key(t, comment, "Extension", (const char *) p->data);
                return;
        }
        if (p->offset > 0)
                text_printf(t, "%sOffset=%u\n", comment ? "#" : "", p->offset);
        append_magic(p, &value);
        append_key(t, comment, "Magic", value.data);
        text_clear(&value);
        if (!p->masked)
                return;
        append_mask(p, &value);
        append_key(t, comment, "Mask", value.data);
        text_clear(&value);
}

static const struct {
        const char *key;
        unsigned flag;
} flag_keys[] = {
        { "FixBinary", ENTRY_FIX_BINARY },
        { "PreserveArgv0", ENTRY_PRESERVE_ARGV0 },
        { "OpenBinary", ENTRY_OPEN_BINARY },
        { "Credentials", ENTRY_CREDENTIALS },
};

/* The reason why no file can say it; NULL if one can. */
static const char *entry_obstacle(const struct entry *e) {
        if (!e->pattern)
                return "its text in the kernel cannot be read unambiguously";
        if (has_blank_end(e->name) || strpbrk(e->name, "]\r\n"))
                return "no section of a file can have its name";
        if (!can_be_value(e->interpreter))
                return "the path of its interpreter cannot stand in a file";
        if (e->pattern->type == PATTERN_EXTENSION && !can_be_value((const char *) e->pattern->data))
                return "its extension cannot stand in a file";
        return NULL;
}

int compose_entry(const struct entry *e, struct text *t, const char **ret_why) {
        const char *why = entry_obstacle(e);
        unsigned flags = e->flags;

        if (why) {
                *ret_why = why;
                return -EINVAL;
        }
        /* O comes with C, and a reader would call it needless. */
        if (flags & ENTRY_CREDENTIALS)
                flags &= ~(unsigned) ENTRY_OPEN_BINARY;
        text_printf(t, "[%s]\n", e->name);
        append_pattern(t, false, e->pattern);
        append_key(t, false, "Interpreter", e->interpreter);
        for (size_t i = 0; i < ELEMENTSOF(flag_keys); i++)
                if (flags & flag_keys[i].flag)
                        append_key(t, false, flag_keys[i].key, "yes");
        if (e->extra_flags)
                append_key(t, false, "Flags", e->extra_flags);
        if (!e->enabled)
                append_key(t, false, "Enabled", "no");
        return t->failed ? -ENOMEM : 0;
}

static const char *yes_or_no(bool b) {
        return b ? "yes" : "no";
}

void compose_template(const struct definition *d, struct text *t) {
        text_printf(t, "[%s]\n", d->name);
        append_key(t, true, "Description", d->description);
        if (d->machine)
                append_key(t, true, "Machine", d->machine);
        else if (d->pattern)
                append_pattern(t, true, d->pattern);
        for (char **i = d->interpreters; i && *i; i++)
                append_key(t, true, "Interpreter", *i);
        for (size_t i = 0; i < ELEMENTSOF(flag_keys); i++)
                append_key(t, true, flag_keys[i].key, yes_or_no(d->flags & flag_keys[i].flag));
        append_key(t, true, "Flags", d->extra_flags);
        append_key(t, true, "Detector", d->detector);
        append_key(t, true, "Platform", d->platform);
        text_printf(t, "#Priority=%d\n", d->priority);
        append_key(t, true, "Enabled", yes_or_no(d->enabled));
        append_key(t, true, "AllowNative", yes_or_no(d->allow_native));
}

void compose_file_name(const char *name, struct text *t) {
        size_t n = strnlen(name, FILE_NAME_MAX);

        /* Readers skip files whose names begin with a dot. */
        text_append_char(t, *name == '.' ? '_' : *name);
        if (n > 1)
                text_append_bytes(t, name + 1, n - 1);
        text_append(t, ".conf");
}
