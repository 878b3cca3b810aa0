# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Clients of org.binfmtd made by others. They want a compiler of their own, so they have a target of their own.

CLIENT_TESTS = tests/clients/test-varlink-go.sh
EXTRA_DIST += $(CLIENT_TESTS) tests/clients/client.go

check-clients: all
	MAKEFLAGS= $(MAKE) check-TESTS TESTS='$(CLIENT_TESTS)' check_PROGRAMS= check_LIBRARIES=
.PHONY: check-clients
