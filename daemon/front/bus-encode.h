/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Appends the values of api/ in D-Bus's types, so that both interfaces return the same. */

#include <jansson.h>
#include <systemd/sd-bus.h>

/* Appends a value as one of `type`: "s", "b", "i", "u", "t", "a{su}", or "a{sv}", in which objects are a{sv}
 * again, strings s, truth values b, numbers x, and nulls are left out. NULL and null, which D-Bus does not
 * have, are "", false, 0 or empty. 0 or negative errno. */
int bus_append_json(sd_bus_message *m, const char *type, const json_t *value);

/* The getter of every property that is a field of an object: "PendingChanges" is its "pendingChanges". The
 * property's offset in the vtable leads to the `json_t *`. */
int bus_get_property(sd_bus *bus, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *object, sd_bus_error *error);

/* Appends any string, encoded as by api_text(). */
int bus_append_text(sd_bus_message *m, const char *string);
