/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The object /org/binfmtd1 (systemd/org.binfmtd1.Manager.xml), and the object manager there. */

#include "daemon/front/control.h"
#include "daemon/front/polkit.h"

#include <jansson.h>

/* Must not move while the vtable is published. Control and polkit are borrowed. */
struct bus_manager {
        struct control *control;
        struct polkit *polkit;
        json_t *status; /* as it was read last: owned */
};

int bus_manager_publish(struct bus_manager *m, sd_bus *bus);
void bus_manager_clear(struct bus_manager *m);

/* Send the signals that the numbers of formats, or all properties, may have changed. 0, or negative errno:
 * no signal was sent. */
int bus_manager_emit_formats(sd_bus *bus);
int bus_manager_emit_status(sd_bus *bus);
