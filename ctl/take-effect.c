/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/take-effect.h"
#include "api/json.h"
#include "ctl/fields.h"
#include "ctl/render.h"

#include <errno.h>
#include <stdio.h>

bool take_effect_is_wanted(const struct context *c) {
        return !*c->options.root || c->instance_given;
}

static int take_effect_fail(const struct context *c, int error) {
        complain_errno(c, error, "cannot have it take effect");
        return error;
}

int take_effect_here(const struct snapshot *s, const char *const *names, size_t n, json_t *ret) {
        const struct context *c = s->context;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_(table_freep) struct table *table = NULL;
        int r = context_plan(c, &pass, &table), why_not = context_why_not_change(c);

        if (r < 0)
                return r;
        if (why_not < 0)
                complain_unavailable(c, why_not);
        else if (table && take_effect_is_wanted(c))
                r = apply_plan(table, &pass.plan, &pass.result);
        for (size_t i = 0; r >= 0 && i < n; i++) {
                const struct format *f = formats_find(&pass.formats, names[i]);

                if (f)
                        r = api_push(ret, api_format(f));
        }
        return r < 0 ? take_effect_fail(c, r) : 0;
}

int take_effect(struct snapshot *s, const char *name, json_t *ret) {
        json_t *reply;
        int r;

        if (!s->client)
                return take_effect_here(s, &name, 1, ret);
        r = client_call(s->client, "Reload", json_object(), &reply);
        if (r >= 0)
                r = client_call(s->client, "Show", json_pack("{s:o}", "name", api_text(name)), &reply);
        if (r < 0)
                return r;
        r = api_push(ret, json_incref(json_object_get(reply, "format")));
        return r < 0 ? take_effect_fail(s->context, r) : 0;
}

static void take_effect_print_format(const struct context *c, const json_t *f) {
        const char *name = field_string(f, "name"), *state = field_string(f, "state");
        const char *reason = field_string(f, "reason");

        print_quoted(stdout, name ? name : "");
        printf(" is %s", style_sequence(state_style(state), c->color_output));
        print_quoted(stdout, state ? state : "");
        fputs(style_sequence(STYLE_PLAIN, c->color_output), stdout);
        if (reason) {
                fputs(": ", stdout);
                print_quoted(stdout, reason);
        }
        putchar('\n');
}

static void take_effect_print_summary(const struct snapshot *s, size_t n, const char *done) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append_count(&t, n, "format");
        text_printf(&t, " %s ", done);
        if (s->client)
                text_append(&t, "by the daemon");
        else
                text_printf(&t, "without the daemon: %s", s->why_not);
        if (!s->client && !take_effect_is_wanted(s->context))
                text_append(&t, "; nothing was registered, as no --binfmt-misc is");
        if (!t.failed)
                puts(t.data);
}

int take_effect_print(const struct snapshot *s, json_t *formats, const char *done) {
        const json_t *f;
        bool failed = false;
        size_t i;
        int r;

        json_array_foreach(formats, i, f) {
                failed = failed || streq_ptr(field_string(f, "state"), format_state_name(FORMAT_FAILED));
                if (!s->context->json)
                        take_effect_print_format(s->context, f);
        }
        if (s->context->json) {
                r = api_print(json_incref(formats));
                if (r < 0)
                        return complain_errno(s->context, r, "cannot print the formats");
        } else if (!s->context->no_legend)
                take_effect_print_summary(s, json_array_size(formats), done);
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
