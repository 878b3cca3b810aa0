/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/link.h"

#include <errno.h>

void varlink_link_wake(struct varlink *v) {
        if (v->running)
                return;
        if (sd_event_source_set_enabled(v->again, SD_EVENT_ONESHOT) < 0)
                v->failed = true;
}

int varlink_link_account(struct varlink *v) {
        size_t held = v->failed ? 0 : varlink_stream_pending(v->stream) + varlink_stream_unread(v->stream);
        size_t limit = v->server->config.memory_per_user;

        v->account->memory += held - v->accounted;
        v->accounted = held;
        return v->account->memory > limit && held > limit / v->account->connections ? -ENOBUFS : 0;
}

void varlink_link_fail(struct varlink *v) {
        v->failed = true;
        varlink_link_account(v);
}

int varlink_link_flush(struct varlink *v) {
        int r = v->failed ? -ECONNRESET : varlink_stream_flush(v->stream);

        if (r < 0)
                varlink_link_fail(v);
        else
                varlink_link_account(v);
        return r;
}

int varlink_link_send(struct varlink *v, const json_t *message) {
        int r = varlink_stream_write(v->stream, message);

        if (r >= 0 && varlink_stream_pending(v->stream) >= VARLINK_HIGH_WATER && varlink_link_flush(v) < 0)
                r = -ECONNRESET;
        if (r >= 0)
                r = varlink_link_account(v);
        if (r < 0 && r != -ENOMEM)
                varlink_link_fail(v);
        varlink_link_wake(v);
        return r;
}
