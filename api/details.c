/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/details.h"

static json_t *json_states(const size_t counts[static _FORMAT_STATE_MAX]) {
        json_auto_t *states = json_object();

        for (enum format_state i = 0; states && i < _FORMAT_STATE_MAX; i++)
                if (json_object_set_new(states, format_state_name(i), json_integer((json_int_t) counts[i])) <
                    0)
                        return NULL;
        return TAKE_PTR(states);
}

json_t *json_status(const struct report *report, const struct options *options, uint64_t device) {
        const char *why = NULL, *hint = NULL;
        size_t counts[_FORMAT_STATE_MAX];

        report_count_states(report, counts);
        if (report->unavailable < 0)
                why = kernel_error_sentence(report->unavailable, &hint);
        return json_pack("{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:I, s:o, s:I, s:I, s:I}", "version",
                         PACKAGE_VERSION, "root", json_text(*options->root ? options->root : NULL),
                         "instance", json_text(options->instance), "device",
                         device > 0 ? json_integer((json_int_t) device) : json_null(), "available", !why,
                         "reason", json_text(why), "hint", json_text(hint), "enabled",
                         !why && !report->switched_off, "formats", (json_int_t) report->formats.n, "states",
                         json_states(counts), "pendingChanges",
                         (json_int_t) plan_count_pending(&report->plan), "errors",
                         (json_int_t) diagnostics_count(&report->diagnostics, SEVERITY_ERROR), "warnings",
                         (json_int_t) diagnostics_count(&report->diagnostics, SEVERITY_WARNING));
}

static json_t *json_definitions(const struct report *report, const char *name) {
        json_auto_t *array = json_array();
        struct definition **all;
        size_t n;

        catalog_find(&report->catalog, name, &all, &n);
        for (size_t i = 0; array && i < n; i++)
                if (json_push(array, json_definition(all[i])) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

static json_t *json_fields(unsigned set) {
        json_auto_t *array = json_array();
        const char *name;

        for (size_t i = 0; array && (name = definition_field_name(i)); i++)
                if (set & 1u << i && json_push(array, json_string(name)) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

static json_t *json_overrides(const struct report *report, const char *name) {
        const struct catalog *c = &report->catalog;
        json_auto_t *array = json_array();

        for (size_t i = definitions_seek(c->overrides, c->n_overrides, name);
             array && definitions_have(c->overrides, c->n_overrides, i, name); i++) {
                const struct definition *o = c->overrides[i];

                if (json_push(array, json_pack("{s:o, s:i, s:o, s:b}", "file", json_text(o->file), "line",
                                               (int) o->line, "keys", json_fields(o->set), "invalid",
                                               (int) o->invalid)) < 0)
                        return NULL;
        }
        return TAKE_PTR(array);
}

static json_t *json_interpreters(const struct report *report, const struct format *f) {
        json_auto_t *array = json_array();
        char **path = f->definition ? f->definition->interpreters : NULL;

        for (; array && path && *path; path++) {
                const struct interpreter *i;

                if (prober_look(report->prober, *path, &i) < 0 ||
                    json_push(array, json_interpreter(i, i == f->interpreter)) < 0)
                        return NULL;
        }
        return TAKE_PTR(array);
}

json_t *json_details(const struct report *report, const struct format *f) {
        size_t n, position = report_position(report, f, &n);

        return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "format", json_format(f), "definitions",
                         json_definitions(report, f->name), "overrides", json_overrides(report, f->name),
                         "interpreters", json_interpreters(report, f), "diagnostics",
                         json_diagnostics(&report->diagnostics, f->name), "position",
                         position > 0 ? json_integer((json_int_t) position) : json_null(), "positions",
                         position > 0 ? json_integer((json_int_t) n) : json_null());
}
