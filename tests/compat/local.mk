# SPDX-License-Identifier: LGPL-2.1-or-later

# An interpreter that prints what the kernel told it.
check_PROGRAMS += tests/compat/witness
tests_compat_witness_LDFLAGS = $(AM_LDFLAGS) $(STATIC_LDFLAGS)
tests_compat_witness_LDADD =

dist_check_SCRIPTS += \
        tests/compat/test-beside-original.sh \
        tests/compat/test-display.sh \
        tests/compat/test-run-detectors.sh \
        tests/compat/test-update-binfmts.sh \
        tests/compat/test-upstream.sh \
        tests/compat/test-with-daemon.sh

EXTRA_DIST += tests/compat/fetch.sh tests/compat/machine.sh
