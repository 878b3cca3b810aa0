/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The status and the formats of a pass in the words of org.binfmtd (org.binfmtd.varlink). All return new
 * references, NULL if memory ran out. */

#include "api/json.h"

/* A Status of this pass, its options, and the device of the instance (0: none). */
json_t *api_status(const struct pass *pass, const struct options *options, uint64_t device);

/* The reply to Show. `interpreters` are the facts of all that the definition names, and a NULL
 * (engine/pass/interpreters). */
json_t *api_details(const struct pass *pass, const struct format *f,
                    const struct interpreter *const *interpreters);
