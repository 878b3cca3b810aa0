#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whose table it is, in images of other architectures: Debian's packages of ours for arm64 in an arm64 Debian, and those for armhf in
# an armhf Debian within that one, entered by arm64's chroot(8). All of it runs by QEMU, in a private machine that has nothing but QEMU.
#
# BINFMTD_TEST_CACHE, if set, is a folder that keeps the roots between runs. It needs root, a network, and some minutes.
set -u
. "${srcdir:-.}/tests/tap.sh"

# Outside: what is needed, as root of this machine.
prepare_all() {
        . "${srcdir:-.}/tests/boot/lib.sh"
        machine_need unshare dpkg-deb
        exec 9>"$machine_cache/boot.lock"
        flock 9
        crossing=$machine_cache/trixie-cross
        [ -d "$crossing" ] || make_crossing >"$machine_log" 2>&1 || give_up 'no root with cross compilers can be had'
        for arch in arm64 armhf; do
                [ -d "$machine_cache/trixie-$arch" ] || make_image $arch >"$machine_log" 2>&1 || give_up "no Debian for $arch can be had"
        done
        exec 9>&-
        prepare_packages >"$machine_log" 2>&1 || {
                tail -n 40 "$machine_log" | sed 's/^/# /'
                echo 'Bail out! the packages cannot be built'
                exit 1
        }
}

# Compilers and libraries for both, and QEMU.
make_crossing() {
        rm -rf "$crossing.new"
        debootstrap --variant=minbase trixie "$crossing.new" && in_root "$crossing.new" '
                dpkg --add-architecture arm64
                dpkg --add-architecture armhf
                apt-get -q update
                apt-get -q install -y --no-install-recommends build-essential crossbuild-essential-arm64 crossbuild-essential-armhf \
                        debhelper scdoc systemd-dev qemu-user
                for package in check libinih-dev libjansson-dev libsmartcols-dev libsystemd-dev libudev-dev pkgconf; do
                        echo $package:arm64 $package:armhf
                done | xargs apt-get -q install -y --no-install-recommends
                apt-get clean' && mv "$crossing.new" "$crossing"
}

# Unpacked, not set up: nothing in it is started before the table is a private one.
make_image() {
        image=$machine_cache/trixie-$1
        rm -rf "$image.new"
        debootstrap --foreign --arch="$1" --variant=minbase --include=libinih1,libjansson4,libsmartcols1,libsystemd0,libudev1 \
                trixie "$image.new" || return 1
        for package in "$image.new"/var/cache/apt/archives/*.deb; do
                dpkg-deb --fsys-tarfile "$package" | tar -x -k -C "$image.new" --keep-directory-symlink 2>/dev/null
        done
        rm -rf "$image.new/var/cache/apt/archives" "$image.new/debootstrap"
        # Where it may not mount, debootstrap makes it a link to the /proc outside.
        [ ! -L "$image.new/proc" ] || { rm "$image.new/proc" && mkdir "$image.new/proc"; } || return 1
        mv "$image.new" "$image"
}

prepare_packages() {
        make -C "$BUILDDIR" distdir distdir="$scratch/source" &&
                cp -a --reflink=auto "$crossing" "$scratch/crossing" && mkdir "$scratch/crossing/src" || return 1
        for arch in arm64 armhf; do
                mkdir -p "$scratch/crossing/src/$arch"
                cp -a "$scratch/source" "$scratch/crossing/src/$arch/binfmtd"
                DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" in_root "$scratch/crossing" "
                        cd /src/$arch/binfmtd && dpkg-buildpackage --host-arch=$arch -Pcross,nocheck -d --no-sign --build=binary" &&
                        cp -a --reflink=auto "$machine_cache/trixie-$arch" "$scratch/$arch" || return 1
                for package in "$scratch/crossing/src/$arch"/*_"$arch".deb; do
                        case $package in
                        *-dbgsym_*) ;;
                        *) dpkg-deb --fsys-tarfile "$package" | tar -x -C "$scratch/$arch" --keep-directory-symlink ;;
                        esac
                done
        done
        cp -L "$scratch"/crossing/usr/bin/qemu-aarch64 "$scratch"/crossing/usr/bin/qemu-arm "$scratch/" &&
                mv "$scratch/armhf" "$scratch/arm64/armhf"
}

if [ -z "${BINFMTD_TEST_PREPARED-}" ]; then
        private='unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc'
        $private mount -t binfmt_misc b /proc/sys/fs/binfmt_misc 2>"$scratch/why" || skip_all "no private machine: $(cat "$scratch/why")"
        prepare_all
        BINFMTD_TEST_PREPARED=$scratch $private sh "$0"
        exit
fi

mount -t binfmt_misc b /proc/sys/fs/binfmt_misc || exit 99
. "${srcdir:-.}/tests/roots/matrix.sh"
made=$BINFMTD_TEST_PREPARED

for name in aarch64 arm; do
        mkdir -p "$scratch/machine/usr/bin" "$scratch/machine/usr/lib/binfmtd/conf.d"
        cp "$made/qemu-$name" "$scratch/machine/usr/bin/"
        cp "$srcdir/conf.d/qemu-$name.conf" "$scratch/machine/usr/lib/binfmtd/conf.d/"
done
matrix_machine "$BUILDDIR/binfmtctl"

machine_of() { in_place bound uname -m; }
is_machine() { [ "$(machine_of)" = "$1" ] || { machine_of; return 1; }; }

image=$made/arm64
matrix_furnish "$image"
check 'arm64: the image runs' is_machine aarch64
for place in bound fresh pids pivoted mapped; do
        matrix_around $place "$image"
done

image=$made/arm64/armhf matrix_above=$made/arm64
matrix_enter="chroot $made/arm64"
matrix_furnish "$image"
check 'armhf in arm64: the image runs' is_machine armv7l
for place in bound fresh; do
        matrix_around $place "$image"
done
plan
