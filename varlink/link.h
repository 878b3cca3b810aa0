/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What server.c, connection.c and call.c share, and nobody else includes: a connection is the server's, a
 * call is the connection's. */

#include "varlink/account.h"
#include "varlink/call.h"
#include "varlink/connection.h"
#include "varlink/server.h"

struct varlink {
        struct varlink_server *server;
        struct varlink *previous, *next; /* the server's list */
        struct varlink_account *account;
        size_t accounted; /* of our buffers */
        struct varlink_stream *stream;
        sd_event_source *io, *again, *timer;
        bool timed;   /* the timer runs: a message was begun */
        bool empty;   /* no whole message is left in the stream */
        bool running; /* the loop is looking at it, so it need not be woken */
        bool failed;  /* to be freed by the loop */
        struct varlink_call call;
};

struct varlink_server {
        sd_event *event;
        struct varlink_server_config config; /* without zeros */
        void *user;
        const struct varlink_interface **interfaces; /* the array is owned; the built-in one is the first */
        size_t n_interfaces;
        sd_event_source **listeners;
        size_t n_listeners;
        sd_event_source *retry; /* runs while listening is paused for lack of descriptors or memory */
        struct varlink *links;
        size_t n_links;
        struct varlink_account *accounts;
};

/* NULL if there is none of that name. */
const struct varlink_interface *varlink_server_find(const struct varlink_server *s, const char *name);

/* A new client, into the server's list; the descriptor is taken if 0 is returned. */
int varlink_link_new(struct varlink_server *s, int fd, uid_t uid);

/* Ends its call, and sends what the client reads at once. */
void varlink_link_free(struct varlink *v);

/* Queues a message (borrowed) within the limits; a failure is the connection's end. 0, -ECONNRESET, -ENOBUFS
 * or -ENOMEM. */
int varlink_link_send(struct varlink *v, const json_t *message);

/* Has the loop look at this connection. */
void varlink_link_wake(struct varlink *v);
