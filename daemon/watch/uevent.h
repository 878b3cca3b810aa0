/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Notices a kernel module that is loaded or unloaded, by its uevents. These come from the kernel itself, not
 * from udevd: that works before udevd runs and without it, and nothing that udevd adds is needed. */

#include "model/base/macro.h"

#include <systemd/sd-event.h>

struct uevent;

/* Calls `changed` at each `add` and `remove` of /sys/module/NAME. The kernel sends `add` before the module
 * has initialised itself, so what it brings may not be there yet. 0 or negative errno. */
int uevent_new(sd_event *event, const char *name, void (*changed)(void *user, bool added), void *user,
               struct uevent **ret);
struct uevent *uevent_free(struct uevent *u); /* returns NULL */
DEFINE_CLEANUP(struct uevent *, uevent_free);
