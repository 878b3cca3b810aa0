/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/session.h"
#include "varlink/call.h"

#include <errno.h>
#include <sys/epoll.h>

enum {
        ROUNDS = 32, /* calls, or pieces of a stream, before other connections have their turn */
};

/* May the next call be begun? */
static bool session_is_idle(const struct varlink *v) {
        return !v->failed && !v->call.active && varlink_stream_pending(v->stream) < VARLINK_HIGH_WATER;
}

static bool session_wants_drain(const struct varlink *v) {
        return !v->failed && v->call.drained && !v->call.done &&
               varlink_stream_pending(v->stream) < VARLINK_LOW_WATER;
}

/* Calls are begun one after the other; the socket is read only once no whole message is left, and once a
 * turn. */
static void session_serve(struct varlink *v, bool readable) {
        for (size_t i = 0; i < ROUNDS && session_is_idle(v); i++) {
                json_t *message = NULL;
                int r = varlink_stream_next(v->stream, &message);

                v->empty = r == 0;
                if (r > 0) {
                        v->timed = false;
                        varlink_call_begin(v, message);
                        json_decref(message);
                } else if (r == 0 && readable && !varlink_stream_ended(v->stream)) {
                        r = varlink_stream_read(v->stream);
                        if (varlink_link_account(v) < 0)
                                r = -ENOBUFS;
                        readable = false;
                        v->empty = r == 0;
                } else if (r == 0)
                        return;
                if (r < 0) {
                        varlink_link_flush(v);
                        varlink_link_fail(v);
                }
        }
}

/* Limits the time of an unfinished message, however slowly its bytes come in. */
static int session_time(struct varlink *v) {
        bool begun = v->empty && session_is_idle(v) && varlink_stream_unread(v->stream) > 0;
        int r = 0;

        if (begun && !v->timed)
                r = sd_event_source_set_time_relative(v->timer, v->server->config.timeout_usec);
        if (r >= 0)
                r = sd_event_source_set_enabled(v->timer, begun ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
        v->timed = begun;
        return r;
}

/* Tells the loop what this connection waits for. */
static int session_wait(struct varlink *v) {
        bool idle = session_is_idle(v), reads = idle && v->empty && !varlink_stream_ended(v->stream);
        uint32_t events = (reads ? EPOLLIN : 0u) | (varlink_stream_pending(v->stream) > 0 ? EPOLLOUT : 0u);
        int r;

        r = sd_event_source_set_io_events(v->io, events);
        if (r >= 0)
                r = session_time(v);
        if (r >= 0 && ((idle && !v->empty) || session_wants_drain(v) || v->call.done))
                varlink_link_wake(v);
        return r;
}

static void session_run(struct varlink *v, bool readable) {
        bool over;

        v->running = true;
        varlink_call_end(v, false);
        session_serve(v, readable);
        for (size_t i = 0; i < ROUNDS && session_wants_drain(v); i++)
                varlink_call_drain(v);
        if (!v->failed)
                varlink_link_flush(v);
        v->running = false;
        /* Nothing more can come in, and nothing has to go out. */
        over = varlink_stream_ended(v->stream) && v->empty && !v->call.active &&
               varlink_stream_pending(v->stream) == 0;
        if (v->failed || over || session_wait(v) < 0)
                varlink_session_free(v);
}

static int on_io(_unused_ sd_event_source *source, _unused_ int fd, uint32_t events, void *user) {
        struct varlink *v = user;
        bool gone = events & (EPOLLHUP | EPOLLERR);

        /* Nobody waits for the reply of the present call. Without one, messages that were sent before are
         * still read: they may be oneway calls. */
        if (gone && v->call.active)
                v->failed = true;
        session_run(v, gone || (events & EPOLLIN));
        return 0;
}

static int on_again(_unused_ sd_event_source *source, void *user) {
        session_run(user, false);
        return 0;
}

static int on_timeout(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *user) {
        struct varlink *v = user;

        v->failed = true;
        session_run(v, false);
        return 0;
}

static int session_attach(struct varlink *v, int fd) {
        sd_event *event = v->server->event;
        int r;

        r = sd_event_add_defer(event, &v->again, on_again, v);
        if (r >= 0)
                r = sd_event_source_set_enabled(v->again, SD_EVENT_OFF);
        if (r >= 0)
                r = sd_event_add_time_relative(event, &v->timer, CLOCK_MONOTONIC, 0, 0, on_timeout, v);
        if (r >= 0)
                r = sd_event_source_set_enabled(v->timer, SD_EVENT_OFF);
        if (r >= 0)
                r = sd_event_add_io(event, &v->io, fd, EPOLLIN, on_io, v);
        return r;
}

static void session_detach(struct varlink *v) {
        sd_event_source_disable_unref(v->io);
        sd_event_source_disable_unref(v->again);
        sd_event_source_disable_unref(v->timer);
}

int varlink_session_new(struct varlink_server *s, int fd, uid_t uid) {
        _cleanup_free_ struct varlink *v = calloc(1, sizeof *v);
        int r;

        if (!v)
                return -ENOMEM;
        *v = (struct varlink){ .server = s, .empty = true };
        v->account = varlink_account_enter(&s->accounts, uid);
        if (!v->account)
                return -ENOMEM;
        r = session_attach(v, fd);
        if (r >= 0)
                r = varlink_stream_new(fd, &s->config.limits, &v->stream);
        if (r < 0) {
                session_detach(v);
                varlink_account_leave(&s->accounts, v->account);
                return r;
        }

        v->next = s->links;
        if (v->next)
                v->next->previous = v;
        s->links = v;
        s->n_links++;
        TAKE_PTR(v);
        return 0;
}

void varlink_session_free(struct varlink *v) {
        struct varlink_server *s = v->server;

        if (!v->failed)
                varlink_link_flush(v);
        v->failed = true;
        varlink_call_end(v, true);
        session_detach(v);
        v->account->memory -= v->accounted;
        varlink_account_leave(&s->accounts, v->account);
        varlink_stream_free(v->stream);

        *(v->previous ? &v->previous->next : &s->links) = v->next;
        if (v->next)
                v->next->previous = v->previous;
        s->n_links--;
        free(v);
}
