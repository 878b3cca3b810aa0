/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names and limits of a service. */

#include "varlink/stream.h"

/* Strings are borrowed and have to outlive the server. Numbers that are 0 take the default. */
struct varlink_server_config {
        /* The reply to GetInfo; all are needed. */
        const char *vendor, *product, *version, *url;

        /* Errors of the service itself, "<interface>.CamelCase"; NULL: the connection is closed without a
         * word.
         *
         * failed_error(errno: int, message: string): a handler returned this errno.
         *
         * busy_error(scope: string, limit: int): too many connections, in scope "service" or "user"; sent at
         * once, not as the answer to a call, and the connection is closed. */
        const char *failed_error, *busy_error;

        /* Limits of one connection. Default: 64 KiB a message, nested 32 deep, 4 MiB of output that waits to
         * be read. */
        struct varlink_limits limits;

        /* Bytes of unread and unfinished messages, over all connections of one user. Beyond that,
         * connections that hold more than an equal share are dropped as they grow. Default: 16 MiB. */
        size_t memory_per_user;

        /* Limits of connections: in all, 4096 by default, and of one user, 1024 by default. */
        size_t connections, connections_per_user;

        /* Limit of the time from a message's first byte to its last. Default: 45 s. */
        uint64_t timeout_usec;
};
