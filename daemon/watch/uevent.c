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

static int on_uevent(sd_event_source *source _unused_, int fd _unused_, uint32_t events _unused_,
                     void *user) {
        struct uevent *u = user;
        struct udev_device *d = udev_monitor_receive_device(u->monitor);
        const char *path = d ? udev_device_get_devpath(d) : NULL;
        const char *action = d ? udev_device_get_action(d) : NULL;

        if (path && action && streq(path, u->path) && (streq(action, "add") || streq(action, "remove")))
                u->changed(u->user, streq(action, "add"));
        udev_device_unref(d);
        return 0;
}

int uevent_new(sd_event *event, const char *name, void (*changed)(void *user, bool added), void *user,
               struct uevent **ret) {
        _cleanup_(uevent_freep) struct uevent *u = calloc(1, sizeof *u);
        int r;

        if (!u)
                return -ENOMEM;
        u->changed = changed;
        u->user = user;
        if (asprintf(&u->path, "/module/%s", name) < 0) {
                u->path = NULL;
                return -ENOMEM;
        }
        u->udev = udev_new();
        if (!u->udev)
                return -errno;
        u->monitor = udev_monitor_new_from_netlink(u->udev, "kernel");
        if (!u->monitor)
                return -errno;
        r = udev_monitor_filter_add_match_subsystem_devtype(u->monitor, "module", NULL);
        if (r >= 0)
                r = udev_monitor_enable_receiving(u->monitor);
        if (r >= 0)
                r = sd_event_add_io(event, &u->source, udev_monitor_get_fd(u->monitor), EPOLLIN, on_uevent,
                                    u);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(u);
        return 0;
}

struct uevent *uevent_free(struct uevent *u) {
        if (u) {
                sd_event_source_unref(u->source);
                udev_monitor_unref(u->monitor);
                udev_unref(u->udev);
                free(u->path);
                free(u);
        }
        return NULL;
}
