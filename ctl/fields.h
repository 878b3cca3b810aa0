/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The fields of JSON objects of the interface org.binfmtd. A field that is missing, null or of another type
 * counts as not said. */

#include "model/base/text.h"

#include <jansson.h>

/* Borrowed; NULL if not said. */
const char *field_string(const json_t *object, const char *key);

/* 0 if not said. */
long long field_integer(const json_t *object, const char *key);

/* false if not said. */
bool field_is_true(const json_t *object, const char *key);

bool field_is_said(const json_t *object, const char *key);

/* Appends bytes, which JSON has in hexadecimal, as a definition would write them; nothing if not said. */
void field_append_magic(const json_t *object, const char *key, struct text *t);
