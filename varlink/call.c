/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/call.h"
#include "varlink/connection.h"

#include <errno.h>

/* Absent and null are the same. */
static int read_flag(const json_t *message, const char *name, bool *ret) {
        const json_t *value = json_object_get(message, name);

        if (value && !json_is_boolean(value) && !json_is_null(value))
                return -EINVAL;
        *ret = json_is_true(value);
        return 0;
}

/* Reads the message's own members. NULL, or the name of the one that is wrong. Without memory
 * *ret_parameters is NULL. */
static const char *read_envelope(json_t *message, const char **ret_method, json_t **ret_parameters,
                                 unsigned *ret_flags, bool *ret_upgrade) {
        json_t *method = json_object_get(message, "method");
        json_t *parameters = json_object_get(message, "parameters");
        bool more, oneway, upgrade;

        if (!json_is_string(method))
                return "method";
        if (read_flag(message, "more", &more) < 0)
                return "more";
        if (read_flag(message, "oneway", &oneway) < 0 || (oneway && more))
                return "oneway";
        if (read_flag(message, "upgrade", &upgrade) < 0)
                return "upgrade";
        if (!parameters || json_is_null(parameters)) {
                parameters = json_object();
                if (!parameters || json_object_set_new(message, "parameters", parameters) < 0)
                        parameters = NULL;
        } else if (!json_is_object(parameters))
                return "parameters";

        *ret_method = json_string_value(method);
        *ret_parameters = parameters;
        *ret_flags = (more ? VARLINK_CALL_MORE : 0) | (oneway ? VARLINK_CALL_ONEWAY : 0);
        *ret_upgrade = upgrade;
        return NULL;
}

static int answer_unknown(struct varlink *v, const char *error, const char *key, const char *name) {
        return varlink_error(v, error, json_pack("{s:s}", key, name));
}

/* Finds the method, or answers that there is none. */
static int find_method(struct varlink *v, const char *name, const struct varlink_method **ret) {
        const char *dot = strrchr(name, '.');
        _cleanup_free_ char *prefix = dot ? strndup(name, (size_t) (dot - name)) : NULL;
        const struct varlink_interface *interface;
        const struct varlink_method *method;

        if (!dot)
                return answer_unknown(v, VARLINK_ERROR_METHOD_NOT_FOUND, "method", name);
        if (!prefix)
                return -ENOMEM;
        interface = varlink_interfaces_find(v->server->interfaces, v->server->n_interfaces, prefix);
        if (!interface)
                return answer_unknown(v, VARLINK_ERROR_INTERFACE_NOT_FOUND, "interface", prefix);
        method = varlink_interface_find(interface, dot + 1);
        if (!method)
                return answer_unknown(v, VARLINK_ERROR_METHOD_NOT_FOUND, "method", name);
        if (!method->call)
                return answer_unknown(v, VARLINK_ERROR_METHOD_NOT_IMPLEMENTED, "method", name);
        *ret = method;
        return 1;
}

static int call_dispatch(struct varlink *v, json_t *message) {
        const struct varlink_method *method = NULL;
        json_t *parameters = NULL;
        const char *name = NULL, *wrong;
        bool upgrade = false;
        int r;

        wrong = read_envelope(message, &name, &parameters, &v->call.flags, &upgrade);
        if (wrong)
                return varlink_error_invalid_parameter(v, wrong);
        if (!parameters)
                return -ENOMEM;
        r = find_method(v, name, &method);
        if (r <= 0)
                return r;
        if (upgrade)
                return answer_unknown(v, VARLINK_ERROR_METHOD_NOT_IMPLEMENTED, "method", name);
        if ((method->flags & VARLINK_METHOD_PRIVILEGED) && !varlink_is_privileged(v))
                return varlink_error(v, VARLINK_ERROR_PERMISSION_DENIED, json_object());
        if ((method->flags & VARLINK_METHOD_NEEDS_MORE) && !(v->call.flags & VARLINK_CALL_MORE))
                return varlink_error(v, VARLINK_ERROR_EXPECTED_MORE, json_object());

        r = method->call(v, parameters, v->call.flags, v->server->user);
        /* A handler that promised a reply has to know when nobody waits for it any more. */
        if (r >= 0 && !v->call.done && !v->call.closed && !v->call.drained)
                return v->call.flags & VARLINK_CALL_ONEWAY ? 0 : -EPROTO;
        return r;
}

/* If even the error cannot be sent, the connection ends. */
static void call_fail(struct varlink *v, int error) {
        if (!v->failed && !v->call.done && varlink_error_errno(v, error) < 0)
                v->failed = true;
}

void varlink_call_begin(struct varlink *v, json_t *message) {
        int r;

        v->call = (struct varlink_call){ .active = true, .handling = true };
        r = call_dispatch(v, message);
        v->call.handling = false;
        if (r < 0)
                call_fail(v, r);
        if (v->call.flags & VARLINK_CALL_ONEWAY)
                v->call.done = true;
        varlink_call_end(v, false);
}

void varlink_call_drain(struct varlink *v) {
        int r = v->call.drained(v, v->call.drained_user);

        if (r < 0)
                call_fail(v, r);
        if (r <= 0)
                v->call.drained = NULL;
}

void varlink_call_end(struct varlink *v, bool force) {
        struct varlink_call call = v->call;

        if (!call.active || call.handling || (!call.done && !force))
                return;
        v->call.done = true;
        if (call.closed)
                call.closed(v, call.closed_user);
        v->call = (struct varlink_call){ 0 };
}
