/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All that the daemon does, without its loop: events mark parts of the keeper dirty, and a pass puts things
 * right. Times are arguments (microseconds of a clock that does not jump); the owner waits for the
 * descriptor and for the time that is asked for. Logs what users should know. */

#include "daemon/status.h"
#include "engine/pass/keeper.h"
#include "engine/read/switch.h"

struct daemon;

/* Strings are copied. `root` is "" for the machine itself. Reads and writes nothing yet. 0 or negative
 * errno. */
int daemon_new(const struct options *options, struct daemon **ret);
struct daemon *daemon_free(struct daemon *d); /* returns NULL; entries stay */
DEFINE_CLEANUP(struct daemon *, daemon_free);

/* The descriptor of all watches, to be polled for reading; daemon_dispatch() handles what it brings. */
int daemon_fd(const struct daemon *d);
void daemon_dispatch(struct daemon *d);

/* Looks for the instance: to be called at the start, and whenever it may have appeared or have been
 * replaced. `claims`: nobody else may keep it at the same time. 0; -EBUSY, if another daemon has claimed it;
 * or the negative errno that tells why there is none. */
int daemon_open(struct daemon *d, bool claims);

/* To be called after anything was mounted or unmounted. */
void daemon_mounts_changed(struct daemon *d);

/* Marks everything dirty, so that the next pass reads it again. */
void daemon_reload(struct daemon *d);

/* Is there a reason for a pass? */
bool daemon_is_due(const struct daemon *d);

/* Switches formats on or off, by a file that the next pass reads; that pass is due afterwards. 0, or the
 * negative errno of reading or writing the file. */
int daemon_switch(struct daemon *d, const struct switches *s);

/* Runs a pass. 0 and its result (good until the next pass), or negative errno if it could not be finished:
 * it is due again at daemon_next(). */
int daemon_pass(struct daemon *d, uint64_t now, struct keeper_result *ret);

/* The time at which daemon_tick() is to be called: a failure is tried again, or a contended format
 * reconsidered. UINT64_MAX: never. */
uint64_t daemon_next(const struct daemon *d);
void daemon_tick(struct daemon *d, uint64_t now);

/* The state as of the last pass. */
const struct status *daemon_status(const struct daemon *d);

/* Did the last pass make all the changes that it should have made? */
bool daemon_pass_is_complete(const struct daemon *d);

/* Removes our entries from the table. 0 or the first negative errno. */
int daemon_remove_entries(struct daemon *d, size_t *ret_removed);
