/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats, definitions and diagnostics as JSON; the keys are stable. All that return json_t give a new
 * reference, NULL if memory ran out. */

#include "engine/pass/reconcile.h"

#include <jansson.h>

/* The string; null for NULL. One that is no UTF-8 is escaped: its backslashes, control characters and bytes
 * that are no UTF-8 as \xHH. */
json_t *api_text(const char *string);

/* The text as a string; frees it. */
json_t *api_taken(struct text *t);

/* In hexadecimal; null for NULL. */
json_t *api_bytes(const uint8_t *bytes, size_t n);

json_t *api_pattern(const struct pattern *p); /* null for NULL */
json_t *api_entry(const struct entry *e);     /* null for NULL */
json_t *api_definition(const struct definition *d);
json_t *api_interpreter(const struct interpreter *i, bool used);

json_t *api_format(const struct format *f);
json_t *api_formats(const struct format *const *formats, size_t n);

/* The diagnostics about format `name` (NULL: all). */
json_t *api_diagnostics(const struct diagnostics *d, const char *name);

/* Appends `value` (stolen) to the array; -ENOMEM if either is NULL or memory runs out. */
int api_push(json_t *array, json_t *value);

/* Prints it indented on standard output and drops the reference. 0, or -ENOMEM for NULL. */
int api_print(json_t *j);
