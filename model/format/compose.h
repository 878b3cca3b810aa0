/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Definitions as the text of a drop-in, binfmtd-conf(5): what engine/read/ini reads, written. */

#include "model/format/definition.h"
#include "model/format/entry.h"

/* Appends the section of a definition that says what the entry is; of one that is switched off, with
 * Enabled=no. What is read back from it is registered as the same entry. 0; -EINVAL where no file can say
 * it, and *ret_why (static) says why; -ENOMEM. A text that ran out of memory tells so itself. */
int compose_entry(const struct entry *e, struct text *t, const char **ret_why);

/* Appends an empty section for an override of d: each key with its present value, as a comment. */
void compose_template(const struct definition *d, struct text *t);

/* Appends the basename of a file for the drop-in of that name: one that counts, whatever the name is. */
void compose_file_name(const char *name, struct text *t);
