/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A model of the kernel's table in memory, behind the same operations: newest first, names unique, each
 * registration judged as the kernel judges it. What F opens is not looked at. */

#include "engine/system/table.h"

int fake_kernel_new(struct table **ret);

/* 0 into the entry: what somebody else may do. 0 or -ENOENT. */
int fake_kernel_disable(struct table *k, const char *name);
