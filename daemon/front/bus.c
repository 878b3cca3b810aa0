/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* While there is no bus, sd-bus watches the path of its socket. If the bus goes away or does not let us in,
 * another try is made after a pause, which grows up to MAX_PAUSE as long as none succeeds. */

#include "daemon/front/bus.h"
#include "daemon/front/bus-format.h"
#include "daemon/front/bus-manager.h"
#include "daemon/front/polkit.h"
#include "daemon/log.h"
#include "daemon/names.h"

#include <errno.h>
#include <systemd/sd-bus.h>

#define MIN_PAUSE (UINT64_C(125) * 1000)
#define MAX_PAUSE (UINT64_C(64) * 1000 * 1000)

/* Calls come after the watch and the pass, so that a client that never stops calling delays neither. */
#define PRIORITY_BUS (SD_EVENT_PRIORITY_NORMAL + 20)

struct bus {
        sd_event *event;
        struct control *control;
        char *address;
        sd_bus *connection; /* or a connection that waits for the bus; NULL during a pause */
        struct polkit *polkit;
        struct bus_manager manager;
        struct bus_formats formats;
        struct listener listener;
        sd_event_source *retry;
        uint64_t pause;
};

const char *bus_system_address(void) {
        const char *address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");

        return address ? address : BUS_SYSTEM_ADDRESS;
}

static void bus_leave(struct bus *b) {
        b->polkit = polkit_free(b->polkit);
        b->connection = sd_bus_close_unref(b->connection);
}

/* The timer does it, as nothing of the connection may be freed while one of its messages is handled. */
static void rejoin_after(struct bus *b, uint64_t pause) {
        int r = sd_event_source_set_time_relative(b->retry, pause);

        if (r >= 0)
                r = sd_event_source_set_enabled(b->retry, SD_EVENT_ONESHOT);
        if (r < 0)
                log_say(LOG_WARNING, "the system bus will not be joined again: %s", strerror(-r));
}

static void pause_and_rejoin(struct bus *b) {
        rejoin_after(b, b->pause);
        b->pause = b->pause < MAX_PAUSE ? 2 * b->pause : MAX_PAUSE;
}

static int on_disconnected(sd_bus_message *m _unused_, void *user, sd_bus_error *error _unused_) {
        struct bus *b = user;

        log_say(LOG_DEBUG, "the system bus went away");
        pause_and_rejoin(b);
        return 0;
}

static int on_name(sd_bus_message *m, void *user, sd_bus_error *error _unused_) {
        const sd_bus_error *e = sd_bus_message_get_error(m);
        struct bus *b = user;

        if (e) {
                log_say(LOG_DEBUG, "the system bus does not give us the name %s: %s", BUS_NAME, e->message);
                pause_and_rejoin(b);
        } else
                b->pause = MIN_PAUSE;
        return 0;
}

static int bus_publish(struct bus *b) {
        int r = polkit_new(b->connection, &b->polkit);

        if (r < 0)
                return r;
        b->formats = (struct bus_formats){ .control = b->control, .item = b->formats.item };
        b->manager = (struct bus_manager){ .control = b->control,
                                           .polkit = b->polkit,
                                           .status = b->manager.status };
        r = bus_manager_publish(&b->manager, b->connection);
        return r < 0 ? r : bus_formats_publish(&b->formats, b->connection);
}

/* sd-bus queues all messages until the connection is established. */
static int bus_join(struct bus *b) {
        int r = sd_bus_new(&b->connection);

        if (r >= 0)
                r = sd_bus_set_address(b->connection, b->address);
        if (r >= 0)
                r = sd_bus_set_bus_client(b->connection, true);
        if (r >= 0)
                r = sd_bus_set_watch_bind(b->connection, true);
        if (r >= 0)
                r = bus_publish(b);
        if (r >= 0)
                r = sd_bus_match_signal(b->connection, NULL, DBUS_LOCAL_NAME, DBUS_LOCAL_PATH,
                                        DBUS_LOCAL_NAME, "Disconnected", on_disconnected, b);
        if (r >= 0)
                r = sd_bus_start(b->connection);
        if (r >= 0)
                r = sd_bus_request_name_async(b->connection, NULL, BUS_NAME, SD_BUS_NAME_QUEUE, on_name, b);
        return r < 0 ? r : sd_bus_attach_event(b->connection, b->event, PRIORITY_BUS);
}

static int bus_on_retry(sd_event_source *source _unused_, uint64_t usec _unused_, void *user) {
        struct bus *b = user;
        int r;

        bus_leave(b);
        r = bus_join(b);
        if (r < 0) {
                log_say(LOG_DEBUG, "cannot join the system bus: %s", strerror(-r));
                bus_leave(b);
                pause_and_rejoin(b);
        }
        return 0;
}

static bool is_listened_to(const struct bus *b) {
        return b->connection && sd_bus_is_ready(b->connection) > 0;
}

/* Clients read everything again when they see the name come back. */
static void bus_on_lost(void *user) {
        rejoin_after(user, 0);
}

static void bus_on_formats(void *user, struct format *const *news, size_t n) {
        struct bus *b = user;
        int r = 0;

        if (!is_listened_to(b))
                return;
        for (size_t i = 0; i < n && r >= 0; i++)
                r = bus_formats_emit(b->connection, news[i]);
        if (r >= 0)
                r = bus_manager_emit_formats(b->connection);
        if (r < 0)
                bus_on_lost(b);
}

static void bus_on_status(void *user) {
        struct bus *b = user;

        if (is_listened_to(b) && bus_manager_emit_status(b->connection) < 0)
                bus_on_lost(b);
}

int bus_new(sd_event *event, struct control *control, const char *address, struct bus **ret) {
        _cleanup_(bus_freep) struct bus *b = calloc(1, sizeof *b);
        int r;

        if (!b)
                return -ENOMEM;
        b->event = sd_event_ref(event);
        b->pause = MIN_PAUSE;
        b->listener = (struct listener){
                .formats = bus_on_formats, .status = bus_on_status, .lost = bus_on_lost, .user = b
        };
        b->address = strdup(address);
        if (!b->address)
                return -ENOMEM;
        r = sd_event_add_time_relative(event, &b->retry, CLOCK_MONOTONIC, 0, 0, bus_on_retry, b);
        if (r < 0)
                return r;
        b->control = control;
        control_listen(control, &b->listener);
        *ret = TAKE_PTR(b);
        return 0;
}

struct bus *bus_free(struct bus *b) {
        if (!b)
                return NULL;
        if (b->control)
                control_unlisten(b->control, &b->listener);
        bus_leave(b);
        bus_formats_clear(&b->formats);
        bus_manager_clear(&b->manager);
        sd_event_source_disable_unref(b->retry);
        sd_event_unref(b->event);
        free(b->address);
        free(b);
        return NULL;
}
