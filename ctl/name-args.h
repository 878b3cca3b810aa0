/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which formats the words of a command line mean: names, or globs as fnmatch(3) understands them. Names
 * that are no UTF-8 can also be given as JSON has them (api/json.h). */

#include "ctl/context.h"

#include <jansson.h>

/* Those of `formats` (an array of Format objects) that one of the words names, each once and in their order;
 * no words: all. Each word that means none is complained about, with the nearest name, and sets
 * *ret_missing. A new array. 0 or -ENOMEM. */
int name_args_formats(const struct context *c, const json_t *formats, char *const *words, json_t **ret,
                      bool *ret_missing);

/* The same of a pass's own formats. The array is the caller's to free. */
int name_args_of_pass(const struct context *c, const struct formats *formats, char *const *words,
                      const struct format ***ret, size_t *ret_n, bool *ret_missing);

/* Does one of the words mean that name? */
bool name_args_match(char *const *words, const char *name);

/* Is one of them that very name? */
bool name_args_read(char *const *words, const char *name);
