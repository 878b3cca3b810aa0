/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Sources: the families of directories that definitions come from, and which of their files count.
 *
 *   binfmtd/conf.d, binfmt.d   below /etc > /run > /usr/local/lib > /usr/lib; *.conf; the same basename in a
 *                              higher directory replaces; an empty file or a link to /dev/null masks; then
 *                              sorted by basename
 *   binfmtd/override.d         below /etc and /run, all of them; those of /run are applied last
 *   /var/lib/binfmts, /usr/share/binfmts
 *                              every name that the kernel could take, directories aside; symlinks followed
 *   /var/lib/binfmtd/binfmts   where the files of /var/lib/binfmts stand if that is a link, as packages make
 *                              it: they count also while the link is gone
 *
 * Names that begin with a dot never count, nor what editors and package managers leave behind. Below a root,
 * symlinks lead where they would after chroot(2). */

#include "engine/read/source-families.h"
#include "model/format/catalog.h"

struct source_file {
        char *path; /* as shown to people: with the root in front, if one was given */
        enum source_kind source;
        bool override;
        bool masked; /* empty, or a link to /dev/null: counts as deliberately nothing */
};

struct source_files {
        struct source_file *items; /* in the order of reading */
        size_t n;
};

/* Lists the files that count below `root` ("" or "/": the machine itself). Absent directories are ordinary;
 * a file or directory that cannot be read is a diagnostic and sets *ret_incomplete. 0 or -ENOMEM. */
int sources_list(const char *root, struct source_files *ret, bool *ret_incomplete,
                 struct diagnostics *diagnostics);

/* Reads every file that counts into the catalog (not yet resolved). A file that cannot be read, is too
 * large, or that others could write, is an error diagnostic and sets catalog->incomplete; a directory that
 * others could write is left out as a whole. 0 or -ENOMEM. */
int sources_read(const char *root, struct catalog *catalog, struct diagnostics *diagnostics);

/* A file that counts and was read. Its own part of catalog and diagnostics stands behind `from`. */
struct source_reading {
        unsigned family;  /* of directories: within one, a name counts once */
        const char *name; /* the file's basename */
        bool override;    /* it holds overrides */
        bool incomplete;  /* it could not be read, or not told what it defines */
        struct catalog_mark from;
};

/* The place that all files are read into. */
struct source_sink {
        struct catalog *catalog;
        struct diagnostics *diagnostics;
        /* May be NULL. Called after each file; may take its diagnostics out of the list. 0 or -ENOMEM. */
        int (*take)(const struct source_reading *reading, void *userdata);
        void *userdata;
        bool incomplete; /* filled: a file or directory was not read, and `take` was not told so */
        enum source_directory states[SOURCE_DIRECTORIES]; /* filled */
};

/* Does the work of sources_read(), file by file. `only` is NULL, or a path in a source directory, without
 * the root: then nothing is read but the file that counts among those of its basename and family, if there
 * is one. 0 or -ENOMEM. */
int sources_read_each(const char *root, const char *only, struct source_sink *sink);

/* Reads one file by its syntax. A file in a directory called binfmt.d, or whose first line that is no
 * comment looks like a register string, is binfmt.d's; one in a directory called binfmts is
 * binfmt-support's; one in a directory called override.d holds overrides; any other is a drop-in of ours.
 * Who could write it is not checked, as this is for lint and exec --add. `source` is recorded, and does not
 * decide the syntax. 0 or -ENOMEM. engine/read/named-file.c. */
int sources_read_file(const char *path, enum source_kind source, struct catalog *catalog,
                      struct diagnostics *diagnostics);

/* Reads the definition files in `path` if it is a directory, but not those further down, else `path` itself,
 * as sources_read_file() does. engine/read/named-file.c. */
int sources_read_path(const char *path, enum source_kind source, struct catalog *catalog,
                      struct diagnostics *diagnostics);

void source_files_clear(struct source_files *f);
