/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The names of the Varlink interface, once; org.binfmtd.varlink is its text, binfmtctl and the daemon its
 * two sides. */

#include "model/base/macro.h"

#define BINFMTD_SOCKET                     "/run/binfmtd/org.binfmtd"

#define BINFMTD_INTERFACE                  "org.binfmtd"
#define BINFMTD_METHOD(name)               BINFMTD_INTERFACE "." name
#define BINFMTD_ERROR_NO_SUCH_FORMAT       BINFMTD_INTERFACE ".NoSuchFormat"
#define BINFMTD_ERROR_NOT_DECLARED         BINFMTD_INTERFACE ".NotDeclared"
#define BINFMTD_ERROR_CANNOT_BE_NAMED      BINFMTD_INTERFACE ".CannotBeNamed"
#define BINFMTD_ERROR_CANNOT_WRITE         BINFMTD_INTERFACE ".CannotWrite"
#define BINFMTD_ERROR_FAILED               BINFMTD_INTERFACE ".Failed"
#define BINFMTD_ERROR_TOO_MANY_CONNECTIONS BINFMTD_INTERFACE ".TooManyConnections"

/* The text of org.binfmtd.varlink. */
extern const char org_binfmtd_description[];
