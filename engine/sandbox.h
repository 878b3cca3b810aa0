/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The place that engine/trial.c runs programs in, for it alone. The process itself moves into it and can
 * only end there. */

#include "engine/namespace.h"

/* Moves this process into namespaces of its own, makes all that it sees read-only, and sets limits that its
 * children inherit. It dies with its parent, `parent`. Errors as namespace_move(). */
int sandbox_enter(pid_t parent, const char **ret_why, const char **ret_hint);

/* A directory that no path leads to, gone when its last descriptor is closed; O_CLOEXEC. Negative errno. */
int sandbox_directory(void);

/* Nobody writes there from now on. 0 or negative errno. */
int sandbox_seal(int directory);

/* No capability is left, not even for root, and none can be got. 0 or negative errno. */
int sandbox_drop(void);

/* As fork(2), but the child is the first process of a new PID namespace, with which all that is in it ends;
 * it dies with its parent. The parent keeps *ret_lifeline open as long as the child is to live. A PID, 0, or
 * negative errno. */
int sandbox_fork(int *ret_lifeline);
