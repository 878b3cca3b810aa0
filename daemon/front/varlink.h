/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The Varlink interface org.binfmtd (api/org.binfmtd.varlink): each method decodes, makes one call of
 * control.h, and encodes. */

#include "daemon/front/control.h"

#include <systemd/sd-event.h>

struct varlink_api;

/* Serves no socket yet. The control is borrowed, and has to outlive the result. 0 or negative errno. */
int varlink_api_new(sd_event *event, struct control *control, struct varlink_api **ret);
/* Clients are told nothing more. Returns NULL. */
struct varlink_api *varlink_api_free(struct varlink_api *a);
DEFINE_CLEANUP(struct varlink_api *, varlink_api_free);

/* Listens on the sockets of the name "varlink" that systemd hands over; if there are none, on `socket`, for
 * everybody, in a directory that is made if it is missing (NULL: nowhere). 0 or negative errno. */
int varlink_api_listen(struct varlink_api *a, const char *socket);
