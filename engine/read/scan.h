/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Going through the source directories, file by file that counts; for engine/read/sources.c alone. A family
 * of directories is scanned as one: all names, sorted by name and then by precedence, so that of neighbours
 * with one name the first counts. */

#include "engine/read/sources.h"

#include <sys/stat.h>

#define SCAN_DIRECTORIES_MAX 4u /* of one family */

/* Directories that stand side by side in source_directories, and in which one name counts once. */
struct family {
        enum source_kind source;
        bool override;
        unsigned rank; /* of its files among those of its source */
        unsigned first, n;
};

#define SCAN_FAMILIES 6u
extern const struct family scan_families[SCAN_FAMILIES];

struct candidate {
        struct dirent *entry;
        unsigned directory; /* of the family */
};

struct scan {
        char *root; /* without a slash at the end; "" for the machine itself */
        int root_fd;
        struct diagnostics *diagnostics;
        bool incomplete;
        const char *only;         /* the one name that is asked for; NULL: all */
        struct source_sink *sink; /* for reading; NULL */
        enum source_directory states[SOURCE_DIRECTORIES];
        char *path;          /* of the current file, as shown to people; PATH_MAX bytes */
        const char *path_of; /* the directory that its first n_path bytes are of */
        size_t n_path;

        const struct family *family;
        int fds[SCAN_DIRECTORIES_MAX];
        struct candidate *candidates;
        size_t n;
};

/* What is done with each file that counts: descriptor -1 if it is a link to /dev/null. */
typedef int (*scan_visit_t)(struct scan *s, const char *name, int fd, void *user);

/* For _cleanup_(scan_clear). */
#define SCAN(diagnostics_)                                                                                  \
        {                                                                                                   \
                .root_fd = -1, .diagnostics = (diagnostics_), .fds = { -1, -1, -1, -1 }                     \
        }

/* Visits each file of one family (s->family, and there s->only), or all of them. 0 or what a visit failed
 * with. */
int scan_sources(struct scan *s, const char *root, scan_visit_t visit, void *user);
void scan_clear(struct scan *s);

/* The current "file" or "directory" could not be read: reported, and something is incomplete. 0 or -ENOMEM.
 */
int scan_error(struct scan *s, const char *what, int error);

/* 1 if only root (or this user) could have written it, 0 if not, which is reported, or -ENOMEM. */
int scan_check_trust(struct scan *s, const struct stat *st);

/* Which names count in the directories of a family. */
int (*scan_filter(const struct family *f))(const struct dirent *entry);
