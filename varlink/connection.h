/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One client, as a method's handler sees it: what it may reply to the call that it was given.
 *
 * A connection answers one call at a time, in the order in which they came. All functions here only queue;
 * what has to be sent, freed or called happens in the loop, so none of them calls back or frees anything,
 * and they may be used while walking a list of subscribers.
 *
 * A connection is gone if its client is, or if that sent no Varlink, did not finish a message in time, or
 * does not read the replies that it asked for (config.h has the limits). Functions then return -ECONNRESET,
 * and the loop ends its call and frees it soon: a pointer to it is good until the call's on_close function
 * was called.
 *
 * JSON that is handed in is always taken, also on failure; NULL makes the function fail with -ENOMEM, so
 * a result of json_pack() may be handed on unchecked. No parameters are json_object(). */

#include "varlink/interface.h"

#include <sys/types.h>

#define VARLINK_ERROR_INTERFACE_NOT_FOUND    "org.varlink.service.InterfaceNotFound"
#define VARLINK_ERROR_METHOD_NOT_FOUND       "org.varlink.service.MethodNotFound"
#define VARLINK_ERROR_METHOD_NOT_IMPLEMENTED "org.varlink.service.MethodNotImplemented"
#define VARLINK_ERROR_INVALID_PARAMETER      "org.varlink.service.InvalidParameter"
#define VARLINK_ERROR_PERMISSION_DENIED      "org.varlink.service.PermissionDenied"
#define VARLINK_ERROR_EXPECTED_MORE          "org.varlink.service.ExpectedMore"

/* Each returns 0; -EINVAL if there is no call to be answered, or for varlink_notify() one without `more`;
 * -ECONNRESET; -ENOBUFS if the client has too much unread (the connection is gone then); -ENOMEM. To a
 * oneway call nothing is sent, and 0 returned. */

/* The last reply, or the only one. */
int varlink_reply(struct varlink *v, json_t *parameters);

/* A reply that others follow. */
int varlink_notify(struct varlink *v, json_t *parameters);

/* An error as the last reply; its name is "<interface>.CamelCase". */
int varlink_error(struct varlink *v, const char *name, json_t *parameters);

/* InvalidParameter with the name of the wrong parameter. */
int varlink_error_invalid_parameter(struct varlink *v, const char *parameter);

/* Reports a failure of ours: the server's `failed_error` with the number and text of this errno (negative or
 * not). A server without such an error drops the connection. */
int varlink_error_errno(struct varlink *v, int error);

/* Has `closed` called once, when the present call is over: replied, failed, or client or server gone. Needed
 * by a handler that keeps the pointer after it returned. */
void varlink_on_close(struct varlink *v, void (*closed)(struct varlink *v, void *user), void *user);

/* For a stream that is too long to lie in memory: has `drained` called again and again, whenever the client
 * has read most of what was sent. It sends the next few replies and returns 1 if it is to be called again, 0
 * if not; a negative errno is answered as varlink_error_errno() does. Not called from in here. */
void varlink_on_drain(struct varlink *v, int (*drained)(struct varlink *v, void *user), void *user);

/* The client's user, as the kernel saw it when it connected. */
uid_t varlink_peer_uid(const struct varlink *v);

/* Is it root, or the user that we run as? */
bool varlink_is_privileged(const struct varlink *v);
