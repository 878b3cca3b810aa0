/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/json.h"
#include "model/base/hex.h"
#include "model/base/quote.h"
#include "model/format/format.h"

#include <errno.h>

json_t *api_taken(struct text *t) {
        _cleanup_free_ char *s = text_take(t);

        return s ? json_string(s) : NULL;
}

json_t *api_text(const char *string) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (!string)
                return json_null();
        quote_as_utf8(&t, string);
        return api_taken(&t);
}

json_t *api_bytes(const uint8_t *bytes, size_t n) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (!bytes)
                return json_null();
        hex_append(&t, bytes, n);
        return api_taken(&t);
}

json_t *api_pattern(const struct pattern *p) {
        if (!p)
                return json_null();
        if (p->type == PATTERN_EXTENSION)
                return json_pack("{s:s, s:o}", "type", "extension", "extension",
                                 api_text((const char *) p->data));
        return json_pack("{s:s, s:i, s:o, s:o}", "type", "magic", "offset", (int) p->offset, "magic",
                         api_bytes(pattern_magic(p), p->size), "mask", api_bytes(pattern_mask(p), p->size));
}

static json_t *flags_to_json(unsigned flags, const char *extra) {
        _cleanup_(text_clear) struct text t = { 0 };
        char letters[5];

        entry_flags_format(flags, letters);
        text_append(&t, letters);
        if (extra)
                text_append(&t, extra);
        return api_taken(&t);
}

json_t *api_entry(const struct entry *e) {
        if (!e)
                return json_null();
        return json_pack("{s:b, s:b, s:o, s:o, s:o}", "ours", (int) e->ours, "enabled", (int) e->enabled,
                         "interpreter", api_text(e->interpreter), "flags",
                         flags_to_json(e->flags, e->extra_flags), "pattern", api_pattern(e->pattern));
}

static json_t *strings_to_json(char *const *strings) {
        json_auto_t *array = json_array();

        for (; array && strings && *strings; strings++)
                if (api_push(array, api_text(*strings)) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

json_t *api_definition(const struct definition *d) {
        return json_pack("{s:o, s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:b, s:b, s:b}", "file",
                         api_text(d->file), "line", (int) d->line, "source", source_kind_name(d->source),
                         "description", api_text(d->description), "machine", api_text(d->machine), "pattern",
                         api_pattern(d->pattern), "interpreters", strings_to_json(d->interpreters), "flags",
                         flags_to_json(d->flags, d->extra_flags), "detector", api_text(d->detector),
                         "platform", api_text(d->platform), "priority", d->priority, "enabled",
                         (int) d->enabled, "allowNative", (int) d->allow_native, "invalid",
                         (int) d->invalid);
}

json_t *api_interpreter(const struct interpreter *i, bool used) {
        return json_pack("{s:o, s:o, s:b, s:b, s:o, s:o, s:o}", "path", api_text(i->path), "registeredAs",
                         api_text(i->registered), "usable", i->error == 0, "used", (int) used, "error",
                         api_text(interpreter_error_words(i->error)), "kind",
                         api_text(i->error < 0 ? NULL : interpreter_kind_name(i->kind)), "needs",
                         api_text(i->needs));
}

json_t *api_format(const struct format *f) {
        _cleanup_(text_clear) struct text matches = { 0 }, flags = { 0 };
        const struct definition *d = f->definition;

        format_append_matches(f, &matches);
        format_append_flags(f, &flags);
        return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                         "name", api_text(f->name), "state", format_state_name(f->state), "reason",
                         api_text(format_why(f)), "description", api_text(d ? d->description : NULL),
                         "matches", api_taken(&matches), "pattern", api_pattern(format_pattern(f)),
                         "interpreter", api_text(format_interpreter(f)), "flags", api_taken(&flags),
                         "machine", api_text(d ? d->machine : NULL), "platform",
                         api_text(d ? d->platform : NULL), "priority",
                         d ? json_integer(d->priority) : json_null(), "source",
                         api_text(d ? source_kind_name(d->source) : NULL), "file",
                         api_text(d ? d->file : NULL), "line", d ? json_integer(d->line) : json_null(),
                         "kernel", api_entry(f->have));
}

json_t *api_formats(const struct format *const *formats, size_t n) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < n; i++)
                if (api_push(array, api_format(formats[i])) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

json_t *api_diagnostics(const struct diagnostics *d, const char *name) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < d->n; i++) {
                const struct diagnostic *item = &d->items[i];

                if (name && !streq_ptr(name, item->name))
                        continue;
                if (api_push(array, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "severity",
                                              severity_name(item->severity), "code", item->code, "file",
                                              api_text(item->file), "line",
                                              item->line > 0 ? json_integer(item->line) : json_null(),
                                              "name", api_text(item->name), "message",
                                              api_text(item->message), "hint", api_text(item->hint))) < 0)
                        return NULL;
        }
        return TAKE_PTR(array);
}

int api_push(json_t *array, json_t *value) {
        return json_array_append_new(array, value) < 0 ? -ENOMEM : 0;
}

int api_print(json_t *j) {
        json_auto_t *owned = j;

        if (!owned)
                return -ENOMEM;
        if (json_dumpf(owned, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY) < 0)
                return -EIO;
        putchar('\n');
        return 0;
}
