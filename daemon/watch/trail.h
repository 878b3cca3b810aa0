/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The trail of a path: the directories that the way to it passes through, and the names in them that decide
 * where the way leads. If all of them are watched, no change of the file that the path means can be missed,
 * through symbolic links, missing directories and renames alike. Reads the file system, watches nothing. */

#include "model/base/macro.h"

enum trail_kind {
        TRAIL_PASSED, /* the way leads through the directory: it matters if the directory itself is moved or
                         removed */
        TRAIL_NAME,   /* `name` in the directory decides, be it a link, the end of the way or missing; on the
                         way to members, a directory as well */
        TRAIL_MEMBERS, /* the directory is the end of the way, and every name in it matters */
};

struct trail_step {
        enum trail_kind kind;
        char *directory; /* without links, below the root, "" for the root itself */
        char *name;      /* with TRAIL_NAME */
};

struct trail {
        struct trail_step *steps;
        size_t n;
};

/* Follows absolute `path` below `root` ("": the machine itself) as far as it leads; links lead where they
 * would after chroot(2). `members`: if the path is a directory, its names matter too. 0 or -ENOMEM. */
int trail_follow(const char *root, const char *path, bool members, struct trail *ret);

void trail_clear(struct trail *t);
