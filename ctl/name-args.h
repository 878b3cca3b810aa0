/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The formats that the words of a command line mean: names, or globs as fnmatch(3) understands them. Names
 * that are no UTF-8 can also be given as JSON has them (api/json.h). */

#include "ctl/context.h"

#include <jansson.h>

/* *ret is a new array of those of `formats` (Format objects) that some word means, in their order; all if
 * there are no words. A word that means none is complained about, with the nearest name, and sets
 * *ret_missing. 0 or -ENOMEM. */
int name_args_formats(const struct context *c, const json_t *formats, char *const *words, json_t **ret,
                      bool *ret_missing);

/* The same for the formats of a pass. The array is the caller's to free. */
int name_args_of_pass(const struct context *c, const struct formats *formats, char *const *words,
                      const struct format ***ret, size_t *ret_n, bool *ret_missing);

/* Does one of the words mean that name, perhaps as a glob? */
bool name_args_match(char *const *words, const char *name);

/* Is that very name among the words? */
bool name_args_have(char *const *words, const char *name);
