/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/read/credential.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int credential_find(const char *root, char **ret) {
        const char *directory = secure_getenv("CREDENTIALS_DIRECTORY");
        _cleanup_free_ char *path = NULL;

        if (asprintf(&path, "%s%s/%s", directory ? "" : root, directory ? directory : CREDENTIAL_DIRECTORY,
                     CREDENTIAL_NAME) < 0) {
                path = NULL;
                return -ENOMEM;
        }
        *ret = access(path, R_OK) >= 0 ? TAKE_PTR(path) : NULL;
        return 0;
}
