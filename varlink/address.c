/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/address.h"

#include <errno.h>

int varlink_address_parse(const char *address, struct sockaddr_un *ret) {
        struct sockaddr_un parsed = { .sun_family = AF_UNIX };

        if (strncmp(address, "unix:", 5) == 0)
                address += 5;
        if (address[0] != '/')
                return -EINVAL;
        if (strlen(address) >= sizeof parsed.sun_path)
                return -ENAMETOOLONG;
        strcpy(parsed.sun_path, address);
        *ret = parsed;
        return 0;
}
