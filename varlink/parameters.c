/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/parameters.h"

#include "varlink/connection.h"

static bool is_strings(const json_t *value) {
        size_t i;
        json_t *item;

        if (!json_is_array(value))
                return false;
        json_array_foreach((json_t *) value, i, item) {
                if (!json_is_string(item))
                        return false;
        }
        return true;
}

static bool field_fits(const struct varlink_field *f, const json_t *value) {
        if (!value || json_is_null(value))
                return !f->required;
        switch (f->type) {
        case VARLINK_BOOLEAN:
                return json_is_boolean(value);
        case VARLINK_INTEGER:
                return json_is_integer(value);
        case VARLINK_STRING:
                return json_is_string(value);
        case VARLINK_STRINGS:
                return is_strings(value);
        case VARLINK_ARRAY:
                return json_is_array(value);
        case VARLINK_OBJECT:
                return json_is_object(value);
        }
        return false;
}

static void field_store(const struct varlink_field *f, json_t *value, void *target) {
        void *to = (char *) target + f->offset;

        switch (f->type) {
        case VARLINK_BOOLEAN:
                *(bool *) to = json_is_true(value);
                break;
        case VARLINK_INTEGER:
                *(int64_t *) to = json_integer_value(value);
                break;
        case VARLINK_STRING:
                *(const char **) to = json_string_value(value);
                break;
        case VARLINK_STRINGS:
        case VARLINK_ARRAY:
        case VARLINK_OBJECT:
                *(json_t **) to = value;
                break;
        }
}

const char *varlink_fields_read(json_t *parameters, const struct varlink_field *fields, size_t n,
                                void *target) {
        const char *name;
        json_t *value;

        for (size_t i = 0; i < n; i++)
                if (!field_fits(fields + i, json_object_get(parameters, fields[i].name)))
                        return fields[i].name;
        json_object_foreach(parameters, name, value) {
                size_t i = 0;

                while (i < n && !streq(fields[i].name, name))
                        i++;
                if (i == n)
                        return name;
        }

        for (size_t i = 0; i < n; i++) {
                value = json_object_get(parameters, fields[i].name);
                if (value && !json_is_null(value))
                        field_store(fields + i, value, target);
        }
        return NULL;
}

int varlink_dispatch(struct varlink *v, json_t *parameters, const struct varlink_field *fields, size_t n,
                     void *target) {
        const char *wrong = varlink_fields_read(parameters, fields, n, target);
        int r;

        if (!wrong)
                return 0;
        r = varlink_error_invalid_parameter(v, wrong);
        return r < 0 ? r : 1;
}
