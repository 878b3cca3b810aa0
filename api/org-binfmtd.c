/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "api/org-binfmtd.h"

const char org_binfmtd_description[] =
#include "api/org.binfmtd.inc"
                ;
