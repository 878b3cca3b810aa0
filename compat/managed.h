/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Formats of the machine itself. All definitions and overrides together say what has to be registered; the
 * daemon carries it out, or without a daemon a pass of our own, which leaves all other formats as they are.
 */

#include "compat/place.h"

/* Switches formats on or off so that it lasts over imports and boots. False if that cannot be written to its
 * file, after complaining. */
bool managed_switch(char *const *names, bool enabled);

/* The same until the next boot; switching on leaves alone what was switched off for good. */
bool managed_switch_for_now(char *const *names, bool enabled);

/* Brings the table up to date for these names. False if one of them should be registered and cannot be,
 * after complaining. */
bool managed_settle(char *const *names);

/* Is it registered by way of the entry of another format (model/plan/share)? */
bool managed_is_shared(const char *name);

/* Does anything declare it? */
bool managed_declares(const char *name);

/* Does it stay registered after its admin file was removed? A format that only its package's import file
 * declares goes now, as that file will in a moment, unless there is a daemon, which waits for that. */
bool managed_retains(const char *name);
