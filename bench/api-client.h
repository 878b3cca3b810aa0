/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Clients that do nothing but send bytes and wait for the end of the answer, so that the time measured is
 * that of the server: over Varlink, over D-Bus, and a bare echo. */

#include "model/base/macro.h"

struct client {
        int fd;
        char *request;
        size_t request_size, answer_size; /* bytes; of the answer as it came last */
        /* Reads one whole answer. 0 or negative errno; -EPROTO: it is an error. */
        int (*receive)(struct client *c);
};

/* Connects, and prepares a call of a method without parameters, with `more` or without. 0 or negative errno.
 */
int client_varlink(const char *path, const char *method, bool more, struct client *ret);

/* The same on a bus. `argument`: a string, or NULL for none. 0 or negative errno. */
int client_bus(const char *path, const char *object, const char *interface, const char *member,
               const char *argument, struct client *ret);

/* The bare limit: starts a process that reads as many bytes as `like` sends and writes as many as its answer
 * had, until the connection ends. 0 or negative errno. */
int client_echo(const struct client *like, struct client *ret);

/* Sends the call and waits for the whole answer. 0 or negative errno. */
int client_call(struct client *c);

void client_clear(struct client *c);
