/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The machine's own formats: what has to be registered follows from all definitions and overrides, and the
 * daemon carries it out, or where there is none a pass of our own, which leaves all others as they are. */

#include "compat/update-binfmts.h"

/* Switches formats off so that it lasts over imports and boots, or takes that back. False if that cannot be
 * written down, which was said. */
bool managed_switch(char *const *names, bool enabled);

/* The same until the next boot; taking it back leaves what was switched off for good. */
bool managed_switch_for_now(char *const *names, bool enabled);

/* Makes the table follow for these names. False if one of them should be registered and cannot be, which was
 * said. */
bool managed_settle(char *const *names);

/* Does the entry of another format serve it (model/plan/share)? */
bool managed_is_shared(const char *name);

/* Does anything declare it? */
bool managed_declares(const char *name);

/* After its admin file went: does it stay registered all the same? What only its package's import file
 * declares goes now, as that file will in a moment, unless there is a daemon, which waits for that. */
bool managed_retains(const char *name);
