/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The place that engine/system/trial.c runs programs in, for it alone. The process itself moves into it and
 * can only end there. */

#include "engine/system/namespace.h"
#include "engine/system/table.h"

/* Moves this process into namespaces of its own, makes all that it sees read-only, and sets limits that its
 * children inherit. It dies with its parent, `parent`. Errors as namespace_move(). */
int sandbox_enter(pid_t parent, const char **ret_why, const char **ret_hint);

/* Where the directory stands: an interpreter may want to know the program by a path. In here nobody needs
 * what it covers, and no interpreter stands below it; the kernel asks its table all the same. */
#define SANDBOX_PLACE TABLE_DEFAULT_PATH

/* A directory of the sandbox's own, which no path leads to yet; O_CLOEXEC. Negative errno. */
int sandbox_directory(void);

/* Nobody writes there from now on, and it stands at its place. 0 or negative errno. */
int sandbox_seal(int directory);

/* No capability is left, not even for root, and none can be got. 0 or negative errno. */
int sandbox_drop(void);

/* As fork(2), but the child is the first process of a new PID namespace, with which all that is in it ends;
 * it dies with its parent. The parent keeps *ret_lifeline open as long as the child is to live. A PID, 0, or
 * negative errno. */
int sandbox_fork(int *ret_lifeline);
