# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += daemon/libdaemon.a

# Everything but main(), so that tests can link it.
daemon_libdaemon_a_SOURCES = \
        daemon/contention.c daemon/contention.h daemon/contention-private.h \
        daemon/daemon.c daemon/daemon.h \
        daemon/descriptors.c daemon/descriptors.h \
        daemon/log.c daemon/log.h \
        daemon/loop.c daemon/loop.h \
        daemon/names.h \
        daemon/pace.c daemon/pace.h \
        daemon/pass-log.c daemon/pass-log.h \
        daemon/status.c daemon/status.h \
        daemon/watch/inotify.c daemon/watch/inotify.h \
        daemon/watch/mountinfo.c daemon/watch/mountinfo.h \
        daemon/watch/own-events.c daemon/watch/own-events.h \
        daemon/watch/trail.c daemon/watch/trail.h \
        daemon/watch/uevent.c daemon/watch/uevent.h \
        daemon/watch/watch.c daemon/watch/watch.h \
        daemon/watch/watched-paths.c daemon/watch/watched-paths.h \
        daemon/front/bus.c daemon/front/bus.h \
        daemon/front/bus-encode.c daemon/front/bus-encode.h \
        daemon/front/bus-format.c daemon/front/bus-format.h \
        daemon/front/bus-manager.c daemon/front/bus-manager.h \
        daemon/front/control.c daemon/front/control.h \
        daemon/front/polkit.c daemon/front/polkit.h \
        daemon/front/subscribers.c daemon/front/subscribers.h \
        daemon/front/varlink.c daemon/front/varlink.h

DAEMON_LIBS = daemon/libdaemon.a $(API_LIBS) $(UDEV_LIBS)

sbin_PROGRAMS += binfmtd
binfmtd_SOURCES = daemon/main.c
binfmtd_LDADD = $(DAEMON_LIBS)
