/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/snapshot.h"
#include "api/details.h"
#include "ctl/fields.h"
#include "ctl/render.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static bool is_format(const json_t *format) {
        return field_string(format, "name") && field_string(format, "state");
}

static int fail(const struct snapshot *a, int error) {
        complain_errno(a->context, error, "cannot find out what is registered");
        return error;
}

/* Takes them one by one; a reply without a format says that there are none. */
static int ask_formats(struct snapshot *a) {
        int r = client_begin(a->client, "List");

        a->formats = json_array();
        if (!a->formats)
                return fail(a, -ENOMEM);
        for (int more = 1; r >= 0 && more;) {
                json_t *reply, *format;

                more = r = client_next(a->client, &reply);
                if (r < 0)
                        break;
                format = json_object_get(reply, "format");
                if (!format || json_is_null(format))
                        continue;
                if (!is_format(format))
                        return fail(a, -EBADMSG);
                if (api_push(a->formats, json_incref(format)) < 0)
                        return fail(a, -ENOMEM);
        }
        return r;
}

static int look(struct snapshot *a) {
        const struct options *options = &a->context->options;
        int r = context_plan(a->context, &a->pass, NULL);

        if (r < 0)
                return r;
        a->status = api_status(&a->pass, options,
                               a->pass.unavailable < 0 ? 0 : instance_device(options->instance));
        a->formats = api_formats((const struct format *const *) a->pass.formats.items, a->pass.formats.n);
        return a->status && a->formats ? 0 : fail(a, -ENOMEM);
}

static int get(const struct context *c, struct snapshot *a, bool formats) {
        int r;

        *a = (struct snapshot){ .context = c };
        r = client_find(c, &a->client, &a->owned_why_not);
        if (r < 0)
                return r;
        a->why_not = a->owned_why_not;
        if (!a->client)
                return look(a);
        a->status = json_incref(client_status(a->client));
        return formats ? ask_formats(a) : 0;
}

int snapshot_get(const struct context *c, struct snapshot *ret) {
        return get(c, ret, true);
}

int snapshot_get_status(const struct context *c, struct snapshot *ret) {
        return get(c, ret, false);
}

int snapshot_show(struct snapshot *a, const char *name, json_t **ret) {
        json_t *details = NULL;
        int r;

        if (a->client) {
                r = client_call(a->client, "Show", json_pack("{s:s}", "name", name), &details);
                if (r < 0)
                        return r;
                json_incref(details);
        } else
                for (size_t i = 0; i < a->pass.formats.n && !details; i++)
                        if (streq_ptr(name, field_string(json_array_get(a->formats, i), "name")))
                                details = api_details(&a->pass, a->pass.formats.items[i]);
        if (!details)
                return fail(a, -ENOMEM);
        if (!is_format(json_object_get(details, "format"))) {
                json_decref(details);
                return fail(a, -EBADMSG);
        }
        *ret = details;
        return 0;
}

void snapshot_complain_unavailable(const struct snapshot *a) {
        const char *instance = field_string(a->status, "instance"), *why = field_string(a->status, "reason");

        if (!field_is_true(a->status, "available"))
                complain(a->context, field_string(a->status, "hint"), "%s: %s", instance ? instance : "",
                         why ? why : "unavailable");
}

void snapshot_append_teller(const struct snapshot *a, struct text *t) {
        if (a->client)
                text_append(t, "told by the daemon");
        else
                text_printf(t, "found out without the daemon: %s", a->why_not);
}

void snapshot_print_legend(const struct snapshot *a, size_t n_formats) {
        _cleanup_(text_clear) struct text t = { 0 };
        bool color = a->context->color_output;

        if (a->context->no_legend || a->context->json || !isatty(STDOUT_FILENO))
                return;
        text_append_count(&t, n_formats, "format");
        text_append(&t, ", ");
        snapshot_append_teller(a, &t);
        if (!t.failed)
                printf("\n%s%s%s\n", style_sequence(STYLE_FAINT, color), t.data,
                       style_sequence(STYLE_PLAIN, color));
}

void snapshot_clear(struct snapshot *a) {
        json_decref(a->status);
        json_decref(a->formats);
        client_free(a->client);
        free(a->owned_why_not);
        pass_clear(&a->pass);
        *a = (struct snapshot){ 0 };
}
