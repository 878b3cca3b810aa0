#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh BUILDDIR: says what is missing on this machine, and which measurements that costs; then makes all others, and fails if one of
# them failed. `make bench` calls it.
set -u
builddir=$1
here=$(dirname "$0")
left_out=' '

# without MEASUREMENT… -- WHY, and what helps
without() {
        names=
        while [ "$1" != -- ]; do
                names="$names${names:+, }$1" left_out="$left_out$1 "
                shift
        done
        echo "bench: $names: left out: $2"
}

if ! why=$("$builddir/binfmtctl" exec --only-added -- true 2>&1); then
        without api cold-start explain pass reaction update-binfmts -- "$(echo "$why" | head -n 1)"
else
        command -v dbus-daemon >/dev/null || without api -- 'dbus-daemon is missing: apt-get install dbus'
        "$here/peers.sh" "$builddir/bench/peers" >/dev/null 2>&1
        [ -x "$builddir/bench/peers/usr/sbin/update-binfmts" ] ||
                without update-binfmts -- "Debian's binfmt-support cannot be had to be measured beside: apt-get download has to work"
        [ -e /usr/lib/binfmt.d/qemu-arm.conf ] ||
                echo 'bench: cold-start, update-binfmts: the formats of QEMU are left out: apt-get install qemu-user-static'
        [ -x /usr/lib/systemd/systemd-binfmt ] || [ -x /lib/systemd/systemd-binfmt ] ||
                without cold-start -- 'systemd-binfmt is missing: apt-get install systemd'
fi

failed=0
for measurement in api cold-start explain pass reaction update-binfmts; do
        case $left_out in *" $measurement "*) continue ;; esac
        echo
        echo "== $measurement"
        set -- "$builddir"
        [ "$measurement" != pass ] || shift
        "$builddir/bench/$measurement" "$@" || { echo "bench: $measurement failed" >&2; failed=1; }
done
exit $failed
