/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats of directories that are not the machine's: each of them is an entry of its own, and nobody's. The
 * table may be anything that looks like one. */

#include "compat/update-binfmts.h"

/* Registers those that are not there. False if one of them could not be, which was said; the others are. */
bool unmanaged_register(const struct place *p, char *const *names);

/* Removes the entry, if there is one. False if it stays, which was said. */
bool unmanaged_unregister(const struct place *p, const char *name);

/* After all formats were disabled: unmounts a table that is not the machine's, if nothing is registered
 * there any more. */
void unmanaged_unmount(const struct place *p);
