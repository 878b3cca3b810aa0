/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* update-binfmts: binfmt-support's program for maintainer scripts, with its actions, messages and exit
 * codes.
 *
 * With binfmt-support's own directories, what it changes is the machine's: definitions, which the daemon or
 * a pass of our own carries out (machine.h). With others it works on those alone, as the original does
 * (plain.h), and what it registers is nobody's afterwards. */

#include "compat/admin-file.h"
#include "compat/messages.h"

#define PLACE_ADMINDIR  "/var/lib/binfmts"
#define PLACE_IMPORTDIR "/usr/share/binfmts"
#define PLACE_PROCDIR   "/proc/sys/fs/binfmt_misc"

/* Where and how. */
struct place {
        const char *admindir, *importdir, *procdir;
        const char *package; /* ":" without --package */
        bool test;           /* only say what would be done */
        bool machine;        /* all three directories are binfmt-support's own */
};

/* The actions: false if it did not work, which was said. `name` NULL: all. */
bool act_install(const struct place *p, const char *name, const struct admin_file *admin_file, bool always);
bool act_remove(const struct place *p, const char *name, const char *package, bool always);
bool act_import(const struct place *p, const char *name);
bool act_unimport(const struct place *p, const char *name);
bool act_display(const struct place *p, const char *name);
bool act_enable(const struct place *p, const char *name);
bool act_disable(const struct place *p, const char *name);
bool act_find(const struct place *p, const char *executable);

/* The names of regular files in the admin or the import directory, sorted; NULL-terminated. False if it
 * cannot be read, which was said; without an admin directory nothing goes on. */
bool place_list(const struct place *p, const char *directory, char ***ret);
void names_free(char **names);

static inline void names_freep(char ***names) {
        names_free(*names);
}

/* Is it the name of one of binfmt_misc's own files, so that no format can bear it? The second complains if
 * so. */
bool name_is_reserved(const char *name);
bool place_is_reserved(const char *name);

/* Does a file stand there? */
bool place_has(const char *directory, const char *name);

/* The admin file of a name; false if there is none or it is broken; only the latter is said, unless `quiet`.
 */
bool place_load(const struct place *p, const char *name, bool quiet, struct admin_file *ret);

/* Is there an instance? And if not, is it mounted now? The latter says why not. */
bool place_is_mounted(const struct place *p);
bool place_mount(const struct place *p);

static inline const char *package_name(const char *package) {
        return streq(package, ":") ? "<local>" : package;
}
