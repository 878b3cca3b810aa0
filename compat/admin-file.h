/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A format as binfmt-support stores it: a file of texts, which are shown and kept as they were given. Their
 * meaning is the business of engine/read/binfmts. */

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
        ADMIN_EXTENSION = ADMIN_FIELDS, /* only in struct given */
        GIVEN_FIELDS,
};

/* The fields' names: "package", "fix_binary" … */
extern const char *const admin_file_field_names[GIVEN_FIELDS];

struct admin_file {
        char *fields[ADMIN_FIELDS]; /* none is NULL once it was read or made */
};

void admin_file_clear(struct admin_file *a);

/* The fields that options or an import file give; NULL: not given. */
struct given {
        char *values[GIVEN_FIELDS];
};

void given_clear(struct given *g);

/* Reads an import file. False if it cannot be read, after complaining, or if it is empty. */
bool given_read(const char *path, struct given *ret);

/* Makes an admin file of it. Messages call it `what`. False if it is no format, after complaining. */
bool admin_file_make(const char *what, const struct given *given, struct admin_file *ret);

/* Reads an admin file. False if it cannot be read, after complaining, or if it is broken, after complaining
 * unless `quiet`. */
bool admin_file_read(const char *path, bool quiet, struct admin_file *ret);

/* Writes it to PATH.tmp and renames that to PATH. False if that did not work, after complaining. */
bool admin_file_write(const struct admin_file *a, const char *path);

/* Prints its fields, as --test shows them. */
void admin_file_print(const struct admin_file *a);

/* Appends the register string that --test shows, with a newline. */
void admin_file_append_string(const struct admin_file *a, const char *name, const char *interpreter,
                              struct text *t);
