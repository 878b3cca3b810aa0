/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who called Subscribe over Varlink, and gets a reply for each change. */

#include "daemon/front/control.h"
#include "varlink/connection.h"

struct subscriber;

struct subscribers {
        struct control *control;
        struct listener listener;
        struct subscriber *first;
};

/* Listens from now on. What subscribes has to have ended before it does. */
void subscribers_begin(struct subscribers *s, struct control *control);
void subscribers_end(struct subscribers *s);

/* Replies that it is ready, and all that changes until the client goes or does not read it. 0 or negative
 * errno. */
int subscribers_add(struct subscribers *s, struct varlink *v);
