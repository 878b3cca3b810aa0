/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/details.h"

static json_t *states_to_json(const size_t counts[static _FORMAT_STATE_MAX]) {
        json_auto_t *states = json_object();

        for (enum format_state i = 0; states && i < _FORMAT_STATE_MAX; i++)
                if (json_object_set_new(states, format_state_name(i), json_integer((json_int_t) counts[i])) <
                    0)
                        return NULL;
        return TAKE_PTR(states);
}

json_t *api_status(const struct pass *pass, const struct options *options, uint64_t device) {
        const char *why = NULL, *hint = NULL;
        size_t counts[_FORMAT_STATE_MAX];

        pass_count_states(pass, counts);
        if (pass->unavailable < 0)
                why = table_error_sentence(pass->unavailable, &hint);
        return json_pack("{s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:I, s:o, s:I, s:I, s:I}", "version",
                         PACKAGE_VERSION, "root", api_text(*options->root ? options->root : NULL),
                         "instance", api_text(options->instance), "device",
                         device > 0 ? json_integer((json_int_t) device) : json_null(), "available", !why,
                         "reason", api_text(why), "hint", api_text(hint), "enabled",
                         !why && !pass->switched_off, "formats", (json_int_t) pass->formats.n, "states",
                         states_to_json(counts), "pendingChanges",
                         (json_int_t) plan_count_pending(&pass->plan), "errors",
                         (json_int_t) diagnostics_count(&pass->diagnostics, SEVERITY_ERROR), "warnings",
                         (json_int_t) diagnostics_count(&pass->diagnostics, SEVERITY_WARNING));
}

static json_t *definitions_to_json(const struct pass *pass, const char *name) {
        json_auto_t *array = json_array();
        struct definition **all;
        size_t n;

        catalog_find(&pass->catalog, name, &all, &n);
        for (size_t i = 0; array && i < n; i++)
                if (api_push(array, api_definition(all[i])) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

static json_t *fields_to_json(unsigned set) {
        json_auto_t *array = json_array();
        const char *name;

        for (size_t i = 0; array && (name = definition_field_name(i)); i++)
                if (set & 1u << i && api_push(array, json_string(name)) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

static json_t *overrides_to_json(const struct pass *pass, const char *name) {
        const struct catalog *c = &pass->catalog;
        json_auto_t *array = json_array();

        for (size_t i = definitions_seek(c->overrides, c->n_overrides, name);
             array && definitions_have(c->overrides, c->n_overrides, i, name); i++) {
                const struct definition *o = c->overrides[i];

                if (api_push(array, json_pack("{s:o, s:i, s:o, s:b}", "file", api_text(o->file), "line",
                                              (int) o->line, "keys", fields_to_json(o->set), "invalid",
                                              (int) o->invalid)) < 0)
                        return NULL;
        }
        return TAKE_PTR(array);
}

static json_t *interpreters_to_json(const struct interpreter *const *interpreters, const struct format *f) {
        json_auto_t *array = json_array();

        for (; array && *interpreters; interpreters++)
                if (api_push(array, api_interpreter(*interpreters, *interpreters == f->interpreter)) < 0)
                        return NULL;
        return TAKE_PTR(array);
}

json_t *api_details(const struct pass *pass, const struct format *f,
                    const struct interpreter *const *interpreters) {
        size_t n, position = pass_position(pass, f, &n);

        return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "format", api_format(f), "definitions",
                         definitions_to_json(pass, f->name), "overrides", overrides_to_json(pass, f->name),
                         "interpreters", interpreters_to_json(interpreters, f), "diagnostics",
                         api_diagnostics(&pass->diagnostics, f->name), "position",
                         position > 0 ? json_integer((json_int_t) position) : json_null(), "positions",
                         position > 0 ? json_integer((json_int_t) n) : json_null());
}
