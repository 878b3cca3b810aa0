/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where a service listens: the path of a socket, with or without "unix:" in front. */

#include "model/base/macro.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* 0; -EINVAL: neither that nor a path that is absolute; -ENAMETOOLONG: longer than a socket's address may
 * be.
 */
int varlink_address_parse(const char *address, struct sockaddr_un *ret);

/* Closes a descriptor that is none of a connection's yet; < 0: none. */
static inline void varlink_closep(const int *fd) {
        if (*fd >= 0)
                close(*fd);
}
