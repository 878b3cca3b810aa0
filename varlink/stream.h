/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Varlink's framing: JSON objects, each ended by a NUL byte, over an AF_UNIX stream socket. Never blocks,
 * whatever the socket's own mode; each byte that comes in is looked at once. Client and server use it.
 *
 * Input is bounded before it is parsed, and output before it is kept. A stream that holds nothing owns no
 * buffer, so an idle peer costs little. */

#include "model/base/macro.h"

#include <jansson.h>

struct varlink_limits {
        size_t message; /* bytes of one message that comes in, without its NUL */
        size_t depth;   /* how deep its objects and arrays may nest, the message itself being 1 */
        size_t output;  /* bytes that may wait to go out */
};

#define VARLINK_MESSAGE_MAX (16u << 20) /* what Varlink allows in general */
#define VARLINK_DEPTH_MAX   64u

struct varlink_stream;

/* Takes the descriptor if it returns 0. 0 or -ENOMEM. */
int varlink_stream_new(int fd, const struct varlink_limits *limits, struct varlink_stream **ret);

/* Closes the descriptor; output that still waits is lost. */
struct varlink_stream *varlink_stream_free(struct varlink_stream *s); /* returns NULL */
DEFINE_CLEANUP(struct varlink_stream *, varlink_stream_free);

/* The descriptor, for polling. */
int varlink_stream_fd(const struct varlink_stream *s);

/* Reads what is there, by one recv(2); to be called after varlink_stream_next() returned 0. 1: something
 * came, or the stream ended; 0: nothing is there yet; negative errno: the connection is broken. */
int varlink_stream_read(struct varlink_stream *s);

/* Has the peer closed its side? */
bool varlink_stream_ended(const struct varlink_stream *s);

/* The next whole message. 1 and a new reference to an object; 0: none is whole yet; -EMSGSIZE: it is longer
 * than allowed; -EBADMSG: it is no JSON object, names a field twice, or nests too deep; -ENOMEM. After an
 * error the stream is of no more use for reading. */
int varlink_stream_next(struct varlink_stream *s, json_t **ret);

/* Bytes that came in and that varlink_stream_next() has not returned yet. */
size_t varlink_stream_unread(const struct varlink_stream *s);

/* Queues a message (borrowed). 0, -ENOBUFS: more would wait than allowed, nothing was queued; -ENOMEM;
 * -EINVAL: it cannot be written as JSON. */
int varlink_stream_write(struct varlink_stream *s, const json_t *message);

/* Sends the output that waits. 1: all is sent; 0: the peer has to read first; negative errno: the connection
 * is broken. */
int varlink_stream_flush(struct varlink_stream *s);

/* Bytes that wait to go out. */
size_t varlink_stream_pending(const struct varlink_stream *s);
