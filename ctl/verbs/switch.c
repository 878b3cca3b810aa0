/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl enable and disable: switch formats on and off for good, or until the next boot. If one of them
 * cannot be switched, none is. */

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

/* Appends those that can be switched to `ret`. Foreign formats are passed over if a glob means them; to name
 * one in full is an error. 0, or negative errno after complaining. */
static int choose_declared(const struct context *c, const json_t *chosen, char *const *words, json_t *ret) {
        const json_t *f;
        bool refused = false;
        size_t i;

        json_array_foreach(chosen, i, f) {
                const char *name = field_string(f, "name");

                if (is_declared(f) && api_push(ret, json_incref((json_t *) f)) < 0)
                        return complain_errno(c, -ENOMEM, "cannot choose formats"), -ENOMEM;
                if (!is_declared(f) && name_args_have(words, name)) {
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

        json_array_foreach(formats, i, f) {
                if (api_push(names, json_incref(json_object_get(f, "name"))) < 0)
                        return NULL;
        }
        return TAKE_PTR(names);
}

/* The format with this name as the daemon tells it: JSON may have escaped it. */
static const struct format *find_told(const struct pass *pass, const char *told) {
        for (size_t i = 0; i < pass->formats.n; i++) {
                json_auto_t *name = api_text(pass->formats.items[i]->name);

                if (name && streq_ptr(json_string_value(name), told))
                        return pass->formats.items[i];
        }
        return NULL;
}

/* Writes what the daemon is about to be told, if this process may: the daemon's own view of /etc/binfmtd is
 * from its start. If that fails, or a format is not seen from here, it is the daemon that writes, or says
 * why it cannot. */
static void write_ahead(const struct snapshot *s, const json_t *formats, bool enabled) {
        _cleanup_free_ const char **names = calloc(json_array_size(formats) + 1, sizeof *names);
        struct switches switches = { .names = names, .enabled = enabled, .runtime = s->context->runtime };
        struct options options = s->context->options;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        const json_t *told;
        size_t i;

        if (!names || !client_shares_files(s->client, &options.root) || reconcile_read(&options, &pass) < 0)
                return;
        json_array_foreach(formats, i, told) {
                const struct format *f = find_told(&pass, field_string(told, "name"));

                if (!f || !f->definition)
                        return;
                names[switches.n++] = f->name;
        }
        (void) switch_formats(options.root, &pass.catalog, &switches);
}

static int switch_there(struct snapshot *s, const json_t *formats, bool enabled, json_t **ret) {
        json_t *reply = NULL;
        int r;

        write_ahead(s, formats, enabled);
        r = client_call(s->client, enabled ? "Enable" : "Disable",
                        json_pack("{s:o, s:b}", "names", names_of(formats), "runtime",
                                  (int) s->context->runtime),
                        &reply);

        if (r >= 0)
                *ret = json_incref(json_object_get(reply, "formats"));
        return r;
}

/* The names of the formats, from the pass: JSON may have escaped them. The pass and s->formats have the same
 * order. */
static size_t find_names(const struct snapshot *s, const json_t *formats, const char **ret) {
        size_t n = 0;

        for (size_t i = 0; i < s->pass.formats.n; i++) {
                const json_t *format = json_array_get(s->formats, i), *f;
                size_t k;

                json_array_foreach(formats, k, f) {
                        if (f == format)
                                ret[n++] = s->pass.formats.items[i]->name;
                }
        }
        return n;
}

static int switch_here(const struct snapshot *s, const json_t *formats, bool enabled, json_t **ret) {
        const struct context *c = s->context;
        _cleanup_free_ const char **names = calloc(json_array_size(formats) + 1, sizeof *names);
        struct switches switches = { .names = names, .enabled = enabled, .runtime = c->runtime };
        const char *path = c->runtime ? SWITCH_PATH_RUNTIME : SWITCH_PATH_LASTING;
        json_auto_t *became = json_array();
        int r;

        if (!names || !became)
                return complain_errno(c, -ENOMEM, "cannot switch formats"), -ENOMEM;
        switches.n = find_names(s, formats, names);
        for (size_t i = 0; i < switches.n; i++)
                if (!switch_can_name(names[i]))
                        return complain_cannot_be_named(c, names[i]), -EINVAL;
        r = switch_formats(c->options.root, &s->pass.catalog, &switches);
        if (r < 0)
                return complain_cannot_write(c, path, r), r;
        r = take_effect_here(s, names, switches.n, became);
        if (r >= 0)
                *ret = TAKE_PTR(became);
        return r;
}

static int enable_or_disable(const struct context *c, char **words, bool enabled) {
        _cleanup_(snapshot_clear) struct snapshot s = { 0 };
        json_auto_t *chosen = NULL, *declared = json_array(), *became = NULL;
        bool missing = false;
        int r;

        if (snapshot_get(c, &s) < 0)
                return EXIT_FAILURE;
        r = declared ? name_args_formats(c, s.formats, words, &chosen, &missing) : -ENOMEM;
        if (r < 0)
                return complain_errno(c, r, "cannot choose formats");
        if (missing || choose_declared(c, chosen, words, declared) < 0)
                return EXIT_FAILURE;
        r = s.client ? switch_there(&s, declared, enabled, &became)
                     : switch_here(&s, declared, enabled, &became);
        return r < 0 ? EXIT_FAILURE : take_effect_print(&s, became, enabled ? "enabled" : "disabled");
}

int verb_enable(struct context *c, int argc, char **argv) {
        (void) argc;
        context_settle_definitions(c);
        return enable_or_disable(c, argv, true);
}

int verb_disable(struct context *c, int argc, char **argv) {
        (void) argc;
        context_settle_definitions(c);
        return enable_or_disable(c, argv, false);
}
