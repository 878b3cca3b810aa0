/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which formats the words of a command line mean: names, or globs as fnmatch(3) understands them. */

#include "ctl/context.h"

/* The formats that one of the words names, each once, by name; no words: all. Each word that means none is
 * complained about, with the nearest name, and sets *ret_missing. The array is the caller's to free. 0 or
 * -ENOMEM. */
int select_formats(const struct context *c, const struct formats *formats, char *const *words,
                   const struct format ***ret, size_t *ret_n, bool *ret_missing);

/* Does one of the words mean that name? */
bool select_matches(char *const *words, const char *name);
