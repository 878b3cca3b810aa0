/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private to the server's side: the structs of a server, its connections and their calls, and how a
 * connection sends. Modules of that side stand in this order, each using only those before it: link,
 * connection (what a handler may say), call (which handler is asked), session (when a connection reads,
 * calls and sends), server. */

#include "varlink/account.h"
#include "varlink/config.h"
#include "varlink/interface.h"

#include <systemd/sd-event.h>

enum {
        VARLINK_LOW_WATER = 32 * 1024,  /* with fewer bytes that wait to go out, streams go on … */
        VARLINK_HIGH_WATER = 64 * 1024, /* … and with more, no call is begun */
};

/* One call under way: from the message that came in to the last reply and the callbacks that end with it. */
struct varlink_call {
        bool active;    /* there is one */
        unsigned flags; /* of varlink_call_flags */
        bool handling;  /* its handler is running */
        bool done;      /* nothing more may be replied */
        void (*closed)(struct varlink *v, void *user);
        void *closed_user;
        int (*drained)(struct varlink *v, void *user);
        void *drained_user;
};

struct varlink {
        struct varlink_server *server;
        struct varlink *previous, *next; /* the server's list */
        struct varlink_account *account;
        size_t accounted; /* bytes of its buffers that `account` counts */
        struct varlink_stream *stream;
        sd_event_source *io, *again, *timer;
        bool timed;   /* the timer runs: a message was begun */
        bool empty;   /* no whole message is left in the stream */
        bool running; /* the loop is serving it, so it need not be woken */
        bool failed;  /* the loop frees it */
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

/* Queues a message (borrowed) within the limits; a failure is the connection's end. 0, -ECONNRESET, -ENOBUFS
 * or -ENOMEM. */
int varlink_link_send(struct varlink *v, const json_t *message);

/* Sends what the client reads at once, as varlink_stream_flush(); a failure is the connection's end. */
int varlink_link_flush(struct varlink *v);

/* Counts what lies in our memory for this connection. 0, or -ENOBUFS if its user has more of our memory than
 * one may, and this connection more than its share of that: the user's others go on. */
int varlink_link_account(struct varlink *v);

/* Ends the connection: nothing more is read or sent, and the loop frees it. */
void varlink_link_fail(struct varlink *v);

/* Has the loop look at this connection. */
void varlink_link_wake(struct varlink *v);
