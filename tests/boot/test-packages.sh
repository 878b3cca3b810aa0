#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The Debian packages: built in clean roots of Debian 12 and 13 and checked by lintian there; installed without systemd; and in machines
# that binfmt-support and systemd-binfmt have served so far, over them, upgraded, purged, and binfmt-support back again; and in fresh ones,
# where nothing else was done.
#
# BINFMTD_TEST_CACHE, if set, is a folder that keeps the pristine roots between runs; BINFMTD_TEST_SUITES is which of bookworm and trixie.
set -u
. "${srcdir:-.}/tests/tap.sh"
. "${srcdir:-.}/tests/boot/lib.sh"
. "${srcdir:-.}/tests/boot/packages.sh"

machine_need systemd-nspawn script unshare dpkg-deb python3
"$BUILDDIR/binfmtctl" exec --only-added -- true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"
suites=${BINFMTD_TEST_SUITES:-bookworm trixie}
for suite in $suites; do
        packages_prepare "$suite" build machine fresh
done
check 'the sources can be gathered' packages_source
packages_wine "$scratch/wine.deb" >"$machine_log" || plan
# As a jar it is empty, which the interpreter says; marked as the JDK's own tools do it.
python3 - "$scratch/empty.jar" <<'PYTHON'
import sys, zipfile
jar = zipfile.ZipFile(sys.argv[1], 'w')
meta = zipfile.ZipInfo('META-INF/')
meta.extra = b'\xfe\xca\0\0'
jar.writestr(meta, b'')
jar.writestr('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\n')
PYTHON

# In a container that has an instance of its own and no systemd: its root and its processes are all that it sees.
without_systemd() {
        cp "$srcdir/tests/boot/inside-bare.sh" "$srcdir/tests/tap.sh" "$packages_root/src/"
        "$BUILDDIR/binfmtctl" exec --only-added -- unshare --mount --pid --fork --kill-child sh -ec '
                mount --bind "$1" "$1"
                cd "$1"
                mount -t proc proc proc
                mount -t binfmt_misc binfmt_misc proc/sys/fs/binfmt_misc
                mkdir -p old
                pivot_root . old
                umount -l old
                exec sh /src/inside-bare.sh' sh "$packages_root" >"$scratch/bare" 2>&1
        mkdir -p "$scratch/results/test"
        mv "$scratch/bare" "$scratch/results/test/results"
        machine_results "$scratch/results" "$1"
}

# machine NAME SUITE
machine() {
        check "$1: dpkg-buildpackage builds them" packages_build "$2"
        check "$1: lintian finds no error and nothing to warn of" in_root "$packages_root" \
                'lintian --allow-root --fail-on error,warning /src/new/*.changes'
        without_systemd "$1, no systemd"

        root=$scratch/$2
        machine_copy "$machine_cache/$2-packages-machine" "$root" || return
        machine_contain "$root"
        machine_ask_for_mount "$root"
        cp -r "$packages_old" "$packages_new" "$scratch/wine.deb" "$scratch/empty.jar" "$root/test/"
        cp "$BUILDDIR/tests/programs/hello-aarch64" "$BUILDDIR/tests/programs/hello-arm" "$root/test/"
        packages_callers "$2" >"$root/test/callers"
        machine_script "$root" inside-packages.sh
        machine_boot "$root"
        machine_results "$root" "$1, packages"
        rm -rf "$root"
        packages_fresh "$1" "$2"
        rm -rf "$packages_root"
}

for suite in $suites; do
        case $suite in
        bookworm) machine 'Debian 12' bookworm ;;
        *) machine 'Debian 13' "$suite" ;;
        esac
done
plan
