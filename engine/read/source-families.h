/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories that definitions come from, by families, and the names that count in them. sources.h says
 * what is read of them, and in which order. */

#include "model/format/definition.h"

#include <dirent.h>

/* Directories that a daemon has to watch, in the order of precedence, ended by NULL; without the root. */
#define SOURCE_DIRECTORIES 13u
extern const char *const source_directories[SOURCE_DIRECTORIES + 1];

/* The result of reading one of them. */
enum source_directory {
        SOURCE_DIRECTORY_NOT_ASKED,
        SOURCE_DIRECTORY_ABSENT,
        SOURCE_DIRECTORY_USED,
        SOURCE_DIRECTORY_LEFT_OUT, /* unreadable, or others could write it; which was reported */
};

#define SOURCE_FAMILY_DIRECTORIES_MAX 4u

/* Directories that stand side by side in source_directories, and in which one name counts once. */
struct source_family {
        enum source_kind source;
        bool override;
        unsigned rank; /* of its files among those of its source */
        unsigned first, n;
};

#define SOURCE_FAMILIES 6u
extern const struct source_family source_families[SOURCE_FAMILIES];

/* Does this directory entry count, among *.conf files or among those of binfmt-support? For scandir(3). */
int source_filter_conf(const struct dirent *entry);
int source_filter_binfmts(const struct dirent *entry);

/* The one of the two that is right for the directories of a family. */
int (*source_family_filter(const struct source_family *f))(const struct dirent *entry);

/* Could there be a file that counts at this path, without the root in front? Then its family (an index into
 * source_families) and its basename, borrowed from `path`. */
bool source_locate(const char *path, unsigned *ret_family, const char **ret_name);
