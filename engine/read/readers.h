/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The readers, one for each syntax of files: each makes definitions out of the bytes of one file. None of
 * them opens anything. A reader reports every mistake as a diagnostic with its line and goes on; a
 * definition that could be understood is added to the catalog, with ->invalid set if a field was wrong. All
 * return 0 or -ENOMEM.
 *
 * `file` is the path as shown to people; `rank` orders files of one source (definition.rank). */

#include "model/format/catalog.h"

struct reader_input {
        const char *file;
        const char *data; /* NUL-terminated behind n bytes */
        size_t n;
        enum source_kind source;
        unsigned rank;
};

/* Reads our drop-ins, binfmtd-conf(5): [name] sections. engine/read/ini.c, the only file that includes inih.
 * A file of overrides has the same keys and goes to catalog_add_override(). A byte-order mark, NUL, bare CR,
 * a line without `=`, keys before the first section, a missing `]`, text after `]`, an empty or repeated
 * section, unknown keys (with the nearest one) and malformed values are diagnostics. Lines may be of any
 * length up to the file's; values are never cut. */
int ini_read(const struct reader_input *in, bool overrides, struct catalog *catalog,
             struct diagnostics *diagnostics);

/* Reads systemd's binfmt.d: one register string a line, with any delimiter; lines are stripped, and `#` or
 * `;` begins a comment. engine/read/binfmt-d.c. */
int binfmt_d_read(const struct reader_input *in, struct catalog *catalog, struct diagnostics *diagnostics);

/* Reads binfmt-support's import files: `key value` lines, one format a file, called as the file is.
 * engine/read/binfmts.c. */
int binfmts_read(const struct reader_input *in, const char *name, struct catalog *catalog,
                 struct diagnostics *diagnostics);

/* Reads binfmt-support's admin files: ten lines, one format a file, called as the file is.
 * engine/read/binfmts.c. */
int binfmts_admin_read(const struct reader_input *in, const char *name, struct catalog *catalog,
                       struct diagnostics *diagnostics);
