/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Notices mounts, and gets the instance mounted. */

#include "model/base/macro.h"

#include <systemd/sd-event.h>

struct mountinfo;

/* Calls `changed` whenever anything was mounted or unmounted in our namespace. 0 or negative errno. */
int mountinfo_new(sd_event *event, void (*changed)(void *user), void *user, struct mountinfo **ret);
struct mountinfo *mountinfo_free(struct mountinfo *m); /* returns NULL */
DEFINE_CLEANUP(struct mountinfo *, mountinfo_free);

/* Asks for an instance at `path`, which has none: in a user namespace of our own it is mounted here and now;
 * else systemd, where it runs, is asked for its automount, which then mounts at the first access. (The
 * host's table is the host's to set up.) 0 if something may come of it, or negative errno. */
int mountinfo_request(struct mountinfo *m, const char *path);
