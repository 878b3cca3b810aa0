#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A container that shares the machine's user namespace, and so its table: that is the machine's. Nothing here may write to it, so
# all is a dry run or reading.
set -u
. "${srcdir:-.}/tests/tap.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'such a container needs root'
[ "$(stat -Lc %i /proc/self/ns/user)" = 4026531837 ] || skip_all 'this is not the initial user namespace'
"$BUILDDIR/binfmtctl" doctor --json | grep -q '"owner": "machine"' || skip_all 'this is in a chroot or a container already'
unshare --mount --pid --fork --mount-proc true || skip_all 'PID namespaces are forbidden here'

contained() { unshare --mount --pid --fork --mount-proc "$@"; }
says() { # says WORDS COMMAND…
        says_words=$1
        shift
        "$@" >"$scratch/said" 2>&1
        cat "$scratch/said"
        grep -q -- "$says_words" "$scratch/said"
}
check 'a container is told from the machine' says 'this is a container without a table of its own' \
        contained "$BUILDDIR/binfmtctl" apply --dry-run --only-added
check 'and the way out is named' says '--force' contained "$BUILDDIR/binfmtctl" apply --dry-run --only-added
check 'doctor says so, too' says '"owner": "outside"' contained "$BUILDDIR/binfmtctl" doctor --json
check 'a distribution of WSL is the machine, though it has a PID namespace' says '"owner": "machine"' \
        contained sh -c 'mount -t tmpfs none /run && mkdir /run/WSL && exec "$0" doctor --json' "$BUILDDIR/binfmtctl"
check 'an instance of its own is a containers own' says '"owner": "own"' \
        contained "$BUILDDIR/binfmtctl" exec --only-added "$BUILDDIR/binfmtctl" doctor --json
plan
