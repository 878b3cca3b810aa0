# SPDX-License-Identifier: LGPL-2.1-or-later

# Linked statically where the C library and inih can be (configure finds out), so that it starts in any chroot.
pkglibexec_PROGRAMS += run-detectors
run_detectors_SOURCES = \
        compat/auxv.c compat/auxv.h \
        compat/detector.c compat/detector.h \
        compat/match.c compat/match.h \
        compat/run-detectors.c
run_detectors_LDFLAGS = $(AM_LDFLAGS) $(STATIC_LDFLAGS)
run_detectors_LDADD = $(ENGINE_LIBS)

sbin_PROGRAMS += update-binfmts
update_binfmts_SOURCES = \
        compat/admin-file.c compat/admin-file.h \
        compat/detector.c compat/detector.h \
        compat/display.c \
        compat/enable.c \
        compat/install.c \
        compat/managed.c compat/managed.h \
        compat/match.c compat/match.h \
        compat/messages.c compat/messages.h \
        compat/place.c compat/place.h \
        compat/unmanaged.c compat/unmanaged.h \
        compat/update-binfmts.c compat/update-binfmts.h
update_binfmts_LDADD = $(API_LIBS)
