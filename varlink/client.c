/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/client.h"

#include "varlink/address.h"
#include "varlink/stream.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#define USEC_PER_SEC UINT64_C(1000000)

struct varlink_client {
        struct varlink_stream *stream;
        uint64_t timeout;
        json_t *answer; /* holds what was lent to the caller */
        bool streaming;
        bool broken;
};

int varlink_client_new(int fd, uint64_t timeout_usec, struct varlink_client **ret) {
        static const struct varlink_limits limits = {
                .message = VARLINK_MESSAGE_MAX,
                .depth = VARLINK_DEPTH_MAX,
                .output = VARLINK_MESSAGE_MAX,
        };
        _cleanup_free_ struct varlink_client *c = calloc(1, sizeof *c);
        int r;

        if (!c)
                return -ENOMEM;
        r = varlink_stream_new(fd, &limits, &c->stream);
        if (r < 0)
                return r;
        c->timeout = timeout_usec;
        *ret = TAKE_PTR(c);
        return 0;
}

int varlink_client_connect(const char *address, uint64_t timeout_usec, struct varlink_client **ret) {
        _cleanup_(varlink_closep) int fd = -1;
        struct sockaddr_un un;
        int r;

        r = varlink_address_parse(address, &un);
        if (r < 0)
                return r;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
                return -errno;
        /* While the listener's queue is full, connect(2) waits as long as a send would. */
        if (timeout_usec != VARLINK_NO_TIMEOUT) {
                struct timeval wait = { .tv_sec = (time_t) (timeout_usec / USEC_PER_SEC),
                                        .tv_usec = (suseconds_t) (timeout_usec % USEC_PER_SEC) };

                if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) < 0)
                        return -errno;
        }
        if (connect(fd, (const struct sockaddr *) &un, sizeof un) < 0)
                return errno == EAGAIN ? -ETIMEDOUT : -errno;
        r = varlink_client_new(fd, timeout_usec, ret);
        if (r >= 0)
                fd = -1;
        return r;
}

struct varlink_client *varlink_client_free(struct varlink_client *c) {
        if (!c)
                return NULL;
        json_decref(c->answer);
        varlink_stream_free(c->stream);
        free(c);
        return NULL;
}

pid_t varlink_client_peer(const struct varlink_client *c) {
        struct ucred peer = { 0 };
        socklen_t n = sizeof peer;

        if (c->broken || getsockopt(varlink_stream_fd(c->stream), SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0)
                return 0;
        return peer.pid;
}

void varlink_client_set_timeout(struct varlink_client *c, uint64_t timeout_usec) {
        c->timeout = timeout_usec;
}

static uint64_t now_usec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t) ts.tv_sec * USEC_PER_SEC + (uint64_t) ts.tv_nsec / 1000;
}

static uint64_t deadline_of(const struct varlink_client *c) {
        uint64_t deadline;

        if (__builtin_add_overflow(now_usec(), c->timeout, &deadline))
                return VARLINK_NO_TIMEOUT;
        return deadline;
}

static int client_wait(struct varlink_client *c, short events, uint64_t deadline) {
        struct pollfd p = { .fd = varlink_stream_fd(c->stream), .events = events };
        uint64_t now = now_usec(), left = deadline > now ? deadline - now : 0;
        struct timespec ts = { .tv_sec = (time_t) (left / USEC_PER_SEC),
                               .tv_nsec = (long) (left % USEC_PER_SEC) * 1000 };
        int n = ppoll(&p, 1, deadline == VARLINK_NO_TIMEOUT ? NULL : &ts, NULL);

        if (n < 0)
                return errno == EINTR ? 0 : -errno;
        return n == 0 ? -ETIMEDOUT : 0;
}

static int client_send(struct varlink_client *c, const json_t *message) {
        uint64_t deadline = deadline_of(c);
        int r = varlink_stream_write(c->stream, message);

        while (r >= 0) {
                r = varlink_stream_flush(c->stream);
                if (r > 0)
                        return 0;
                if (r >= 0)
                        r = client_wait(c, POLLOUT, deadline);
        }
        /* A service that refused us closed its side, but may have said why: reading will tell. */
        return r == -EPIPE || r == -ECONNRESET ? 0 : r;
}

static int client_receive(struct varlink_client *c, json_t **ret) {
        uint64_t deadline = deadline_of(c);

        for (;;) {
                int r = varlink_stream_next(c->stream, ret);

                if (r != 0)
                        return r;
                if (varlink_stream_ended(c->stream))
                        return -ECONNRESET;
                r = varlink_stream_read(c->stream);
                if (r == 0)
                        r = client_wait(c, POLLIN, deadline);
                if (r < 0)
                        return r;
        }
}

/* Parameters must be an object if there are any, and only a stream may continue. */
static int check_answer(json_t *answer, bool streaming, bool *ret_continues) {
        const json_t *error = json_object_get(answer, "error"), *parameters;
        const json_t *continues = json_object_get(answer, "continues");

        if (error && !json_is_string(error) && !json_is_null(error))
                return -EBADMSG;
        if (continues && !json_is_boolean(continues) && !json_is_null(continues))
                return -EBADMSG;
        if (json_is_true(continues) && (!streaming || json_is_string(error)))
                return -EBADMSG;
        parameters = json_object_get(answer, "parameters");
        if (parameters && !json_is_object(parameters) && !json_is_null(parameters))
                return -EBADMSG;
        if (!json_is_object(parameters) && json_object_set_new(answer, "parameters", json_object()) < 0)
                return -ENOMEM;
        *ret_continues = json_is_true(continues);
        return 0;
}

static int client_answer(struct varlink_client *c, json_t **ret_parameters, const char **ret_error) {
        bool continues = false;
        json_t *answer = NULL;
        int r = client_receive(c, &answer);

        if (r > 0)
                r = check_answer(answer, c->streaming, &continues);
        if (r < 0) {
                json_decref(answer);
                c->broken = true;
                return r;
        }
        json_decref(c->answer);
        c->answer = answer;
        c->streaming = continues;
        *ret_parameters = json_object_get(answer, "parameters");
        *ret_error = json_string_value(json_object_get(answer, "error"));
        return continues;
}

static int client_ask(struct varlink_client *c, const char *method, json_t *parameters, bool more) {
        json_t *message;
        int r;

        if (c->broken || c->streaming) {
                json_decref(parameters);
                return c->broken ? -ENOTCONN : -EBUSY;
        }
        message = more ? json_pack("{s:s, s:o, s:b}", "method", method, "parameters", parameters, "more", 1)
                       : json_pack("{s:s, s:o}", "method", method, "parameters", parameters);
        r = message ? client_send(c, message) : -ENOMEM;
        json_decref(message);
        c->broken = r < 0;
        return r;
}

int varlink_client_call(struct varlink_client *c, const char *method, json_t *parameters,
                        json_t **ret_parameters, const char **ret_error) {
        int r = client_ask(c, method, parameters, false);

        return r < 0 ? r : client_answer(c, ret_parameters, ret_error);
}

int varlink_client_begin(struct varlink_client *c, const char *method, json_t *parameters) {
        int r = client_ask(c, method, parameters, true);

        if (r >= 0)
                c->streaming = true;
        return r;
}

int varlink_client_next(struct varlink_client *c, json_t **ret_parameters, const char **ret_error) {
        if (c->broken)
                return -ENOTCONN;
        return c->streaming ? client_answer(c, ret_parameters, ret_error) : -ENODATA;
}
