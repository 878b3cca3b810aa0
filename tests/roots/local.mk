# SPDX-License-Identifier: LGPL-2.1-or-later

RELEASE_TESTS += tests/roots/test-matrix-foreign.sh
EXTRA_DIST += tests/roots/test-matrix-foreign.sh
