/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Runs one call of a connection: finds the handler, asks it, and ends the call when all was replied. */

#include "varlink/link.h"

/* Begins the call that this message asks for. It is borrowed: a call that waits holds nothing of what a
 * client sent. */
void varlink_call_begin(struct varlink *v, json_t *message);

/* Lets a stream send some more. */
void varlink_call_drain(struct varlink *v);

/* Ends the call if all was replied, or else because `force` says so. */
void varlink_call_end(struct varlink *v, bool force);
