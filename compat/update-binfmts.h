/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* update-binfmts: binfmt-support's program for maintainer scripts, with its actions, messages and exit
 * codes.
 *
 * With binfmt-support's own directories it changes definitions of the machine, which the daemon or a pass of
 * our own carries out (managed.h). With others it works on those alone, as the original does (unmanaged.h),
 * and no definition of ours is behind what it registers. */

#include "compat/place.h"

/* The actions: false if it did not work, after complaining. `name` NULL: all. */
bool act_install(const struct place *p, const char *name, const struct admin_file *admin_file, bool always);
bool act_remove(const struct place *p, const char *name, const char *package, bool always);
bool act_import(const struct place *p, const char *name);
bool act_unimport(const struct place *p, const char *name);
bool act_display(const struct place *p, const char *name);
bool act_enable(const struct place *p, const char *name);
bool act_disable(const struct place *p, const char *name);
bool act_find(const struct place *p, const char *executable);
