/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads the parameters of a call into a struct, by a table of what they have to be. */

#include "varlink/interface.h"

/* Types of JSON, and of the C variables that they are read into. Strings and arrays are borrowed from the
 * parameters. */
enum varlink_type {
        VARLINK_BOOLEAN, /* bool */
        VARLINK_INTEGER, /* int64_t */
        VARLINK_STRING,  /* const char * */
        VARLINK_STRINGS, /* json_t *, an array of strings */
        VARLINK_ARRAY,   /* json_t * */
        VARLINK_OBJECT,  /* json_t * */
};

struct varlink_field {
        const char *name;
        enum varlink_type type;
        size_t offset; /* in the target */
        bool required; /* otherwise null and absence are the same, and leave the target as it is */
};

/* Reads all fields into `target`. NULL; or the name of the first that is missing, of a wrong type or not in
 * the table (borrowed), and nothing was written. */
const char *varlink_fields_read(json_t *parameters, const struct varlink_field *fields, size_t n,
                                void *target);

/* The same for a handler: 0; 1: a parameter was wrong, and InvalidParameter was replied; or negative errno.
 * The handler returns anything but 0 at once. */
int varlink_dispatch(struct varlink *v, json_t *parameters, const struct varlink_field *fields, size_t n,
                     void *target);
