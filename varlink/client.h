/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A client that blocks, for programs that have nothing else to do: one call at a time.
 *
 * An error in the reply is no failure of the call: functions return >= 0 and give its name.
 * After a negative errno the connection is of no more use, and every further function returns -ENOTCONN. */

#include "model/base/macro.h"

#include <jansson.h>
#include <sys/types.h>

#define VARLINK_NO_TIMEOUT UINT64_MAX

struct varlink_client;

/* `address` as in address.h; `timeout_usec` is for connecting, and for each reply afterwards. 0; -ENOENT or
 * -ECONNREFUSED: nobody listens there; -EACCES; -ETIMEDOUT; -EINVAL or -ENAMETOOLONG: no address; … */
int varlink_client_connect(const char *address, uint64_t timeout_usec, struct varlink_client **ret);

/* For a socket that is connected; taken if 0 is returned. */
int varlink_client_new(int fd, uint64_t timeout_usec, struct varlink_client **ret);

struct varlink_client *varlink_client_free(struct varlink_client *c); /* returns NULL */
DEFINE_CLEANUP(struct varlink_client *, varlink_client_free);

/* The process that listens there: the service, or who made the socket for it. 0: it cannot be told, as of
 * one in a PID namespace that is not seen from here. */
pid_t varlink_client_peer(const struct varlink_client *c);

/* Sets the time that each reply to come may take. */
void varlink_client_set_timeout(struct varlink_client *c, uint64_t timeout_usec);

/* Calls `method` ("<interface>.<Method>") and waits for the reply. `parameters` are taken in any case; NULL
 * is -ENOMEM, so a result of json_pack() may be handed on unchecked.
 *
 * 0, the parameters of the reply (an object) and the name of the error, NULL if it is none; both are
 * borrowed until the next call. -ETIMEDOUT; -ECONNRESET: the service closed the connection; -EBADMSG,
 * -EMSGSIZE: what it said is no Varlink; -EBUSY: a stream is under way; -ENOMEM. */
int varlink_client_call(struct varlink_client *c, const char *method, json_t *parameters,
                        json_t **ret_parameters, const char **ret_error);

/* The same with `more`: begins, then each reply. varlink_client_next() returns 1 if others follow and 0 if
 * this was the last; -ENODATA if none is under way, which breaks nothing. */
int varlink_client_begin(struct varlink_client *c, const char *method, json_t *parameters);
int varlink_client_next(struct varlink_client *c, json_t **ret_parameters, const char **ret_error);
