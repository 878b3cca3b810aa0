#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Debian 12 and Debian 13 as whole machines: a boot with systemd-binfmt, which `systemctl enable --now binfmtd` takes over from, and a
# boot with binfmtd, in which packages come and go. binfmt_misc is private to the machine (Linux 6.7).
#
# BINFMTD_TEST_CACHE, if set, is a folder that keeps the pristine roots between runs.
set -u
. "${srcdir:-.}/tests/tap.sh"
. "${srcdir:-.}/tests/boot/lib.sh"

machine_need systemd-nspawn script unshare
"$BUILDDIR/binfmtctl" exec --only-added -- true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"
machine_prepare bookworm trixie

# machine NAME SUITE
machine() {
        root=$scratch/$2
        machine_new "$2" "$root" || return
        machine_furnish "$root"
        machine_contain "$root"

        machine_ask_for_mount "$root"
        mkdir -p "$root/etc/credstore"
        printf '[machine-extra]\nExtension=extra\nInterpreter=/usr/bin/echo\n' >"$root/etc/credstore/binfmtd.extra"

        machine_script "$root" inside-takeover.sh
        machine_boot "$root"
        machine_results "$root" "$1, taken over"

        machine_script "$root" inside-boot.sh
        machine_boot "$root"
        machine_results "$root" "$1"

        cp "$machine_top/tests/daemon/compare.py" "$root/test/"
        [ ! -e "$BUILDDIR/tests/programs/hello-arm" ] || cp "$BUILDDIR/tests/programs/hello-arm" "$root/test/"
        machine_script "$root" inside-bus.sh
        machine_boot "$root"
        machine_results "$root" "$1, its interfaces"

        machine_script "$root" inside-disabled.sh
        machine_boot "$root"
        machine_results "$root" "$1, with a format switched off"

        machine_script "$root" inside-sandbox.sh
        machine_boot "$root"
        machine_results "$root" "$1, its sandbox"
        rm -rf "$root"
}

machine 'Debian 12' bookworm
machine 'Debian 13' trixie
check 'the table of this machine stays as it was' fails ls /proc/sys/fs/binfmt_misc/machine-plain
plan
