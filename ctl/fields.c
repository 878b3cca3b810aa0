/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/fields.h"
#include "model/base/hex.h"
#include "model/format/escape.h"
#include "model/format/pattern.h"

const char *field_string(const json_t *object, const char *key) {
        return json_string_value(json_object_get(object, key));
}

long long field_integer(const json_t *object, const char *key) {
        return json_integer_value(json_object_get(object, key));
}

bool field_is_true(const json_t *object, const char *key) {
        return json_is_true(json_object_get(object, key));
}

bool field_is_said(const json_t *object, const char *key) {
        const json_t *value = json_object_get(object, key);

        return value && !json_is_null(value);
}

void field_append_magic(const json_t *object, const char *key, struct text *t) {
        const char *hex = field_string(object, key);
        uint8_t bytes[PATTERN_HEADER_SIZE];
        size_t n;

        if (hex && hex_decode(hex, strlen(hex), bytes, sizeof bytes, &n))
                escape_append(t, bytes, n);
}
