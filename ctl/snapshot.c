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

static int fail(const struct answers *a, int error) {
        complain_errno(a->context, error, "cannot find out what is registered");
        return error;
}

/* Takes them one by one; a reply without a format says that there are none. */
static int ask_formats(struct answers *a) {
        int r = daemon_begin(a->daemon, "List");

        a->formats = json_array();
        if (!a->formats)
                return fail(a, -ENOMEM);
        for (int more = 1; r >= 0 && more;) {
                json_t *reply, *format;

                more = r = daemon_next(a->daemon, &reply);
                if (r < 0)
                        break;
                format = json_object_get(reply, "format");
                if (!format || json_is_null(format))
                        continue;
                if (!is_format(format))
                        return fail(a, -EBADMSG);
                if (json_push(a->formats, json_incref(format)) < 0)
                        return fail(a, -ENOMEM);
        }
        return r;
}

static int look(struct answers *a) {
        const struct options *options = &a->context->options;
        int r = context_plan(a->context, &a->report, NULL);

        if (r < 0)
                return r;
        a->status = json_status(&a->report, options,
                                a->report.unavailable < 0 ? 0 : instance_device(options->instance));
        a->formats = json_formats((const struct format *const *) a->report.formats.items,
                                  a->report.formats.n);
        return a->status && a->formats ? 0 : fail(a, -ENOMEM);
}

static int get(const struct context *c, struct answers *a, bool formats) {
        int r;

        *a = (struct answers){ .context = c };
        r = daemon_find(c, &a->daemon, &a->owned_why_not);
        if (r < 0)
                return r;
        a->why_not = a->owned_why_not;
        if (!a->daemon)
                return look(a);
        a->status = json_incref(daemon_status(a->daemon));
        return formats ? ask_formats(a) : 0;
}

int answers_get(const struct context *c, struct answers *ret) {
        return get(c, ret, true);
}

int answers_get_status(const struct context *c, struct answers *ret) {
        return get(c, ret, false);
}

int answers_show(struct answers *a, const char *name, json_t **ret) {
        json_t *details = NULL;
        int r;

        if (a->daemon) {
                r = daemon_call(a->daemon, "Show", json_pack("{s:s}", "name", name), &details);
                if (r < 0)
                        return r;
                json_incref(details);
        } else
                for (size_t i = 0; i < a->report.formats.n && !details; i++)
                        if (streq_ptr(name, field_string(json_array_get(a->formats, i), "name")))
                                details = json_details(&a->report, a->report.formats.items[i]);
        if (!details)
                return fail(a, -ENOMEM);
        if (!is_format(json_object_get(details, "format"))) {
                json_decref(details);
                return fail(a, -EBADMSG);
        }
        *ret = details;
        return 0;
}

void answers_complain_unavailable(const struct answers *a) {
        const char *instance = field_string(a->status, "instance"), *why = field_string(a->status, "reason");

        if (!field_is_true(a->status, "available"))
                complain(a->context, field_string(a->status, "hint"), "%s: %s", instance ? instance : "",
                         why ? why : "unavailable");
}

void answers_append_teller(const struct answers *a, struct text *t) {
        if (a->daemon)
                text_append(t, "told by the daemon");
        else
                text_printf(t, "found out without the daemon: %s", a->why_not);
}

void answers_print_legend(const struct answers *a, size_t n_formats) {
        _cleanup_(text_clear) struct text t = { 0 };
        bool color = a->context->color_output;

        if (a->context->no_legend || a->context->json || !isatty(STDOUT_FILENO))
                return;
        text_append_count(&t, n_formats, "format");
        text_append(&t, ", ");
        answers_append_teller(a, &t);
        if (!t.failed)
                printf("\n%s%s%s\n", style_sequence(STYLE_FAINT, color), t.data,
                       style_sequence(STYLE_PLAIN, color));
}

void answers_clear(struct answers *a) {
        json_decref(a->status);
        json_decref(a->formats);
        daemon_free(a->daemon);
        free(a->owned_why_not);
        report_clear(&a->report);
        *a = (struct answers){ 0 };
}
