/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The clients that called Subscribe over Varlink, and get a reply for each change. */

#include "daemon/front/control.h"
#include "varlink/connection.h"

struct subscriber;

struct subscribers {
        struct control *control;
        struct listener listener;
        struct subscriber *first;
};

/* Begins to listen. All subscriptions have to end before subscribers_end(). */
void subscribers_begin(struct subscribers *s, struct control *control);
void subscribers_end(struct subscribers *s);

/* Replies that the subscription is ready, then replies with every change until the client goes or stops
 * reading. 0 or negative errno. */
int subscribers_add(struct subscribers *s, struct varlink *v);
