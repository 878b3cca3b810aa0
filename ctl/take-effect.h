/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Makes what was written below /etc or /run take effect: the daemon reads it, or a pass of our own does. */

#include "ctl/snapshot.h"

/* May a pass of our own write into the kernel? Not if a root was given and no instance: the formats of an
 * image that is being made are not to be registered in this machine's kernel. */
bool take_effect_is_wanted(const struct context *c);

/* Makes a pass of our own, and appends the formats of these names, as they are afterwards, to the array
 * `ret`. 0, or negative errno after complaining. */
int take_effect_here(const struct snapshot *s, const char *const *names, size_t n, json_t *ret);

/* The same for one name, by the daemon if one runs: it reads everything again. */
int take_effect(struct snapshot *s, const char *name, json_t *ret);

/* Prints the state of each Format, how many were `done` ("enabled") and by whom; or all as JSON. Returns the
 * exit code: EXIT_FAILURE if the kernel refused one. */
int take_effect_print(const struct snapshot *s, json_t *formats, const char *done);
