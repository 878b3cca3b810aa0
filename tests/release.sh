#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# release.sh MAKE TEST…: what takes too long for each change, and has to hold before a release; `make check-release`. It runs in the
# build, and needs root, a network and what .ci/run installs. The last line is the sum.
set -u
make=$1
shift
# shellcheck source=tests/steps.sh
. "${srcdir:-.}/tests/steps.sh"

if [ "$(id -u)" -ne 0 ]; then
        echo 'check-release needs root, as it makes whole machines' >&2
        exit 1
fi

# The Debian roots of the tests are made once a run.
export BINFMTD_TEST_CACHE="${BINFMTD_TEST_CACHE:-$logs/cache}"
mkdir -p "$BINFMTD_TEST_CACHE"

release_tests() {
        MAKEFLAGS='' "$make" check-TESTS TESTS="$*" check_PROGRAMS= check_LIBRARIES=
}

step 'whole machines, sanitized' env BINFMTD_BOOT_SANITIZERS=address,undefined MAKEFLAGS= "$make" check-boot
[ $# -eq 0 ] || step 'tests of a release' release_tests "$@"
steps_end
