/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The credential "binfmtd.extra" holds definitions that whoever started the machine or the service handed
 * over, by LoadCredential= of systemd.exec(5). */

#include "model/base/macro.h"

#define CREDENTIAL_NAME "binfmtd.extra"
/* systemd puts the credentials of the daemon here. Root may read them, to see what the daemon sees. */
#define CREDENTIAL_DIRECTORY "/run/credentials/binfmtd.service"

/* Finds the path of the credential: below $CREDENTIALS_DIRECTORY if that is set, else below
 * CREDENTIAL_DIRECTORY of `root`. *ret is NULL if there is none, or it is not ours to read. 0 or -ENOMEM. */
int credential_find(const char *root, char **ret);
