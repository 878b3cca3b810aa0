/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats of directories other than the machine's: each of them is an entry of its own, which no definition
 * of ours is behind. The table may be any directory that looks like one. */

#include "compat/place.h"

/* Registers those that have no entry. False if one of them could not be registered, after complaining; the
 * others are. */
bool unmanaged_register(const struct place *p, char *const *names);

/* Removes the entry, if there is one. False if it stays, after complaining. */
bool unmanaged_unregister(const struct place *p, const char *name);

/* Unmounts a table other than the machine's after all formats were disabled, if no entry is left in it. */
void unmanaged_unmount(const struct place *p);
