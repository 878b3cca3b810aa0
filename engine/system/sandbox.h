/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The sandbox that engine/system/trial.c runs programs in, for it alone. The process itself moves into it
 * and can only end there. */

#include "engine/system/namespace.h"
#include "engine/system/table.h"

/* Moves this process into namespaces of its own, makes all that it sees read-only, and sets limits that its
 * children inherit. It dies with its parent, `parent`. Its errors are those of namespace_move(). */
int sandbox_enter(pid_t parent, const char **ret_why, const char **ret_hint);

/* The sandbox's directory is mounted here, as an interpreter may want to know the program by a path. Nobody
 * in here needs the mount that it covers, and no interpreter stands below it; the kernel asks its table all
 * the same. */
#define SANDBOX_PLACE TABLE_DEFAULT_PATH

/* Makes the sandbox's directory, which no path leads to yet. A descriptor (O_CLOEXEC) or negative errno. */
int sandbox_directory(void);

/* Makes the directory read-only for good and mounts it at SANDBOX_PLACE. 0 or negative errno. */
int sandbox_seal(int directory);

/* Gives up all capabilities, also of root, for good. 0 or negative errno. */
int sandbox_drop(void);

/* Forks. The child is the first process of a new PID namespace: when it ends, so do all others in there, and
 * it dies with its parent. The parent keeps *ret_lifeline open as long as the child is to live. A PID, 0 in
 * the child, or negative errno. */
int sandbox_fork(int *ret_lifeline);
