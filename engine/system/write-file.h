/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Replaces a small file as a whole or not at all: whoever reads it finds the old text or the new one, also
 * after a crash.
 *
 * `root` is "" for the machine itself; `path` is absolute below it. Links in directories lead where they
 * would after chroot(2); a link at the path itself is replaced. */

#include "model/base/macro.h"

/* Directories that are missing are made (mode 0755); the file gets mode 0644, whatever the umask. 0, or
 * negative errno (-EROFS, -EACCES, -ENOSPC, -ENOTDIR, …): then nothing has changed but the directories. */
int write_file(const char *root, const char *path, const void *data, size_t n);

/* Makes the directory `path`, absolute, with all that are missing on the way to it (mode 0755, whatever the
 * umask). 0, also if it is there, or negative errno. */
int write_directory(const char *root, const char *path);

/* Removes the file. 0, also if there was none, or negative errno. */
int write_nothing(const char *root, const char *path);
