/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The walk through the source directories, to each file that counts; for engine/read/sources.c alone. A
 * family of directories is scanned as one: all names, sorted by name and then by precedence, so that of
 * neighbours with one name the first counts. */

#include "engine/read/source-families.h"
#include "model/base/diagnostic.h"

#include <sys/stat.h>

struct candidate {
        struct dirent *entry;
        unsigned directory; /* of the family */
};

struct scan {
        char *root; /* without a slash at the end; "" for the machine itself */
        int root_fd;
        struct diagnostics *diagnostics;
        bool incomplete;
        const char *only; /* the one name that is asked for; NULL: all */
        enum source_directory states[SOURCE_DIRECTORIES];
        char *path;          /* of the current file, as shown to people; PATH_MAX bytes */
        const char *path_of; /* the directory that its first n_path bytes are of */
        size_t n_path;

        const struct source_family *family;
        int fds[SOURCE_FAMILY_DIRECTORIES_MAX];
        struct candidate *candidates;
        size_t n;
};

/* Called with each file that counts, which it opens with scan_open(). 0, or a negative errno, which ends the
 * scan. */
typedef int (*scan_visit_t)(struct scan *s, const struct candidate *c, void *user);

/* For _cleanup_(scan_clear). */
#define SCAN(diagnostics_)                                                                                  \
        {                                                                                                   \
                .root_fd = -1, .diagnostics = (diagnostics_), .fds = { -1, -1, -1, -1 }                     \
        }

/* Visits each file of one family (s->family, and there s->only), or of all families. 0, or the error of the
 * visit that failed. */
int scan_sources(struct scan *s, const char *root, scan_visit_t visit, void *user);
void scan_clear(struct scan *s);

/* Makes it the current file and opens it. 1 with *ret a descriptor, or -1 for a link to /dev/null; 0 if it
 * went away meanwhile, or cannot be opened, which is reported; or -ENOMEM. */
int scan_open(struct scan *s, const struct candidate *c, int *ret);

/* Reports that the current "file" or "directory" could not be read; the scan is incomplete then. 0 or
 * -ENOMEM. */
int scan_error(struct scan *s, const char *what, int error);

/* 1 if only root (or this user) could have written it, 0 if not, which is reported, or -ENOMEM. */
int scan_check_trust(struct scan *s, const struct stat *st);
