/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The credential "binfmtd.extra": definitions that whoever started the machine or the service handed over,
 * for systemd.exec(5)'s LoadCredential=. */

#include "model/base/macro.h"

#define CREDENTIAL_NAME "binfmtd.extra"
/* Where systemd puts those of the daemon, for whoever else wants to see what it sees: root. */
#define CREDENTIAL_DIRECTORY "/run/credentials/binfmtd.service"

/* The path of the credential: below $CREDENTIALS_DIRECTORY if that is set, else where the daemon's own is,
 * below `root`. *ret is NULL if there is none, or it is not ours to read. 0 or -ENOMEM. */
int credential_find(const char *root, char **ret);
