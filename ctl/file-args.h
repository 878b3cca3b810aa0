/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The definition files that the words of `apply` mean. A basename (or a glob of them), or a path in a source
 * directory, means the file of that name that counts; any other path is read besides. */

#include "ctl/context.h"

struct file_args {
        char **files; /* as definitions name them; NULL-terminated, owned */
        char **added; /* those of --add, then those to be read besides; NULL-terminated, only the array is
                         owned */
        size_t n_files, n_added;
        bool incomplete; /* some word means no file, and was complained about */
};

/* 0 or negative errno. */
int file_args_make(const struct context *c, char *const *words, struct file_args *ret);
void file_args_clear(struct file_args *file_args);

/* Is `file`, as a definition or a diagnostic names it (or NULL), one of the files? */
bool file_args_have(const struct file_args *file_args, const char *file);
