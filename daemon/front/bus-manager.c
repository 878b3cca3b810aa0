/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/bus-manager.h"
#include "api/details.h"
#include "api/explanation.h"
#include "daemon/front/bus-encode.h"
#include "daemon/front/bus-format.h"
#include "daemon/names.h"
#include "engine/pass/inquiry.h"
#include "model/base/quote.h"
#include "model/format/format.h"

#include <errno.h>
#include <stddef.h>

/* sd-bus finds the object, then gets its properties, with nothing in between. */
static int manager_find_object(sd_bus *bus _unused_, const char *path, const char *interface _unused_,
                               void *user, void **ret, sd_bus_error *error _unused_) {
        struct bus_manager *m = user;
        const struct status *s = control_status(m->control);

        if (!streq(path, BUS_PATH))
                return 0;
        json_decref(m->status);
        m->status = api_status(s->pass, s->options, s->device);
        if (!m->status)
                return -ENOMEM;
        *ret = m;
        return 1;
}

/* Returns the negative errno by which sd-bus knows that there is an error. */
static int set_error(sd_bus_error *error, const char *id, struct text *message) {
        _cleanup_free_ char *text = text_take(message);

        return text ? sd_bus_error_set(error, id, text) : -ENOMEM;
}

static int manager_refuse_unknown(const struct control *c, const char *name, sd_bus_error *error) {
        _cleanup_(text_clear) struct text t = { 0 };
        const char *near = control_suggest(c, name);

        text_append(&t, "No format is called ");
        quote_as_utf8(&t, name);
        if (near) {
                text_append(&t, "; did you mean ");
                quote_as_utf8(&t, near);
                text_append(&t, "?");
        }
        return set_error(error, BUS_ERROR_NO_SUCH_FORMAT, &t);
}

static int manager_refuse(const struct control *c, const struct control_verdict *v, sd_bus_error *error) {
        _cleanup_(text_clear) struct text t = { 0 };

        quote_as_utf8(&t, v->name);
        switch (v->refusal) {
        case CONTROL_NO_SUCH_FORMAT:
                return manager_refuse_unknown(c, v->name, error);
        case CONTROL_NOT_DECLARED:
                text_append(&t, " is not declared: the kernel's entry is somebody else's");
                return set_error(error, BUS_ERROR_NOT_DECLARED, &t);
        case CONTROL_CANNOT_BE_NAMED:
                text_append(&t, " cannot be the name of a section in a file");
                return set_error(error, BUS_ERROR_CANNOT_BE_NAMED, &t);
        case CONTROL_CANNOT_WRITE:
                text_append(&t, " cannot be read or written: ");
                control_append_obstacle(v, &t);
                return set_error(error, BUS_ERROR_CANNOT_WRITE, &t);
        case CONTROL_DONE:
                break;
        }
        return 0;
}

/* The call was valid, but the daemon failed. */
static int manager_fail(int r, sd_bus_error *error) {
        return sd_bus_error_setf(error, BUS_ERROR_FAILED, "%s", strerror(-r));
}

static int append_format(sd_bus_message *reply, const struct format *f) {
        _cleanup_free_ char *path = NULL;
        int r = bus_format_path(f->name, &path);

        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'r', "soss");
        if (r >= 0)
                r = bus_append_text(reply, f->name);
        if (r >= 0)
                r = sd_bus_message_append(reply, "os", path, format_state_name(f->state));
        if (r >= 0)
                r = bus_append_text(reply, format_why(f));
        return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Replies with the formats that are not NULL. */
static int manager_reply_formats(sd_bus_message *call, const struct format *const *formats, size_t n) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
        int r = sd_bus_message_new_method_return(call, &reply);

        if (r >= 0)
                r = sd_bus_message_open_container(reply, 'a', "(soss)");
        for (size_t i = 0; i < n && r >= 0; i++)
                r = formats[i] ? append_format(reply, formats[i]) : 0;
        if (r >= 0)
                r = sd_bus_message_close_container(reply);
        return r < 0 ? r : sd_bus_message_send(reply);
}

static int manager_list_formats(sd_bus_message *call, void *user, sd_bus_error *error _unused_) {
        const struct bus_manager *m = user;
        const struct formats *formats = &control_status(m->control)->pass->formats;

        return manager_reply_formats(call, (const struct format *const *) formats->items, formats->n);
}

static int manager_get_format(sd_bus_message *call, void *user, sd_bus_error *error) {
        const struct bus_manager *m = user;
        _cleanup_free_ char *path = NULL;
        const char *name;
        int r = sd_bus_message_read(call, "s", &name);

        if (r < 0)
                return r;
        if (!control_find(m->control, name))
                return manager_refuse_unknown(m->control, name, error);
        r = bus_format_path(name, &path);
        return r < 0 ? r : sd_bus_reply_method_return(call, "o", path);
}

static int manager_reply_switched(sd_bus_message *call, const struct control *c, const struct switches *s) {
        _cleanup_free_ const struct format **formats = calloc(s->n, sizeof *formats);

        if (!formats)
                return -ENOMEM;
        for (size_t i = 0; i < s->n; i++)
                formats[i] = control_find(c, s->names[i]);
        return manager_reply_formats(call, formats, s->n);
}

static char **strings_free(char **strings) {
        for (char **s = strings; s && *s; s++)
                free(*s);
        free(strings);
        return NULL;
}
DEFINE_CLEANUP(char **, strings_free);

/* Enable and Disable, once the caller is known to be authorised. */
static int manager_switch(sd_bus_message *call, void *user, sd_bus_error *error) {
        const struct bus_manager *m = user;
        _cleanup_(strings_freep) char **names = NULL;
        struct switches s = { .enabled = sd_bus_message_is_method_call(call, NULL, "Enable") > 0 };
        struct control_verdict verdict;
        int runtime, r = sd_bus_message_read_strv(call, &names);

        if (r >= 0)
                r = sd_bus_message_read(call, "b", &runtime);
        if (r < 0)
                return r;
        while (names && names[s.n])
                s.n++;
        if (s.n == 0)
                return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "No format is named");
        s.names = (const char *const *) names;
        s.runtime = runtime;
        r = control_switch(m->control, &s, &verdict);
        if (r < 0)
                return manager_fail(r, error);
        if (verdict.refusal != CONTROL_DONE)
                return manager_refuse(m->control, &verdict, error);
        return manager_reply_switched(call, m->control, &s);
}

static int manager_reload(sd_bus_message *call, void *user, sd_bus_error *error) {
        const struct bus_manager *m = user;
        int r = control_reload(m->control);

        return r < 0 ? manager_fail(r, error) : sd_bus_reply_method_return(call, NULL);
}

static int manager_explain(sd_bus_message *call, void *user, sd_bus_error *error) {
        const struct bus_manager *m = user;
        _cleanup_(inquiry_clear) struct inquiry i = { 0 };
        json_auto_t *explanation = NULL;
        _cleanup_free_ char *text = NULL;
        const void *header;
        const char *path;
        size_t n;
        int r = sd_bus_message_read(call, "s", &path);

        if (r >= 0)
                r = sd_bus_message_read_array(call, 'y', &header, &n);
        if (r < 0)
                return r;
        if (n > PATTERN_HEADER_SIZE)
                return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
                                         "The kernel looks at %u bytes at most", PATTERN_HEADER_SIZE);
        r = inquire_header(control_status(m->control)->options, control_status(m->control)->pass, path,
                           header, n, &i);
        if (r < 0)
                return manager_fail(r, error);
        explanation = api_explanation(&i.question, &i.explanation, &i.setting, &i.verdict, NULL);
        if (explanation)
                text = json_dumps(explanation, JSON_COMPACT);
        return text ? sd_bus_reply_method_return(call, "sss", outcome_name(i.verdict.outcome),
                                                 json_string_value(json_object_get(explanation, "sentence")),
                                                 text)
                    : -ENOMEM;
}

static int manager_authorise_switch(sd_bus_message *call, void *user, sd_bus_error *error) {
        const struct bus_manager *m = user;

        return polkit_authorise(m->polkit, call, POLKIT_ACTION, manager_switch, user, error);
}

static int manager_authorise_reload(sd_bus_message *call, void *user, sd_bus_error *error) {
        const struct bus_manager *m = user;

        return polkit_authorise(m->polkit, call, POLKIT_ACTION, manager_reload, user, error);
}

#define CONST   SD_BUS_VTABLE_PROPERTY_CONST
#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define PROPERTY(name, type, flags)                                                                         \
        SD_BUS_PROPERTY(name, type, bus_get_property, offsetof(struct bus_manager, status), flags)

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        PROPERTY("Version", "s", CONST),
        PROPERTY("Root", "s", CONST),
        PROPERTY("Instance", "s", CONST),
        PROPERTY("Device", "t", CHANGES),
        PROPERTY("Available", "b", CHANGES),
        PROPERTY("Reason", "s", CHANGES),
        PROPERTY("Hint", "s", CHANGES),
        PROPERTY("Enabled", "b", CHANGES),
        PROPERTY("Formats", "u", CHANGES),
        PROPERTY("States", "a{su}", CHANGES),
        PROPERTY("PendingChanges", "u", CHANGES),
        PROPERTY("Errors", "u", CHANGES),
        PROPERTY("Warnings", "u", CHANGES),
        SD_BUS_METHOD_WITH_ARGS("GetFormat", SD_BUS_ARGS("s", name), SD_BUS_RESULT("o", object),
                                manager_get_format, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("ListFormats", SD_BUS_NO_ARGS, SD_BUS_RESULT("a(soss)", formats),
                                manager_list_formats, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Explain", SD_BUS_ARGS("s", path, "ay", header),
                                SD_BUS_RESULT("s", verdict, "s", sentence, "s", json), manager_explain,
                                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Enable", SD_BUS_ARGS("as", names, "b", runtime),
                                SD_BUS_RESULT("a(soss)", formats), manager_authorise_switch,
                                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Disable", SD_BUS_ARGS("as", names, "b", runtime),
                                SD_BUS_RESULT("a(soss)", formats), manager_authorise_switch,
                                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD_WITH_ARGS("Reload", SD_BUS_NO_ARGS, SD_BUS_NO_RESULT, manager_authorise_reload,
                                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int bus_manager_publish(struct bus_manager *m, sd_bus *bus) {
        int r = sd_bus_add_fallback_vtable(bus, NULL, BUS_PATH, BUS_MANAGER, vtable, manager_find_object, m);

        return r < 0 ? r : sd_bus_add_object_manager(bus, NULL, BUS_PATH);
}

void bus_manager_clear(struct bus_manager *m) {
        json_decref(m->status);
        m->status = NULL;
}

int bus_manager_emit_formats(sd_bus *bus) {
        return sd_bus_emit_properties_changed(bus, BUS_PATH, BUS_MANAGER, "Formats", "States",
                                              "PendingChanges", "Errors", "Warnings", NULL);
}

int bus_manager_emit_status(sd_bus *bus) {
        return sd_bus_emit_properties_changed_strv(bus, BUS_PATH, BUS_MANAGER, NULL);
}
