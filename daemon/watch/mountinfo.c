/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/mountinfo.h"
#include "daemon/log.h"
#include "daemon/names.h"
#include "engine/system/file.h"
#include "engine/system/namespace.h"
#include "engine/system/table.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

struct mountinfo {
        sd_event *event;
        sd_event_source *source;
        int mountinfo;
        sd_bus *bus; /* to systemd itself; NULL unless an answer is awaited */
        void (*changed)(void *user);
        void *user;
};

static int on_mountinfo(sd_event_source *source _unused_, int fd _unused_, uint32_t events _unused_,
                        void *user) {
        struct mountinfo *m = user;

        m->changed(m->user);
        return 0;
}

int mountinfo_new(sd_event *event, void (*changed)(void *user), void *user, struct mountinfo **ret) {
        _cleanup_(mountinfo_freep) struct mountinfo *m = calloc(1, sizeof *m);
        int r;

        if (!m)
                return -ENOMEM;
        m->event = sd_event_ref(event);
        m->changed = changed;
        m->user = user;
        m->mountinfo = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
        if (m->mountinfo < 0)
                return -errno;
        r = sd_event_add_io(event, &m->source, m->mountinfo, EPOLLPRI, on_mountinfo, m);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(m);
        return 0;
}

struct mountinfo *mountinfo_free(struct mountinfo *m) {
        if (m) {
                sd_bus_close_unref(m->bus);
                sd_event_source_unref(m->source);
                closep(&m->mountinfo);
                sd_event_unref(m->event);
                free(m);
        }
        return NULL;
}

static int on_reply(sd_bus_message *reply, void *user, sd_bus_error *error _unused_) {
        const sd_bus_error *e = sd_bus_message_get_error(reply);
        struct mountinfo *m = user;

        if (e)
                log_say(LOG_DEBUG, "systemd does not start %s: %s", AUTOMOUNT_UNIT, e->message);
        m->bus = sd_bus_close_unref(m->bus);
        return 0;
}

static int ask_systemd(struct mountinfo *m) {
        sd_bus *bus = NULL;
        int r;

        if (m->bus)
                return 0;
        r = sd_bus_new(&bus);
        if (r >= 0)
                r = sd_bus_set_address(bus, SYSTEMD_ADDRESS);
        if (r >= 0)
                r = sd_bus_start(bus);
        if (r >= 0)
                r = sd_bus_attach_event(bus, m->event, SD_EVENT_PRIORITY_NORMAL);
        if (r >= 0)
                r = sd_bus_call_method_async(bus, NULL, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_API, "StartUnit",
                                             on_reply, m, "ss", AUTOMOUNT_UNIT, "replace");
        if (r < 0) {
                sd_bus_close_unref(bus);
                return r;
        }
        m->bus = bus;
        return 0;
}

/* A user namespace of our own may have a systemd in it, which is asked if we may not mount. */
int mountinfo_request(struct mountinfo *m, const char *path) {
        if (!namespace_is_initial() &&
            mount("binfmt_misc", path, "binfmt_misc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
                return 0;
        if (sd_booted() > 0 && streq(path, TABLE_DEFAULT_PATH))
                return ask_systemd(m);
        return -EOPNOTSUPP;
}
