/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Clients that do nothing but send bytes and wait for the end of the answer, so that what is measured is
 * whoever answers: over Varlink, over D-Bus, and a bare echo. */

#include "model/base/macro.h"

struct client {
        int fd;
        char *request;
        size_t request_size, answer_size; /* bytes; of the answer as it came last */
        /* Reads one whole answer. 0 or negative errno; -EPROTO: it is an error. */
        int (*receive)(struct client *c);
};

/* Of List with `more`, or any method without parameters. 0 or negative errno. */
int client_varlink(const char *path, const char *method, bool more, struct client *ret);

/* Connected to a bus as a client of its own. `argument`: a string, or NULL. */
int client_bus(const char *path, const char *object, const char *interface, const char *member,
               const char *argument, struct client *ret);

/* Against a process that reads as many bytes as `like` sends, and writes as many as it was answered. It ends
 * with the connection. */
int client_echo(const struct client *like, struct client *ret);

/* Sends and waits. */
int client_call(struct client *c);

void client_clear(struct client *c);
