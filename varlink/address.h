/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Addresses of services: the path of a socket, with or without "unix:" in front. */

#include "model/base/macro.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* 0; -EINVAL: no absolute path; -ENAMETOOLONG: longer than a socket's address may be. */
int varlink_address_parse(const char *address, struct sockaddr_un *ret);

/* Closes a descriptor that no connection has taken; < 0: none. */
static inline void varlink_closep(const int *fd) {
        if (*fd >= 0)
                close(*fd);
}
