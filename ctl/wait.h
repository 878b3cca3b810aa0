/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waits until an instance of binfmt_misc is mounted at `path` (in our own mount namespace), at most so many
 * seconds, or without a limit (negative). 0 or why there is none yet: negative errno of table_open(). What
 * waiting does not help against, such as -EACCES, is returned at once. */
int wait_for_instance(const char *path, int seconds);
