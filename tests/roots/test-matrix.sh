#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whose table it is: an image of this machine's own architecture in each place that can be had in a private machine, which is a user
# namespace with an instance and a PID namespace of its own. test-matrix-foreign.sh has other architectures; tests/boot the places
# that are outside of user namespaces.
set -u
if [ -z "${BINFMTD_TEST_PRIVATE-}" ]; then
        BINFMTD_TEST_PRIVATE=1
        export BINFMTD_TEST_PRIVATE
        set -- unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc
        why=$("$@" mount -t binfmt_misc b /proc/sys/fs/binfmt_misc 2>&1) || {
                echo "1..0 # SKIP no private machine (Linux 6.7 or later): $(echo "$why" | head -n 1)"
                exit 0
        }
        exec "$@" sh "$0"
fi
mount -t binfmt_misc b /proc/sys/fs/binfmt_misc || exit 99
. "${srcdir:-.}/tests/tap.sh"
. "${srcdir:-.}/tests/roots/matrix.sh"

matrix_machine "$BUILDDIR/binfmtctl"
check 'an image can be made' matrix_light "$scratch/image" \
        "$BUILDDIR/binfmtctl" "$BUILDDIR/binfmtd" "$BUILDDIR/update-binfmts"
matrix_furnish "$scratch/image"
for place in bound fresh pids pivoted mapped; do
        matrix_around $place "$scratch/image"
done
matrix_own "$scratch/image"
umount "$scratch/image/dev/null"
plan
