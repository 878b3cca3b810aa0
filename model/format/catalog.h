/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All definitions and overrides of a machine, and which of them counts for each name. The catalog owns both.
 */

#include "model/format/definition.h"

struct catalog {
        struct definition **definitions; /* after catalog_sort(): by name, the one that counts first */
        size_t n;
        struct definition **overrides; /* after it: by name, then in the order of application, in
                                          which the later wins */
        size_t n_overrides;
        bool incomplete; /* a file or directory could not be read: what is missing may only be unreadable */
};

/* Both take the definition over, on failure too. 0 or -ENOMEM. */
int catalog_add(struct catalog *c, struct definition *d);
int catalog_add_override(struct catalog *c, struct definition *d);

/* A mark of how much there is, taken before a file is read. */
struct catalog_mark {
        size_t n, n_overrides, n_diagnostics;
};
struct catalog_mark catalog_mark(const struct catalog *c, const struct diagnostics *diagnostics);

/* Notes at each definition and override added since `from` the first mistake that was reported about it
 * since. 0 or -ENOMEM. */
int catalog_note_mistakes(struct catalog *c, const struct catalog_mark *from,
                          const struct diagnostics *diagnostics);

/* Once all is added, the catalog is sorted, and each name resolved. The names of *index and before are
 * sorted; *ret is the definition that counts, amended by the overrides of its name (as a copy in its place,
 * which owns the pristine one), and *index goes on behind its name. May be repeated: it begins with what was
 * read. Reports a name defined twice within one source (warning at the loser) and an override with a
 * different pattern. Across sources one name is ordinary and silent. 0 or -ENOMEM. */
void catalog_sort(struct catalog *c);
int catalog_resolve_at(struct catalog *c, size_t *index, struct diagnostics *diagnostics,
                       struct definition **ret);

/* The same by name; *ret is NULL if nothing defines it. */
int catalog_resolve_name(struct catalog *c, const char *name, struct diagnostics *diagnostics,
                         struct definition **ret);

/* Reports overrides that amend nothing, with the nearest name. 0 or -ENOMEM. */
int catalog_report_unknown(const struct catalog *c, struct diagnostics *diagnostics);

/* Into and out of a sorted catalog; the name has to be resolved again. Inserting takes over as adding does,
 * removing frees (with the copy that overrides amended). 0 or -ENOMEM. */
int catalog_insert(struct catalog *c, struct definition *d);
int catalog_insert_override(struct catalog *c, struct definition *d);
void catalog_remove(struct catalog *c, struct definition *d);
void catalog_remove_override(struct catalog *c, struct definition *d);

/* The definition that counts at index i or behind, skipping losers: for (i = 0; (d = catalog_next(c, &i));).
 * NULL at the end. */
struct definition *catalog_next(const struct catalog *c, size_t *index);

/* All definitions of that name, best first: *ret points into the catalog, *ret_n counts. */
void catalog_find(const struct catalog *c, const char *name, struct definition ***ret, size_t *ret_n);

void catalog_clear(struct catalog *c);

/* In a list sorted by name: the first index whose name is not less, and whether that at an index is this
 * one. */
size_t definitions_seek(struct definition *const *list, size_t n, const char *name);
bool definitions_have(struct definition *const *list, size_t n, size_t index, const char *name);
