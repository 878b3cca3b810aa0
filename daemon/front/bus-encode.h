/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What api/ says, in D-Bus's types: so both interfaces say the same. */

#include <jansson.h>
#include <systemd/sd-bus.h>

/* Appends a value as one of `type`: "s", "b", "i", "u", "t", "a{su}", or "a{sv}", in which objects are a{sv}
 * again, strings s, truth values b, numbers x, and nulls are left out. NULL and null, which D-Bus does not
 * have, are "", false, 0 or empty. 0 or negative errno. */
int bus_append_json(sd_bus_message *m, const char *type, const json_t *value);

/* Appends what the field of a property is: "PendingChanges" is the object's "pendingChanges". */
int bus_append_field(sd_bus_message *m, const char *type, const json_t *object, const char *property);

/* Appends any string, as api_text() has it. */
int bus_append_text(sd_bus_message *m, const char *string);
