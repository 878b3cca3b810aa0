/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Finds out what a drop-in would do, before it is written. */

#include "engine/pass/reconcile.h"

/* Does what reconcile_read() does, as if the text stood in the file at `path`, whether there is one or not.
 * The path is one in a directory of our own drop-ins or overrides, without the root; diagnostics about the
 * text name it with the root in front, as they do for other files. The caller clears *ret with pass_clear(),
 * also after a failure. 0, -EINVAL if it is no such path, or another negative errno. */
int dry_run(const char *root, const char *path, const char *text, size_t n, struct pass *ret);
