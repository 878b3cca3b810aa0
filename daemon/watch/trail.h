/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The trail of a path: which directories are passed on the way to it, and which names in them decide where
 * the way leads. Whoever watches all of them cannot miss that the path comes to mean another file, through
 * symbolic links, missing directories and renames alike. Looks at the file system, watches nothing. */

#include "model/base/macro.h"

enum trail_kind {
        TRAIL_PASSED,  /* the directory is there, and the way leads through it: what matters is if it itself
                          is moved or removed */
        TRAIL_NAME,    /* what stands in it under `name`, if anything, decides: a link, the end, or nothing
                          yet; on the way to members, directories as well */
        TRAIL_MEMBERS, /* the end of the way, and every name in it matters */
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
