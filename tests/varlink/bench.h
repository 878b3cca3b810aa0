/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A server of the example with its loop, and clients that send whatever bytes they like. All in one thread:
 * a test sends, spins the loop until nothing is left to do, and reads. */

#include "tests/test.h"
#include "tests/varlink/example.h"
#include "varlink/stream.h"

struct bench {
        sd_event *event;
        struct example example;
        struct varlink_server *server;
        char directory[64], path[96]; /* of a listening socket, if bench_listen() made one */
};

/* NULL: example_config(). */
void bench_new(struct bench *b, const struct varlink_server_config *config);
void bench_clear(struct bench *b);

/* Runs the loop until nothing is left to do; or for that long, waiting. */
void bench_spin(struct bench *b);
void bench_spin_for(struct bench *b, uint64_t usec);

void bench_listen(struct bench *b);

/* The number of clients that are connected. */
size_t varlink_server_connections(const struct varlink_server *s);

/* A client: over a socket pair, or through the listening socket. */
struct varlink_stream *bench_client(struct bench *b);
struct varlink_stream *bench_connect(struct bench *b);

/* Sends bytes as they are; all of them must fit into the socket. */
void client_send_bytes(struct varlink_stream *c, const void *bytes, size_t n);

/* Sends a message, given as the text of its JSON. */
void client_send(struct varlink_stream *c, const char *json);

/* The next message that came, owned by the caller; NULL if none did. */
json_t *client_receive(struct varlink_stream *c);

/* The test fails unless the next message that came is this one. */
void client_expect(struct varlink_stream *c, const char *json);

/* Did nothing come? Or did the server close the connection, with nothing left to be read? */
bool client_is_quiet(struct varlink_stream *c);
bool client_is_dropped(struct varlink_stream *c);

/* The test fails unless an honest call is answered. */
void bench_works(struct bench *b);

/* Does `b` say the same as `a`? */
bool same_json(const json_t *a, const char *b);
