/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/connection.h"
#include "varlink/link.h"

#include <errno.h>
#include <unistd.h>

static int send_reply(struct varlink *v, json_t *message, bool last) {
        int r;

        if (v->failed)
                r = -ECONNRESET;
        else if (!v->call.active || v->call.done)
                r = -EINVAL;
        else if (v->call.flags & VARLINK_CALL_ONEWAY)
                r = 0;
        else if (!message)
                r = -ENOMEM;
        else
                r = varlink_link_send(v, message);
        json_decref(message);
        if (r >= 0 && last) {
                v->call.done = true;
                varlink_link_wake(v);
        }
        return r;
}

int varlink_reply(struct varlink *v, json_t *parameters) {
        return send_reply(v, json_pack("{s:o}", "parameters", parameters), true);
}

int varlink_notify(struct varlink *v, json_t *parameters) {
        if (v->call.active && !(v->call.flags & (VARLINK_CALL_MORE | VARLINK_CALL_ONEWAY))) {
                json_decref(parameters);
                return -EINVAL;
        }
        return send_reply(v, json_pack("{s:o, s:b}", "parameters", parameters, "continues", 1), false);
}

int varlink_error(struct varlink *v, const char *name, json_t *parameters) {
        return send_reply(v, json_pack("{s:s, s:o}", "error", name, "parameters", parameters), true);
}

int varlink_error_invalid_parameter(struct varlink *v, const char *parameter) {
        return varlink_error(v, VARLINK_ERROR_INVALID_PARAMETER, json_pack("{s:s}", "parameter", parameter));
}

int varlink_error_errno(struct varlink *v, int error) {
        const char *name = v->server->config.failed_error;
        int number = error < 0 ? -error : error;

        if (!name) {
                v->failed = true;
                varlink_link_wake(v);
                return -ECONNRESET;
        }
        return varlink_error(v, name, json_pack("{s:i, s:s}", "errno", number, "message", strerror(number)));
}

void varlink_on_close(struct varlink *v, void (*closed)(struct varlink *v, void *user), void *user) {
        v->call.closed = closed;
        v->call.closed_user = user;
}

void varlink_on_drain(struct varlink *v, int (*drained)(struct varlink *v, void *user), void *user) {
        v->call.drained = drained;
        v->call.drained_user = user;
        varlink_link_wake(v);
}

uid_t varlink_peer_uid(const struct varlink *v) {
        return v->account->uid;
}

bool varlink_is_privileged(const struct varlink *v) {
        return varlink_peer_uid(v) == 0 || varlink_peer_uid(v) == geteuid();
}
