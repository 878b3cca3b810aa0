/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which definition files the words of `apply` mean: a basename (or a glob of them), or a path in a source
 * directory, is the file of that name that counts; any other path is read besides. */

#include "ctl/context.h"

struct file_args {
        char **files; /* as definitions name them, NULL-terminated. Owned */
        char **added; /* what has to be read besides, behind what --add named; NULL-terminated, borrowed but
                         for the array */
        size_t n_files, n_added;
        bool incomplete; /* some word means no file, which was complained about */
};

/* 0 or negative errno. */
int file_args_make(const struct context *c, char *const *words, struct file_args *ret);
void file_args_clear(struct file_args *file_args);

/* Is it about one of the files? */
bool file_args_have(const struct file_args *file_args, const char *file);
