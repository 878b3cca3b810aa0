/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One call under way: from the message that came in to the last reply and the callbacks that end with it.
 * Between the library's own files; handlers include connection.h. */

#include "varlink/interface.h"

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

/* Begins the call that this message asks for. It is borrowed: a call that waits holds nothing of what a
 * client sent. */
void varlink_call_begin(struct varlink *v, json_t *message);

/* Lets a stream send some more. */
void varlink_call_drain(struct varlink *v);

/* Ends the call if all was replied, or else because `force` says so. */
void varlink_call_end(struct varlink *v, bool force);
