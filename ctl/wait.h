/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

/* Does this errno of table_open() say that no instance is mounted there, or only a read-only one? A later
 * mount may then help. */
bool instance_is_missing(int error);

/* Waits until an instance of binfmt_misc is mounted at `path` (in our own mount namespace), at most so many
 * seconds, or without a limit (negative). 0, or the last negative errno of table_open(). Errors that no
 * mount can mend, such as -EACCES, are returned at once. */
int wait_for_instance(const char *path, int seconds);
