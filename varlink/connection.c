/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/connection.h"

#include "varlink/link.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
        LOW_WATER = 32 * 1024,  /* bytes that wait to go out: below, streams go on … */
        HIGH_WATER = 64 * 1024, /* … and above, no call is begun */
        ROUNDS = 32,            /* calls, or pieces of a stream, before it is others' turn */
};

uid_t varlink_peer_uid(const struct varlink *v) {
        return v->account->uid;
}

bool varlink_is_privileged(const struct varlink *v) {
        return varlink_peer_uid(v) == 0 || varlink_peer_uid(v) == geteuid();
}

void varlink_link_wake(struct varlink *v) {
        if (v->running)
                return;
        if (sd_event_source_set_enabled(v->again, SD_EVENT_ONESHOT) < 0)
                v->failed = true;
}

/* 0, or -ENOBUFS if this user has more of our memory than one may, and this connection more than its share
 * of that: the user's others go on. */
static int link_account(struct varlink *v) {
        size_t held = v->failed ? 0 : varlink_stream_pending(v->stream) + varlink_stream_unread(v->stream);
        size_t limit = v->server->config.memory_per_user;

        v->account->memory += held - v->accounted;
        v->accounted = held;
        return v->account->memory > limit && held > limit / v->account->connections ? -ENOBUFS : 0;
}

static void link_fail(struct varlink *v) {
        v->failed = true;
        link_account(v);
}

static int link_flush(struct varlink *v) {
        int r = v->failed ? -ECONNRESET : varlink_stream_flush(v->stream);

        if (r < 0)
                link_fail(v);
        else
                link_account(v);
        return r;
}

int varlink_link_send(struct varlink *v, const json_t *message) {
        int r = varlink_stream_write(v->stream, message);

        if (r >= 0 && varlink_stream_pending(v->stream) >= HIGH_WATER && link_flush(v) < 0)
                r = -ECONNRESET;
        if (r >= 0)
                r = link_account(v);
        if (r < 0 && r != -ENOMEM)
                link_fail(v);
        varlink_link_wake(v);
        return r;
}

/* May the next call be begun? */
static bool link_is_idle(const struct varlink *v) {
        return !v->failed && !v->call.active && varlink_stream_pending(v->stream) < HIGH_WATER;
}

static bool link_wants_drain(const struct varlink *v) {
        return !v->failed && v->call.drained && !v->call.done &&
               varlink_stream_pending(v->stream) < LOW_WATER;
}

/* Calls are taken one after the other; new ones are read only once none is left, and once a turn. */
static void link_serve(struct varlink *v, bool readable) {
        for (size_t i = 0; i < ROUNDS && link_is_idle(v); i++) {
                json_t *message = NULL;
                int r = varlink_stream_next(v->stream, &message);

                v->empty = r == 0;
                if (r > 0) {
                        v->timed = false;
                        varlink_call_begin(v, message);
                        json_decref(message);
                } else if (r == 0 && readable && !varlink_stream_ended(v->stream)) {
                        r = varlink_stream_read(v->stream);
                        if (link_account(v) < 0)
                                r = -ENOBUFS;
                        readable = false;
                        v->empty = r == 0;
                } else if (r == 0)
                        return;
                if (r < 0) {
                        link_flush(v);
                        link_fail(v);
                }
        }
}

/* A message that was begun has its time from then on, however it dribbles in. */
static int link_time(struct varlink *v) {
        bool begun = v->empty && link_is_idle(v) && varlink_stream_unread(v->stream) > 0;
        int r = 0;

        if (begun && !v->timed)
                r = sd_event_source_set_time_relative(v->timer, v->server->config.timeout_usec);
        if (r >= 0)
                r = sd_event_source_set_enabled(v->timer, begun ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
        v->timed = begun;
        return r;
}

/* Tells the loop what this connection waits for. */
static int link_wait(struct varlink *v) {
        bool idle = link_is_idle(v), reads = idle && v->empty && !varlink_stream_ended(v->stream);
        uint32_t events = (reads ? EPOLLIN : 0u) | (varlink_stream_pending(v->stream) > 0 ? EPOLLOUT : 0u);
        int r;

        r = sd_event_source_set_io_events(v->io, events);
        if (r >= 0)
                r = link_time(v);
        if (r >= 0 && ((idle && !v->empty) || link_wants_drain(v) || v->call.done))
                varlink_link_wake(v);
        return r;
}

/* Nothing more can come, and nothing has to go. */
static bool link_is_over(const struct varlink *v) {
        return v->failed || (varlink_stream_ended(v->stream) && v->empty && !v->call.active &&
                             varlink_stream_pending(v->stream) == 0);
}

static void link_run(struct varlink *v, bool readable) {
        v->running = true;
        varlink_call_end(v, false);
        link_serve(v, readable);
        for (size_t i = 0; i < ROUNDS && link_wants_drain(v); i++)
                varlink_call_drain(v);
        if (!v->failed)
                link_flush(v);
        v->running = false;
        if (link_is_over(v) || link_wait(v) < 0)
                varlink_link_free(v);
}

static int on_io(_unused_ sd_event_source *source, _unused_ int fd, uint32_t events, void *user) {
        struct varlink *v = user;
        bool gone = events & (EPOLLHUP | EPOLLERR);

        /* Nobody waits for the reply. What was sent before is read first, else: it may be oneway calls. */
        if (gone && v->call.active)
                v->failed = true;
        link_run(v, gone || (events & EPOLLIN));
        return 0;
}

static int on_again(_unused_ sd_event_source *source, void *user) {
        link_run(user, false);
        return 0;
}

static int on_timeout(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *user) {
        struct varlink *v = user;

        v->failed = true;
        link_run(v, false);
        return 0;
}

static int link_attach(struct varlink *v, int fd) {
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

static void link_detach(struct varlink *v) {
        sd_event_source_disable_unref(v->io);
        sd_event_source_disable_unref(v->again);
        sd_event_source_disable_unref(v->timer);
}

int varlink_link_new(struct varlink_server *s, int fd, uid_t uid) {
        _cleanup_free_ struct varlink *v = calloc(1, sizeof *v);
        int r;

        if (!v)
                return -ENOMEM;
        *v = (struct varlink){ .server = s, .empty = true };
        v->account = varlink_account_enter(&s->accounts, uid);
        if (!v->account)
                return -ENOMEM;
        r = link_attach(v, fd);
        if (r >= 0)
                r = varlink_stream_new(fd, &s->config.limits, &v->stream);
        if (r < 0) {
                link_detach(v);
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

void varlink_link_free(struct varlink *v) {
        struct varlink_server *s = v->server;

        if (!v->failed)
                link_flush(v);
        v->failed = true;
        varlink_call_end(v, true);
        link_detach(v);
        v->account->memory -= v->accounted;
        varlink_account_leave(&s->accounts, v->account);
        varlink_stream_free(v->stream);

        *(v->previous ? &v->previous->next : &s->links) = v->next;
        if (v->next)
                v->next->previous = v->previous;
        s->n_links--;
        free(v);
}
