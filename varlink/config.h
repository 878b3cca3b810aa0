/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names and limits of a service. */

#include "varlink/stream.h"

/* Strings are borrowed and have to outlive the server. Numbers that are 0 take the default. */
struct varlink_server_config {
        /* What GetInfo answers; all are needed. */
        const char *vendor, *product, *version, *url;

        /* Own errors, "<interface>.CamelCase"; NULL: the connection is closed without a word.
         * failed_error(errno: int, message: string): a handler returned this.
         * busy_error(scope: string, limit: int): too many connections, in scope "service" or "user"; sent at
         * once, not as the answer to a call, and the connection is closed. */
        const char *failed_error, *busy_error;

        /* Default: 64 KiB a message, 32 deep, 4 MiB that one connection leaves unread. */
        struct varlink_limits limits;

        /* Bytes of unread and unfinished messages, over all connections of one user. Beyond, those that hold
         * more than an equal share are dropped as they grow. Default: 16 MiB. */
        size_t memory_per_user;

        /* How many may be connected. Default: 4096, and 1024 of one user. */
        size_t connections, connections_per_user;

        /* How long a message may take from its first byte to its end. Default: 45 s. */
        uint64_t timeout_usec;
};
