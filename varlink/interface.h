/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An interface as data: its name, its text for people and programs, and a table of methods. All of it is
 * static, or outlives the server that it is added to. */

#include "model/base/macro.h"

#include <jansson.h>

struct varlink; /* connection.h */

/* Flags of a call, as the client made it. */
enum varlink_call_flags {
        VARLINK_CALL_MORE = 1 << 0,   /* several replies are welcome: varlink_notify() may be used */
        VARLINK_CALL_ONEWAY = 1 << 1, /* no reply is welcome; replies are dropped */
};

/* Answers a call. `parameters` is an object, empty if none were sent, and borrowed until the handler
 * returns; `flags` are of varlink_call_flags; `user` is the server's. Returns >= 0 if it replied, or if it
 * will reply: then it must have called varlink_on_close() or varlink_on_drain(). A negative errno means that
 * we failed, and is answered so if nothing else was. It must not free the server. */
typedef int (*varlink_method_fn)(struct varlink *v, json_t *parameters, unsigned flags, void *user);

enum varlink_method_flags {
        VARLINK_METHOD_NEEDS_MORE = 1 << 0, /* without `more` it is answered by ExpectedMore */
        VARLINK_METHOD_PRIVILEGED =
                        1
                        << 1, /* callers without privileges (varlink_is_privileged()) get PermissionDenied */
};

struct varlink_method {
        const char *name;       /* without the interface */
        varlink_method_fn call; /* NULL: MethodNotImplemented */
        unsigned flags;         /* of varlink_method_flags */
};

struct varlink_interface {
        const char *name;        /* "org.example.thing" */
        const char *description; /* in Varlink's language, with comments: what GetInterfaceDescription gives
                                  */
        const struct varlink_method *methods;
        size_t n_methods;
};

/* The interface of that name; NULL if there is none. */
const struct varlink_interface *varlink_interfaces_find(const struct varlink_interface *const *interfaces,
                                                        size_t n, const char *name);

/* The method of that name; NULL if the interface has none. */
const struct varlink_method *varlink_interface_find(const struct varlink_interface *i, const char *method);

/* Does the description name this interface, and exactly the methods that are in the table? */
bool varlink_interface_agrees(const struct varlink_interface *i);

/* org.varlink.service, which every server has. */
extern const struct varlink_interface varlink_service;
