# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_LIBRARIES += daemon/libdaemon.a

# Everything but main(), so that tests can link it.
daemon_libdaemon_a_SOURCES = \
        daemon/bus.c daemon/bus.h \
        daemon/bus-encode.c daemon/bus-encode.h \
        daemon/bus-format.c daemon/bus-format.h \
        daemon/bus-manager.c daemon/bus-manager.h \
        daemon/caretaker.c daemon/caretaker.h \
        daemon/chronicle.c daemon/chronicle.h \
        daemon/contention.c daemon/contention.h \
        daemon/control.c daemon/control.h \
        daemon/descriptors.c daemon/descriptors.h \
        daemon/watch/inotify.c daemon/watch/inotify.h \
        daemon/inquiry.c daemon/inquiry.h \
        daemon/watch/watched-paths.c daemon/watch/watched-paths.h \
        daemon/journal.c daemon/journal.h \
        daemon/manager.c daemon/manager.h \
        daemon/watch/uevent.c daemon/watch/uevent.h \
        daemon/watch/mountinfo.c daemon/watch/mountinfo.h \
        daemon/names.h \
        daemon/pace.c daemon/pace.h \
        daemon/polkit.c daemon/polkit.h \
        daemon/status.c daemon/status.h \
        daemon/subscribers.c daemon/subscribers.h \
        daemon/watch/own-events.c daemon/watch/own-events.h \
        daemon/watch/trail.c daemon/watch/trail.h \
        daemon/varlink-api.c daemon/varlink-api.h \
        daemon/watch/watch.c daemon/watch/watch.h

DAEMON_LIBS = daemon/libdaemon.a $(API_LIBS) $(UDEV_LIBS)

sbin_PROGRAMS += binfmtd
binfmtd_SOURCES = daemon/main.c
binfmtd_LDADD = $(DAEMON_LIBS)
