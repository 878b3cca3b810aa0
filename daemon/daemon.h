/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All that the daemon does, without its loop: what happened marks something of the keeper dirty, and a pass
 * puts things right. Times are arguments (microseconds of a clock that does not jump); the owner waits for
 * the descriptor and for the time that is asked for. Logs what users should know. */

#include "daemon/status.h"
#include "engine/pass/keeper.h"
#include "engine/read/switch.h"

struct daemon;

/* Strings are copied. `root` is "" for the machine itself. Nothing is read or written yet. 0 or negative
 * errno. */
int daemon_new(const struct options *options, struct daemon **ret);
struct daemon *daemon_free(struct daemon *d); /* returns NULL; entries stay */
DEFINE_CLEANUP(struct daemon *, daemon_free);

/* The descriptor of all watches, to be polled for reading; then daemon_dispatch(). */
int daemon_fd(const struct daemon *d);
void daemon_dispatch(struct daemon *d);

/* Looks for the instance: the first time, and whenever it may have come or be another. 0, or why there is
 * none. */
int daemon_open(struct daemon *d);

/* Something was mounted or unmounted. */
void daemon_mounts_changed(struct daemon *d);

/* Read everything again. */
void daemon_reload(struct daemon *d);

/* Is there a reason for a pass? */
bool daemon_is_due(const struct daemon *d);

/* Switches formats on or off: by a file that the next pass reads, for which there is a reason then. 0, or
 * the negative errno of reading or writing it. */
int daemon_switch(struct daemon *d, const struct switches *s);

/* The pass. 0 and what it did (good until the next one), or negative errno if it could not come to its end:
 * it is due again at daemon_next(). */
int daemon_pass(struct daemon *d, uint64_t now, struct keeper_result *ret);

/* When something is due by itself: a failure is tried again, a fight reconsidered. UINT64_MAX: never. At
 * that time, daemon_tick(). */
uint64_t daemon_next(const struct daemon *d);
void daemon_tick(struct daemon *d, uint64_t now);

/* As of the last pass. */
const struct status *daemon_status(const struct daemon *d);

/* Did the last pass do all that it should? */
bool daemon_pass_is_complete(const struct daemon *d);

/* Removes our entries. 0 or the first negative errno. */
int daemon_remove_entries(struct daemon *d, size_t *ret_removed);
