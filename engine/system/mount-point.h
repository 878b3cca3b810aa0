/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the file system that a file lies on is mounted, for commands such as mount -o remount. */

#include "model/base/macro.h"

/* Of the file open at fd. 0 and *ret owned; -ENOENT if it is not known (Linux before 5.8, no /proc), or
 * -ENOMEM: then *ret is untouched. */
int mount_point_of(int fd, char **ret);
