/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/bus-encode.h"
#include "model/base/quote.h"

#include <ctype.h>
#include <errno.h>

#define MAX_PROPERTY 64u

static int append_counts(sd_bus_message *m, const json_t *object) {
        const char *key;
        json_t *value;
        int r = sd_bus_message_open_container(m, 'a', "{su}");

        json_object_foreach((json_t *) object, key, value) {
                if (r < 0)
                        return r;
                r = sd_bus_message_append(m, "{su}", key, (uint32_t) json_integer_value(value));
        }
        return r < 0 ? r : sd_bus_message_close_container(m);
}

static const char *type_of(const json_t *value) {
        switch (json_typeof(value)) {
        case JSON_OBJECT:
                return "a{sv}";
        case JSON_INTEGER:
                return "x";
        case JSON_TRUE:
        case JSON_FALSE:
                return "b";
        default:
                return "s";
        }
}

static int append_member(sd_bus_message *m, const char *key, const json_t *value) {
        const char *type = type_of(value);
        int r;

        if (json_is_null(value))
                return 0;
        r = sd_bus_message_open_container(m, 'e', "sv");
        if (r >= 0)
                r = sd_bus_message_append(m, "s", key);
        if (r >= 0)
                r = sd_bus_message_open_container(m, 'v', type);
        if (r >= 0)
                r = bus_append_json(m, type, value);
        if (r >= 0)
                r = sd_bus_message_close_container(m);
        return r < 0 ? r : sd_bus_message_close_container(m);
}

static int append_members(sd_bus_message *m, const json_t *object) {
        const char *key;
        json_t *value;
        int r = sd_bus_message_open_container(m, 'a', "{sv}");

        json_object_foreach((json_t *) object, key, value) {
                if (r < 0)
                        return r;
                r = append_member(m, key, value);
        }
        return r < 0 ? r : sd_bus_message_close_container(m);
}

int bus_append_json(sd_bus_message *m, const char *type, const json_t *value) {
        const char *string = json_string_value(value);
        json_int_t number = json_integer_value(value);

        switch (type[0]) {
        case 's':
                return sd_bus_message_append(m, "s", string ? string : "");
        case 'b':
                return sd_bus_message_append(m, "b", (int) json_is_true(value));
        case 'i':
                return sd_bus_message_append(m, "i", (int32_t) number);
        case 'u':
                return sd_bus_message_append(m, "u", (uint32_t) number);
        case 't':
                return sd_bus_message_append(m, "t", (uint64_t) number);
        case 'x':
                return sd_bus_message_append(m, "x", (int64_t) number);
        default:
                return strcmp(type, "a{su}") == 0 ? append_counts(m, value) : append_members(m, value);
        }
}

/* sd-bus does not pass the property's type, but has opened a container of that type for the value. */
int bus_get_property(sd_bus *bus _unused_, const char *path _unused_, const char *interface _unused_,
                     const char *property, sd_bus_message *reply, void *object,
                     sd_bus_error *error _unused_) {
        const json_t *fields = *(json_t *const *) object;
        const char *type = sd_bus_message_get_signature(reply, false);
        char key[MAX_PROPERTY];

        if (!fields)
                return -ENOMEM;
        if (!type || strlen(property) >= sizeof key)
                return -EINVAL;
        strcpy(key, property);
        key[0] = (char) tolower(key[0]);
        return bus_append_json(reply, type, json_object_get(fields, key));
}

int bus_append_text(sd_bus_message *m, const char *string) {
        _cleanup_(text_clear) struct text t = { 0 };
        _cleanup_free_ char *utf8 = NULL;

        if (string)
                quote_as_utf8(&t, string);
        utf8 = text_take(&t);
        return utf8 ? sd_bus_message_append(m, "s", utf8) : -ENOMEM;
}
