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
        daemon/inotify.c daemon/inotify.h \
        daemon/inquiry.c daemon/inquiry.h \
        daemon/interest.c daemon/interest.h \
        daemon/journal.c daemon/journal.h \
        daemon/manager.c daemon/manager.h \
        daemon/module.c daemon/module.h \
        daemon/mount.c daemon/mount.h \
        daemon/names.h \
        daemon/pace.c daemon/pace.h \
        daemon/polkit.c daemon/polkit.h \
        daemon/status.c daemon/status.h \
        daemon/subscribers.c daemon/subscribers.h \
        daemon/traces.c daemon/traces.h \
        daemon/trail.c daemon/trail.h \
        daemon/varlink-api.c daemon/varlink-api.h \
        daemon/watch.c daemon/watch.h

DAEMON_LIBS = daemon/libdaemon.a $(API_LIBS) $(UDEV_LIBS)

sbin_PROGRAMS += binfmtd
binfmtd_SOURCES = daemon/main.c
binfmtd_LDADD = $(DAEMON_LIBS)
