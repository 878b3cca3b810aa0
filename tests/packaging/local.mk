# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Packages are built from what a release would hold, which takes a while, tools of several distributions and a network: a target of
# their own. One after the other: each wants all processors.

PACKAGING_TESTS = \
        tests/packaging/test-manifest.sh \
        tests/packaging/test-recipes.sh \
        tests/packaging/test-rpm.sh \
        tests/boot/test-packages.sh
EXTRA_DIST += $(PACKAGING_TESTS) \
        tests/packaging/macros.systemd \
        tests/packaging/manifest.py \
        tests/packaging/rpmlint.toml

check-packaging: all programs
	MAKEFLAGS= $(MAKE) check-TESTS TESTS='$(PACKAGING_TESTS)' check_PROGRAMS= check_LIBRARIES=
.PHONY: check-packaging
