/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All that the daemon does, without its loop: what happened becomes touches of the keeper, and a pass puts
 * things right. Times are arguments (microseconds of a clock that does not jump); the owner waits for the
 * descriptor and for the time that is asked for. Logs what users should know. */

#include "daemon/status.h"
#include "engine/pass/keeper.h"
#include "engine/read/switch.h"

struct caretaker;

/* Strings are copied. `root` is "" for the machine itself. Nothing is read or written yet. 0 or negative
 * errno. */
int caretaker_new(const struct options *options, struct caretaker **ret);
struct caretaker *caretaker_free(struct caretaker *c); /* returns NULL; entries stay */
DEFINE_CLEANUP(struct caretaker *, caretaker_free);

/* The descriptor of all watches, to be polled for reading; then caretaker_dispatch(). */
int caretaker_fd(const struct caretaker *c);
void caretaker_dispatch(struct caretaker *c);

/* Looks for the instance: the first time, and whenever it may have come or be another. 0, or why there is
 * none. */
int caretaker_open(struct caretaker *c);

/* Something was mounted or unmounted. */
void caretaker_mounts_changed(struct caretaker *c);

/* Read everything again. */
void caretaker_reload(struct caretaker *c);

/* Is there a reason for a pass? */
bool caretaker_is_due(const struct caretaker *c);

/* Switches formats on or off: by a file that the next pass reads, for which there is a reason then. 0, or
 * the negative errno of reading or writing it. */
int caretaker_switch(struct caretaker *c, const struct switches *s);

/* The pass. 0 and what it did (good until the next one), or negative errno if it could not come to its end:
 * it is due again at caretaker_next(). */
int caretaker_pass(struct caretaker *c, uint64_t now, struct keeper_result *ret);

/* When something is due by itself: a failure is tried again, a fight reconsidered. UINT64_MAX: never. At
 * that time, caretaker_tick(). */
uint64_t caretaker_next(const struct caretaker *c);
void caretaker_tick(struct caretaker *c, uint64_t now);

/* As of the last pass. */
const struct status *caretaker_status(const struct caretaker *c);

/* Did the last pass do all that it should? */
bool caretaker_is_content(const struct caretaker *c);

/* Removes our entries. 0 or the first negative errno. */
int caretaker_leave(struct caretaker *c, size_t *ret_removed);
