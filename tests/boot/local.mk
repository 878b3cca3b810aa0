# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whole machines take minutes and a network, so they have a target of their own. One after the other: each wants all processors.

BOOT_TESTS = tests/boot/test-boot.sh tests/boot/test-module.sh
RELEASE_TESTS += tests/boot/test-sid.sh
EXTRA_DIST += $(BOOT_TESTS) tests/boot/test-sid.sh \
        tests/boot/inside.sh \
        tests/boot/inside-bare.sh \
        tests/boot/inside-boot.sh \
        tests/boot/inside-bus.sh \
        tests/boot/inside-chroots.sh \
        tests/boot/inside-disabled.sh \
        tests/boot/inside-fresh.sh \
        tests/boot/inside-fresh-again.sh \
        tests/boot/inside-fresh-lib.sh \
        tests/boot/inside-module.sh \
        tests/boot/inside-packages.sh \
        tests/boot/inside-sandbox.sh \
        tests/boot/inside-takeover.sh \
        tests/boot/inside-withheld.sh \
        tests/boot/lib.sh \
        tests/boot/packages.sh

check-boot: all
	MAKEFLAGS= $(MAKE) check-TESTS TESTS='$(BOOT_TESTS)' check_PROGRAMS= check_LIBRARIES=
.PHONY: check-boot

clean-local: clean-machines
clean-machines:
	rm -rf tests/boot/tree tests/boot/tree-sanitized
.PHONY: clean-machines
