/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a file would do if it stood in its place: for who writes one, before it counts. */

#include "engine/pass/reconcile.h"

/* As reconcile_read(), with the text in the place of the file at `path` (in a directory of our own drop-ins
 * or overrides, without the root), whether that is there or not. Each of ret's diagnostics about the text
 * has the path as shown to people: with the root in front. 0, -EINVAL if it is no such path, or negative
 * errno. */
int dry_run(const char *root, const char *path, const char *text, size_t n, struct pass *ret);
