/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a pass found out, as org.binfmtd says it (org.binfmtd.varlink): new references, NULL if memory ran
 * out. */

#include "api/json.h"

/* A Status: whose report it is, and the device of the instance (0: none). */
json_t *api_status(const struct pass *pass, const struct options *options, uint64_t device);

/* The reply to Show. `interpreters` are the facts of all that the definition names, and a NULL
 * (engine/pass/interpreters). */
json_t *api_details(const struct pass *pass, const struct format *f,
                    const struct interpreter *const *interpreters);
