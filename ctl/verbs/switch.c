/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl enable and disable: formats switched on and off for good, or until the next boot. All that are
 * named, or none. */

#include "engine/read/switch.h"
#include "api/json.h"
#include "ctl/fields.h"
#include "ctl/name-args.h"
#include "ctl/take-effect.h"

#include <errno.h>
#include <stdio.h>

static bool is_declared(const json_t *format) {
        return field_is_said(format, "source");
}

/* Those that can be switched. What is foreign is passed by where a glob means it, and refused where it is
 * named. 0, or -EINVAL after complaining. */
static int choose(const struct context *c, const json_t *chosen, char *const *words, json_t *ret) {
        const json_t *f;
        bool refused = false;
        size_t i;

        json_array_foreach(chosen, i, f) {
                const char *name = field_string(f, "name");

                if (is_declared(f) && api_push(ret, json_incref((json_t *) f)) < 0)
                        return complain_errno(c, -ENOMEM, "cannot choose formats"), -ENOMEM;
                if (!is_declared(f) && name_args_read(words, name)) {
                        complain_not_declared(c, name);
                        refused = true;
                }
        }
        if (!refused && json_array_size(ret) == 0) {
                complain(c, "binfmtctl save makes the entries of others ours",
                         "nothing that is declared is meant");
                refused = true;
        }
        return refused ? -EINVAL : 0;
}

static json_t *names_of(const json_t *formats) {
        json_auto_t *names = json_array();
        const json_t *f;
        size_t i;

        json_array_foreach(formats, i,
                           f) if (api_push(names, json_incref(json_object_get(f, "name"))) < 0) return NULL;
        return TAKE_PTR(names);
}

static int switch_there(struct snapshot *a, const json_t *formats, bool enabled, json_t **ret) {
        json_t *reply = NULL;
        int r = client_call(a->client, enabled ? "Enable" : "Disable",
                            json_pack("{s:o, s:b}", "names", names_of(formats), "runtime",
                                      (int) a->context->runtime),
                            &reply);

        if (r >= 0)
                *ret = json_incref(json_object_get(reply, "formats"));
        return r;
}

/* Their names as they are, which JSON may have escaped: the formats stand in the pass's order. */
static size_t find_names(const struct snapshot *a, const json_t *formats, const char **ret) {
        size_t n = 0;

        for (size_t i = 0; i < a->pass.formats.n; i++) {
                const json_t *format = json_array_get(a->formats, i), *f;
                size_t k;

                json_array_foreach(formats, k, f) if (f == format) ret[n++] = a->pass.formats.items[i]->name;
        }
        return n;
}

static int switch_here(const struct snapshot *a, const json_t *formats, bool enabled, json_t **ret) {
        const struct context *c = a->context;
        _cleanup_free_ const char **names = calloc(json_array_size(formats) + 1, sizeof *names);
        struct switches s = { .names = names, .enabled = enabled, .runtime = c->runtime };
        json_auto_t *became = json_array();
        int r;

        if (!names || !became)
                return complain_errno(c, -ENOMEM, "cannot switch formats"), -ENOMEM;
        s.n = find_names(a, formats, names);
        for (size_t i = 0; i < s.n; i++)
                if (!switch_can_name(names[i]))
                        return complain_cannot_be_named(c, names[i]), -EINVAL;
        r = switch_formats(c->options.root, &a->pass.catalog, &s);
        if (r < 0)
                return complain_cannot_write(c, s.runtime ? SWITCH_PATH_RUNTIME : SWITCH_PATH_LASTING, r), r;
        r = take_effect_here(a, names, s.n, became);
        if (r >= 0)
                *ret = TAKE_PTR(became);
        return r;
}

static int flip(const struct context *c, char **words, bool enabled) {
        _cleanup_(snapshot_clear) struct snapshot a = { 0 };
        json_auto_t *chosen = NULL, *declared = json_array(), *became = NULL;
        bool missing = false;
        int r;

        if (snapshot_get(c, &a) < 0)
                return EXIT_FAILURE;
        r = declared ? name_args_formats(c, a.formats, words, &chosen, &missing) : -ENOMEM;
        if (r < 0)
                return complain_errno(c, r, "cannot choose formats");
        if (missing || choose(c, chosen, words, declared) < 0)
                return EXIT_FAILURE;
        r = a.client ? switch_there(&a, declared, enabled, &became)
                     : switch_here(&a, declared, enabled, &became);
        return r < 0 ? EXIT_FAILURE : take_effect_print(&a, became, enabled ? "enabled" : "disabled");
}

int verb_enable(struct context *c, int argc, char **argv) {
        (void) argc;
        return flip(c, argv, true);
}

int verb_disable(struct context *c, int argc, char **argv) {
        (void) argc;
        return flip(c, argv, false);
}
