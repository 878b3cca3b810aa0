/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The object /org/binfmtd1 (systemd/org.binfmtd1.Manager.xml), and the object manager there. */

#include "daemon/front/control.h"
#include "daemon/front/polkit.h"

#include <jansson.h>

/* While the vtable is published, it stays where it is. Both are borrowed. */
struct bus_manager {
        struct control *control;
        struct polkit *polkit;
        json_t *status; /* as it was asked for last: owned */
};

int bus_manager_publish(struct bus_manager *m, sd_bus *bus);
void bus_manager_clear(struct bus_manager *m);

/* Signals: how many formats there are in each state may be other numbers; all may be other. 0 or negative
 * errno: nobody was told. */
int bus_manager_emit_formats(sd_bus *bus);
int bus_manager_emit_status(sd_bus *bus);
