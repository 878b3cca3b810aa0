/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/uevent.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <sys/epoll.h>

struct uevent {
        struct udev *udev;
        struct udev_monitor *monitor;
        sd_event_source *source;
        void (*changed)(void *user, bool added);
        void *user;
        char *path; /* "/module/NAME" */
};

static void take_event(struct uevent *m, struct udev_device *d) {
        const char *path = udev_device_get_devpath(d), *action = udev_device_get_action(d);

        if (!path || !action || !streq(path, m->path))
                return;
        if (streq(action, "add") || streq(action, "remove"))
                m->changed(m->user, streq(action, "add"));
}

static int on_uevent(sd_event_source *source _unused_, int fd _unused_, uint32_t events _unused_,
                     void *user) {
        struct uevent *m = user;
        struct udev_device *d = udev_monitor_receive_device(m->monitor);

        if (d)
                take_event(m, d);
        udev_device_unref(d);
        return 0;
}

int uevent_new(sd_event *event, const char *name, void (*changed)(void *user, bool added), void *user,
               struct uevent **ret) {
        _cleanup_(uevent_freep) struct uevent *m = calloc(1, sizeof *m);
        int r;

        if (!m)
                return -ENOMEM;
        m->changed = changed;
        m->user = user;
        if (asprintf(&m->path, "/module/%s", name) < 0) {
                m->path = NULL;
                return -ENOMEM;
        }
        m->udev = udev_new();
        if (!m->udev)
                return -errno;
        m->monitor = udev_monitor_new_from_netlink(m->udev, "kernel");
        if (!m->monitor)
                return -errno;
        r = udev_monitor_filter_add_match_subsystem_devtype(m->monitor, "module", NULL);
        if (r >= 0)
                r = udev_monitor_enable_receiving(m->monitor);
        if (r >= 0)
                r = sd_event_add_io(event, &m->source, udev_monitor_get_fd(m->monitor), EPOLLIN, on_uevent,
                                    m);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(m);
        return 0;
}

struct uevent *uevent_free(struct uevent *m) {
        if (m) {
                sd_event_source_unref(m->source);
                udev_monitor_unref(m->monitor);
                udev_unref(m->udev);
                free(m->path);
                free(m);
        }
        return NULL;
}
