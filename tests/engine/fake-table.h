/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A model of the kernel's table in memory, behind the same operations: newest first, names unique, each
 * registration accepted or refused as the kernel does it. Interpreters are not looked at, even with F. */

#include "engine/system/table.h"

/* 0 or -ENOMEM. The caller frees it with table_free(). */
int fake_table_new(struct table **ret);

/* While an entry of that name stands and is enabled, no native program runs. */
void fake_table_set_deadly(struct table *k, const char *name);

/* Switches an entry off, as somebody else does by writing 0 to it. 0 or -ENOENT. */
int fake_table_disable(struct table *k, const char *name);
