/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Switches formats on and off so that it lasts: by Enabled= in one file of overrides, which the next pass
 * reads like any other. Nothing is remembered anywhere else. The file's name sorts behind all others, so the
 * last switch counts; whatever else people write into it stays.
 *
 * Lasting switches stand below /etc; those until the next boot below /run, which counts more. A lasting
 * switch takes back one that was made until the next boot. */

#include "model/format/catalog.h"

#define SWITCH_PATH_LASTING "/etc/binfmtd/override.d/zz-switched.conf"
#define SWITCH_PATH_RUNTIME "/run/binfmtd/override.d/zz-switched.conf"

/* The formats to switch, and how. */
struct switches {
        const char *const *names;
        size_t n;
        bool enabled;
        bool runtime; /* until the next boot */
};

/* Writes the files. Enabled=no is always written; Enabled=yes only where a definition or another override
 * says no, which `catalog`, resolved, tells. Names that it does not have are switched all the same. Names
 * that no section can have (see switch_can_name()) are -EINVAL.
 *
 * Where /run/binfmtd is, as it is beside a daemon, writers wait for each other, so none undoes another's
 * work.
 *
 * 0, or the negative errno of reading or writing the files: -EROFS, -EACCES, … */
int switch_formats(const char *root, const struct catalog *catalog, const struct switches *switches);

/* Can a section of a file be called so? */
bool switch_can_name(const char *name);

/* Appends to *ret the text of overrides with Enabled= of one section set, or taken out if `value` is NULL.
 * Other lines stay; a section that has no keys left goes. */
void switch_edit(const char *text, const char *name, const char *value, struct text *ret);
