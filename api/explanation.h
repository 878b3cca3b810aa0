/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An explanation and the verdict on it as JSON. */

#include "api/json.h"
#include "model/explain/verdict.h"

/* The verdict and its findings, each step of the chain, the header, the instance. `suggestion` is the text
 * of a drop-in, or NULL. A new reference, NULL if memory ran out. */
json_t *api_explanation(const struct question *q, const struct explanation *e, const struct setting *s,
                        const struct verdict *v, const char *suggestion);
