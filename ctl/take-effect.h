/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Having take effect what was written below /etc or /run: the daemon reads it, or a pass of our own does. */

#include "ctl/snapshot.h"

/* Does a pass of our own belong to it? Not where a root was named and no instance: an image that is being
 * made is not to be registered in this machine's kernel. */
bool take_effect_is_wanted(const struct context *c);

/* Makes a pass of our own with all that it has to change, and adds to the array `ret` what the formats of
 * these names have become. 0, or negative errno after complaining. */
int take_effect_here(const struct snapshot *a, const char *const *names, size_t n, json_t *ret);

/* Has the daemon read everything again, or makes that pass; then the same. */
int take_effect(struct snapshot *a, const char *name, json_t *ret);

/* Prints what each Format is now, and how many were `done` ("enabled"), by whom; or all as JSON. The exit
 * code: EXIT_FAILURE if the kernel refused one. */
int take_effect_print(const struct snapshot *a, json_t *formats, const char *done);
