/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The directories that update-binfmts works on, and what is in them. */

#include "compat/admin-file.h"

#define PLACE_ADMINDIR  "/var/lib/binfmts"
#define PLACE_TRUEDIR   "/var/lib/binfmtd/binfmts" /* where its files stand if packages made it a link */
#define PLACE_IMPORTDIR "/usr/share/binfmts"
#define PLACE_PROCDIR   "/proc/sys/fs/binfmt_misc"

/* The directories to work on, and how. */
struct place {
        const char *admindir, *importdir, *procdir;
        const char *package; /* ":" without --package */
        bool test;           /* only say what would be done */
        bool machine;        /* all three directories are binfmt-support's own */
        bool force;          /* the table may be that of a machine around */
        bool apart; /* it is that of a machine around, and not to be changed: definitions alone are */
};

/* The names of regular files in the admin or the import directory, sorted; NULL-terminated. A directory that
 * is not there has none. False if it cannot be read, after complaining; if that is the admin directory, the
 * program ends. */
bool place_list(const struct place *p, const char *directory, char ***ret);
void names_free(char **names);

static inline void names_freep(char ***names) {
        names_free(*names);
}

/* Is it the name of one of binfmt_misc's own files, so that no format can bear it? The second complains if
 * so. */
bool name_is_reserved(const char *name);
bool place_is_reserved(const char *name);

/* "DIRECTORY/NAME", allocated; NULL: no memory. */
char *place_path(const char *directory, const char *name);

/* Is there a file of that name? */
bool place_has(const char *directory, const char *name);

/* binfmt-support's own admin directory may be a link to PLACE_TRUEDIR, and the link gone: then this makes it
 * again, and where it cannot, or only says what would be done, `p` works on PLACE_TRUEDIR. */
void place_find_admindir(struct place *p);

/* Makes the admin directory where it is missing. False if that fails, after complaining. */
bool place_make_admindir(const struct place *p);

/* Reads the admin file of a name. False if there is none or it is broken; the latter is complained of,
 * unless `quiet`. */
bool place_load(const struct place *p, const char *name, bool quiet, struct admin_file *ret);

/* Is an instance mounted? The second mounts one if there is none, and complains if that fails.
 * Both say no where the table is not ours to change. */
bool place_is_mounted(const struct place *p);
bool place_mount(const struct place *p);

static inline const char *package_name(const char *package) {
        return streq(package, ":") ? "<local>" : package;
}
