/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/bus-format.h"
#include "api/details.h"
#include "daemon/front/bus-encode.h"
#include "daemon/names.h"
#include "engine/pass/interpreters.h"

#include <errno.h>
#include <stddef.h>

int bus_format_path(const char *name, char **ret) {
        return sd_bus_path_encode(BUS_FORMATS, name, ret);
}

/* Finds the format that has exactly this path. Returns 1 and the format, 0 if there is none, or negative
 * errno. */
static int format_at_path(const struct bus_formats *f, const char *path, const struct format **ret) {
        _cleanup_free_ char *name = NULL, *canonical = NULL;
        const struct format *found;
        int r = sd_bus_path_decode(path, BUS_FORMATS, &name);

        if (r <= 0)
                return r;
        found = control_find(f->control, name);
        if (!found)
                return 0;
        r = bus_format_path(name, &canonical);
        if (r < 0)
                return r;
        *ret = found;
        return streq(path, canonical);
}

/* sd-bus finds the object, then gets its properties, with nothing in between. */
static int format_find_object(sd_bus *bus _unused_, const char *path, const char *interface _unused_,
                              void *user, void **ret, sd_bus_error *error _unused_) {
        struct bus_formats *f = user;
        const struct format *found = NULL;
        int r = format_at_path(f, path, &found);

        if (r <= 0)
                return r;
        json_decref(f->item);
        f->item = api_format(found);
        if (!f->item)
                return -ENOMEM;
        *ret = f;
        return 1;
}

static int format_reply_details(sd_bus_message *m, void *user, sd_bus_error *error _unused_) {
        struct bus_formats *f = user;
        const struct pass *pass = control_status(f->control)->pass;
        const struct format *format = NULL;
        _cleanup_free_ const struct interpreter **interpreters = NULL;
        _cleanup_free_ char *text = NULL;
        json_auto_t *details = NULL;
        int r = format_at_path(f, sd_bus_message_get_path(m), &format);

        if (r <= 0)
                return r;
        r = interpreters_probe(pass->prober, format, &interpreters);
        if (r < 0)
                return r;
        details = api_details(pass, format, interpreters);
        if (details)
                text = json_dumps(details, JSON_COMPACT);
        return text ? sd_bus_reply_method_return(m, "s", text) : -ENOMEM;
}

#define CONST   SD_BUS_VTABLE_PROPERTY_CONST
#define CHANGES SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE
#define PROPERTY(name, type, flags)                                                                         \
        SD_BUS_PROPERTY(name, type, bus_get_property, offsetof(struct bus_formats, item), flags)

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        PROPERTY("Name", "s", CONST),
        PROPERTY("State", "s", CHANGES),
        PROPERTY("Reason", "s", CHANGES),
        PROPERTY("Description", "s", CHANGES),
        PROPERTY("Matches", "s", CHANGES),
        PROPERTY("Pattern", "a{sv}", CHANGES),
        PROPERTY("Interpreter", "s", CHANGES),
        PROPERTY("Flags", "s", CHANGES),
        PROPERTY("Machine", "s", CHANGES),
        PROPERTY("Platform", "s", CHANGES),
        PROPERTY("Priority", "i", CHANGES),
        PROPERTY("Source", "s", CHANGES),
        PROPERTY("File", "s", CHANGES),
        PROPERTY("Line", "u", CHANGES),
        PROPERTY("Kernel", "a{sv}", CHANGES),
        SD_BUS_METHOD_WITH_ARGS("Describe", SD_BUS_NO_ARGS, SD_BUS_RESULT("s", json), format_reply_details,
                                SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

static int format_list_paths(sd_bus *bus _unused_, const char *prefix _unused_, void *user, char ***ret,
                             sd_bus_error *error _unused_) {
        const struct bus_formats *f = user;
        const struct formats *formats = &control_status(f->control)->pass->formats;
        char **paths = calloc(formats->n + 1, sizeof *paths);
        int r = paths ? 0 : -ENOMEM;

        for (size_t i = 0; i < formats->n && r >= 0; i++)
                r = bus_format_path(formats->items[i]->name, &paths[i]);
        if (r < 0) {
                for (size_t i = 0; paths && paths[i]; i++)
                        free(paths[i]);
                free(paths);
                return r;
        }
        *ret = paths;
        return 0;
}

int bus_formats_publish(struct bus_formats *f, sd_bus *bus) {
        int r = sd_bus_add_fallback_vtable(bus, NULL, BUS_FORMATS, BUS_FORMAT, vtable, format_find_object,
                                           f);

        return r < 0 ? r : sd_bus_add_node_enumerator(bus, NULL, BUS_FORMATS, format_list_paths, f);
}

void bus_formats_clear(struct bus_formats *f) {
        json_decref(f->item);
        f->item = NULL;
}

int bus_formats_emit(sd_bus *bus, const struct format *format) {
        _cleanup_free_ char *path = NULL;
        int r = bus_format_path(format->name, &path);

        if (r < 0)
                return r;
        if (!format->definition && !format->have)
                /* sd_bus_emit_object_removed() would look for the object, which is gone. */
                return sd_bus_emit_interfaces_removed(bus, path, "org.freedesktop.DBus.Peer",
                                                      "org.freedesktop.DBus.Introspectable",
                                                      "org.freedesktop.DBus.Properties", BUS_FORMAT, NULL);
        if (format->unannounced)
                return sd_bus_emit_object_added(bus, path);
        return sd_bus_emit_properties_changed_strv(bus, path, BUS_FORMAT, NULL);
}
