/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Putting a small file in its place, as a whole or not at all: whoever reads it finds the old text or the
 * new one, also after a crash.
 *
 * `root` is "" for the machine itself; `path` is absolute below it. Links in directories lead where they
 * would after chroot(2); a link at the path itself is replaced. */

#include "model/base/macro.h"

/* Directories that are missing are made (mode 0755); the file gets mode 0644, whatever the umask. 0; -EROFS,
 * -EACCES, -ENOSPC, -ENOTDIR …: all is as it was (but for directories). */
int write_file(const char *root, const char *path, const void *data, size_t n);

/* Removes it; 0 also if there was none. */
int write_nothing(const char *root, const char *path);
