/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A Varlink service on an sd-event loop: listens, counts its clients, hands their calls to the interfaces
 * that were added. org.varlink.service is always there.
 *
 * No client can stop or grow it: messages, unread output, connections in all and of one user are bounded,
 * and a message that was begun has to be finished in time. A client that goes beyond is dropped. A client
 * may be silent for ever between messages. Calls that were sent ahead are left in the socket while the
 * client has replies unread. */

#include "varlink/config.h"
#include "varlink/interface.h"

#include <sys/stat.h>
#include <systemd/sd-event.h>

struct varlink_server;

/* All functions return 0 or negative errno. `user` is handed to the methods. */
int varlink_server_new(sd_event *event, const struct varlink_server_config *config, void *user,
                       struct varlink_server **ret);

/* Closes all connections: replies are sent as far as the clients read at once, and calls that are under way
 * end. Must not be called from a method. */
struct varlink_server *varlink_server_free(struct varlink_server *s); /* returns NULL */
DEFINE_CLEANUP(struct varlink_server *, varlink_server_free);

/* -EINVAL if name, table and description do not agree; -EEXIST if there is one of that name. */
int varlink_server_add_interface(struct varlink_server *s, const struct varlink_interface *interface);

/* Serves clients that connect to this listening socket, which is taken if 0 is returned. */
int varlink_server_listen_fd(struct varlink_server *s, int fd);

/* Makes such a socket (address.h). A stale one is replaced; -EADDRINUSE if anything else is there. The file
 * is not removed at the end. */
int varlink_server_listen(struct varlink_server *s, const char *address, mode_t mode);

/* Serves a client that is connected already; the descriptor is taken if 0 is returned. -EUSERS: the limit.
 */
int varlink_server_add_connection(struct varlink_server *s, int fd);
