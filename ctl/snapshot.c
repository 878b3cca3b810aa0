/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/snapshot.h"
#include "api/details.h"
#include "ctl/fields.h"
#include "ctl/render.h"
#include "engine/pass/interpreters.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static bool is_format(const json_t *format) {
        return field_string(format, "name") && field_string(format, "state");
}

static int snapshot_fail(const struct snapshot *s, int error) {
        complain_errno(s->context, error, "cannot find out what is registered");
        return error;
}

/* Each reply holds one format; a single reply without one says that there are none. */
static int ask_formats(struct snapshot *s) {
        int r = client_begin(s->client, "List");

        s->formats = json_array();
        if (!s->formats)
                return snapshot_fail(s, -ENOMEM);
        for (int more = 1; r >= 0 && more;) {
                json_t *reply, *format;

                more = r = client_next(s->client, &reply);
                if (r < 0)
                        break;
                format = json_object_get(reply, "format");
                if (!format || json_is_null(format))
                        continue;
                if (!is_format(format))
                        return snapshot_fail(s, -EBADMSG);
                if (api_push(s->formats, json_incref(format)) < 0)
                        return snapshot_fail(s, -ENOMEM);
        }
        return r;
}

static int snapshot_make_pass(struct snapshot *s) {
        const struct options *options = &s->context->options;
        int r = context_plan(s->context, &s->pass, NULL);

        if (r < 0)
                return r;
        s->status = api_status(&s->pass, options,
                               s->pass.unavailable < 0 ? 0 : instance_device(options->instance));
        s->formats = api_formats((const struct format *const *) s->pass.formats.items, s->pass.formats.n);
        return s->status && s->formats ? 0 : snapshot_fail(s, -ENOMEM);
}

static int snapshot_fill(const struct context *c, struct snapshot *s, bool formats) {
        int r;

        *s = (struct snapshot){ .context = c };
        r = client_find(c, &s->client, &s->why_not);
        if (r < 0)
                return r;
        if (!s->client)
                return snapshot_make_pass(s);
        s->status = json_incref(client_status(s->client));
        return formats ? ask_formats(s) : 0;
}

int snapshot_get(const struct context *c, struct snapshot *ret) {
        return snapshot_fill(c, ret, true);
}

int snapshot_get_status(const struct context *c, struct snapshot *ret) {
        return snapshot_fill(c, ret, false);
}

/* The details of our own pass; NULL if memory ran out. */
static json_t *describe_format(const struct snapshot *s, const char *name) {
        _cleanup_free_ const struct interpreter **interpreters = NULL;
        const struct format *f = NULL;

        for (size_t i = 0; i < s->pass.formats.n && !f; i++)
                if (streq_ptr(name, field_string(json_array_get(s->formats, i), "name")))
                        f = s->pass.formats.items[i];
        if (!f || interpreters_probe(s->pass.prober, f, &interpreters) < 0)
                return NULL;
        return api_details(&s->pass, f, interpreters);
}

int snapshot_show(struct snapshot *s, const char *name, json_t **ret) {
        json_t *details = NULL;
        int r;

        if (s->client) {
                r = client_call(s->client, "Show", json_pack("{s:s}", "name", name), &details);
                if (r < 0)
                        return r;
                json_incref(details);
        } else
                details = describe_format(s, name);
        if (!details)
                return snapshot_fail(s, -ENOMEM);
        if (!is_format(json_object_get(details, "format"))) {
                json_decref(details);
                return snapshot_fail(s, -EBADMSG);
        }
        *ret = details;
        return 0;
}

void snapshot_complain_unavailable(const struct snapshot *s) {
        const char *instance = field_string(s->status, "instance"), *why = field_string(s->status, "reason");

        if (!field_is_true(s->status, "available"))
                complain(s->context, field_string(s->status, "hint"), "%s: %s", instance ? instance : "",
                         why ? why : "unavailable");
}

void snapshot_append_teller(const struct snapshot *s, struct text *t) {
        if (s->client)
                text_append(t, "told by the daemon");
        else
                text_printf(t, "found out without the daemon: %s", s->why_not);
}

void snapshot_print_legend(const struct snapshot *s, size_t n_formats) {
        _cleanup_(text_clear) struct text t = { 0 };
        bool color = s->context->color_output;

        if (s->context->no_legend || s->context->json || !isatty(STDOUT_FILENO))
                return;
        text_append_count(&t, n_formats, "format");
        text_append(&t, ", ");
        snapshot_append_teller(s, &t);
        if (!t.failed)
                printf("\n%s%s%s\n", style_sequence(STYLE_FAINT, color), t.data,
                       style_sequence(STYLE_PLAIN, color));
}

void snapshot_clear(struct snapshot *s) {
        json_decref(s->status);
        json_decref(s->formats);
        client_free(s->client);
        free(s->why_not);
        pass_clear(&s->pass);
        *s = (struct snapshot){ 0 };
}
