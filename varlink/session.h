/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A connection in the loop, from its first message to its end: when it is read, which call is next, and when
 * its client has had time enough. */

#include "varlink/link.h"

/* A new client, into the server's list; the descriptor is taken if 0 is returned. */
int varlink_session_new(struct varlink_server *s, int fd, uid_t uid);

/* Ends its call, and sends what the client reads at once. */
void varlink_session_free(struct varlink *v);
