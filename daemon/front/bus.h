/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The connection to the bus: joins whenever the bus appears, and serves org.binfmtd1 there. A missing bus is
 * not logged. */

#include "daemon/front/control.h"

#include <systemd/sd-event.h>

struct bus;

/* The address of the system bus. */
const char *bus_system_address(void);

/* The control is borrowed, and has to outlive the bus; the address is copied. 0 or negative errno. */
int bus_new(sd_event *event, struct control *control, const char *address, struct bus **ret);
struct bus *bus_free(struct bus *b); /* returns NULL */
DEFINE_CLEANUP(struct bus *, bus_free);
