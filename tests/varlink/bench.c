/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/varlink/bench.h"
#include "varlink/link.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

static uint64_t now_usec(void) {
        struct timespec ts;

        clock_gettime(CLOCK_MONOTONIC, &ts);
        return (uint64_t) ts.tv_sec * 1000000u + (uint64_t) ts.tv_nsec / 1000;
}

void bench_new(struct bench *b, const struct varlink_server_config *config) {
        struct varlink_server_config standard = example_config();

        *b = (struct bench){ 0 };
        assert_ok(sd_event_new(&b->event));
        assert_ok(varlink_server_new(b->event, config ? config : &standard, &b->example, &b->server));
        assert_ok(varlink_server_add_interface(b->server, &example_interface));
}

void bench_clear(struct bench *b) {
        b->server = varlink_server_free(b->server);
        ck_assert_ptr_null(b->example.watchers);
        b->event = sd_event_unref(b->event);
        if (b->directory[0]) {
                unlink(b->path);
                rmdir(b->directory);
        }
}

void bench_spin(struct bench *b) {
        size_t turns = 0;
        int r;

        do {
                r = sd_event_run(b->event, 0);
                assert_ok(r);
                ck_assert_msg(turns++ < 100000, "the loop spins without end");
        } while (r > 0);
}

void bench_spin_for(struct bench *b, uint64_t usec) {
        uint64_t end = now_usec() + usec, now;

        while ((now = now_usec()) < end)
                assert_ok(sd_event_run(b->event, end - now));
}

void bench_listen(struct bench *b) {
        strcpy(b->directory, "/tmp/test-varlink-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(b->directory));
        ck_assert_int_eq(chmod(b->directory, 0755), 0);
        snprintf(b->path, sizeof b->path, "%s/socket", b->directory);
        assert_ok(varlink_server_listen(b->server, b->path, 0666));
}

static struct varlink_stream *client_new(int fd) {
        const struct varlink_limits limits = { 64u << 20, 1000, 64u << 20 };
        struct varlink_stream *c = NULL;

        assert_ok(varlink_stream_new(fd, &limits, &c));
        return c;
}

struct varlink_stream *bench_client(struct bench *b) {
        int pair[2];

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        assert_ok(varlink_server_add_connection(b->server, pair[0]));
        return client_new(pair[1]);
}

struct varlink_stream *bench_connect(struct bench *b) {
        struct sockaddr_un un = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

        strcpy(un.sun_path, b->path);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(connect(fd, (const struct sockaddr *) &un, sizeof un), 0);
        return client_new(fd);
}

void client_send_bytes(struct varlink_stream *c, const void *bytes, size_t n) {
        ssize_t sent = send(varlink_stream_fd(c), bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

        ck_assert_msg(sent == (ssize_t) n, "only %zd of %zu bytes sent: %m", sent, n);
}

void client_send(struct varlink_stream *c, const char *json) {
        client_send_bytes(c, json, strlen(json) + 1);
}

json_t *client_receive(struct varlink_stream *c) {
        json_t *message = NULL;
        int r;

        while ((r = varlink_stream_next(c, &message)) == 0) {
                if (varlink_stream_ended(c) || varlink_stream_read(c) <= 0)
                        return NULL;
        }
        assert_ok(r);
        return message;
}

bool same_json(const json_t *a, const char *b) {
        json_error_t error;
        json_t *wanted = json_loads(b, JSON_DECODE_ANY, &error);
        bool same = json_equal(a, wanted);

        ck_assert_msg(wanted != NULL, "%s: %s", b, error.text);
        json_decref(wanted);
        return same;
}

void client_expect(struct varlink_stream *c, const char *json) {
        json_t *message = client_receive(c);
        char *text = message ? json_dumps(message, JSON_ENCODE_ANY) : NULL;

        ck_assert_msg(message && same_json(message, json), "%s instead of %s", text ? text : "nothing",
                      json);
        free(text);
        json_decref(message);
}

bool client_is_quiet(struct varlink_stream *c) {
        json_t *message = client_receive(c);
        bool quiet = !message && !varlink_stream_ended(c);

        json_decref(message);
        return quiet;
}

bool client_is_dropped(struct varlink_stream *c) {
        char byte;
        json_t *message;

        while ((message = client_receive(c)))
                json_decref(message);
        return varlink_stream_ended(c) || recv(varlink_stream_fd(c), &byte, 1, MSG_DONTWAIT) == 0 ||
               errno != EAGAIN;
}

void bench_works(struct bench *b) {
        struct varlink_stream *c = bench_client(b);

        client_send(c, "{\"method\":\"org.example.test.Echo\",\"parameters\":{\"text\":\"honest\"}}");
        bench_spin(b);
        client_expect(c, "{\"parameters\":{\"text\":\"honest\",\"number\":-1,\"flag\":false,\"list\":[]}}");
        varlink_stream_free(c);
        bench_spin(b);
}

size_t varlink_server_connections(const struct varlink_server *s) {
        return s->n_links;
}
