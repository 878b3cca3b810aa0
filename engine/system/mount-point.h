/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The mount point of the file system that a file lies on, for commands such as mount -o remount. */

#include "model/base/macro.h"

/* Finds that of the file open at fd. 0 and *ret owned; -ENOENT if it is not known (Linux before 5.8, no
 * /proc) or -ENOMEM, with *ret untouched. */
int mount_point_of(int fd, char **ret);
