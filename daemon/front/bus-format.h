/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The objects below /org/binfmtd1/format (systemd/org.binfmtd1.Format.xml), one a format. They are not kept:
 * a path is resolved whenever it is used. */

#include "daemon/front/control.h"

#include <jansson.h>
#include <systemd/sd-bus.h>

/* Must not move while the vtable is published. */
struct bus_formats {
        struct control *control;
        json_t *item; /* the object that was found last: owned */
};

int bus_formats_publish(struct bus_formats *f, sd_bus *bus);
void bus_formats_clear(struct bus_formats *f);

/* Sends the signals for a format that came, changed, or has gone. 0, or negative errno: no signal was sent.
 */
int bus_formats_emit(sd_bus *bus, const struct format *format);

/* The path of a format. 0 or -ENOMEM. */
int bus_format_path(const char *name, char **ret);
