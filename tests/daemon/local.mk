# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests of the daemon under load, and the programs that they want.

DAEMON_HELPERS = tests/daemon/killer tests/daemon/polkit tests/daemon/storm \
        tests/daemon/interpreter tests/daemon/wrong-interpreter
check_PROGRAMS += $(DAEMON_HELPERS)
tests_daemon_killer_LDADD =
tests_daemon_storm_LDADD =
tests_daemon_polkit_LDADD = $(SYSTEMD_LIBS)

# Neither the C library's beginning nor instrumentation, so that what is measured is the exec.
BARE_CFLAGS = -std=gnu17 $(WARNING_CFLAGS) -fno-stack-protector
tests_daemon_interpreter_SOURCES = tests/daemon/interpreter.c
tests_daemon_interpreter_CPPFLAGS = $(AM_CPPFLAGS) -DSTATUS=42
tests_daemon_interpreter_CFLAGS = $(BARE_CFLAGS)
tests_daemon_interpreter_LDFLAGS = -static -nostartfiles
tests_daemon_interpreter_LDADD =
tests_daemon_wrong_interpreter_SOURCES = tests/daemon/interpreter.c
tests_daemon_wrong_interpreter_CPPFLAGS = $(AM_CPPFLAGS) -DSTATUS=43
tests_daemon_wrong_interpreter_CFLAGS = $(BARE_CFLAGS)
tests_daemon_wrong_interpreter_LDFLAGS = -static -nostartfiles
tests_daemon_wrong_interpreter_LDADD =

EXTRA_DIST += tests/daemon/bus.conf tests/daemon/compare.py tests/daemon/connections.py tests/daemon/fuzz.py tests/daemon/introspected.py

dist_check_SCRIPTS += \
        tests/daemon/test-bus.sh \
        tests/daemon/test-connections.sh \
        tests/daemon/test-fuzz.sh \
        tests/daemon/test-idle.sh \
        tests/daemon/test-kill.sh \
        tests/daemon/test-storm.sh \
        tests/daemon/test-varlink-api.sh
EXTRA_DIST += tests/daemon/varlink.py
