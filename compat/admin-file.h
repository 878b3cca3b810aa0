/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A format as binfmt-support writes it down: texts, that are shown and kept as they were given. What they
 * mean is the engine's business (engine/read/binfmts). */

#include "model/base/text.h"

enum admin_file_field {
        ADMIN_PACKAGE,
        ADMIN_TYPE,
        ADMIN_OFFSET,
        ADMIN_MAGIC, /* or extension */
        ADMIN_MASK,
        ADMIN_INTERPRETER,
        ADMIN_DETECTOR,
        ADMIN_CREDENTIALS,
        ADMIN_PRESERVE,
        ADMIN_FIX_BINARY,
        ADMIN_FIELDS,
        ADMIN_EXTENSION = ADMIN_FIELDS, /* in what is given only */
        GIVEN_FIELDS,
};

/* "package", "fix_binary" … */
extern const char *const admin_file_field_names[GIVEN_FIELDS];

struct admin_file {
        char *fields[ADMIN_FIELDS]; /* none is NULL */
};

void admin_file_clear(struct admin_file *r);

/* What was given, by options or in an import file: NULL where it was not. */
struct given {
        char *values[GIVEN_FIELDS];
};

void given_clear(struct given *g);

/* Reads an import file. False if it cannot be read or says nothing: the former is said. */
bool given_read(const char *path, struct given *ret);

/* Makes a record of it. `what` is how to name it in messages. False if it is no format, which was said. */
bool admin_file_make(const char *what, const struct given *given, struct admin_file *ret);

/* Reads an admin file. False if it is broken, which is said unless `quiet`. */
bool admin_file_read(const char *path, bool quiet, struct admin_file *ret);

/* Puts it in place of an admin file by way of PATH.tmp. False if that did not work, which was said. */
bool admin_file_write(const struct admin_file *r, const char *path);

/* As --test shows it. */
void admin_file_print(const struct admin_file *r);

/* The register string of --test, with a newline. */
void admin_file_append_string(const struct admin_file *r, const char *name, const char *interpreter,
                              struct text *t);
