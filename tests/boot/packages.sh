# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Our Debian packages, built as Debian builds them; to be sourced after lib.sh.
#
#   packages_prepare SUITE KIND…   makes pristine roots (or finds them in BINFMTD_TEST_CACHE): build, to build in; machine, one that others
#                            have served so far; fresh, one as Debian installs it. They hold the packages that are to be installed
#                            there but do not have them installed
#   packages_source          what a release would hold, in $scratch/source
#   packages_fresh NAME SUITE   boots a machine to which nothing was done, on which apt-get installs what was built
#   packages_build SUITE     builds them from it twice, in $scratch/SUITE-build: $packages_old and $packages_new are the folders

# Who calls update-binfmts. Wine itself is large and only its caller counts: packages_wine stands for it.
packages_callers() {
        echo qemu-user-static python3-minimal jarwrapper mono-runtime
        case $1 in
        bookworm) echo openjdk-17-jre-headless ;;
        *) echo openjdk-21-jre-headless ;;
        esac
}

# A mirror that stands still has all that this takes.
packages_update='apt-get -q -o Acquire::Check-Valid-Until=false update'

packages_make_build() {
        debootstrap --variant=minbase "$1" "$base.new" &&
                mkdir -p "$base.new/src/debian" && cp "$machine_top/debian/control" "$base.new/src/debian/" &&
                in_root "$base.new" "$packages_update
                        apt-get -q install -y --no-install-recommends build-essential lintian
                        apt-get -q build-dep -y --no-install-recommends /src
                        apt-get clean
                        rm -r /src" &&
                mv "$base.new" "$base"
}

packages_make_machine() {
        cp -a --reflink=auto "$(machine_pristine "$1")" "$base.new" &&
                in_root "$base.new" "apt-get -q update
                        apt-get -q install -y --download-only --no-install-recommends binfmt-support $(
                        packages_callers "$1" | tr '\n' ' ')
                        cd /var/cache/apt/archives && apt-get -q download wine-binfmt" &&
                mv "$base.new" "$base"
}

# What a minimal installation has; the libraries are those that our packages want.
packages_make_fresh() {
        debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,udev,kmod "$1" "$base.new" &&
                in_root "$base.new" "apt-get clean
                        $packages_update
                        apt-get -q install -y --download-only --no-install-recommends libinih1 libjansson4 libsmartcols1
                        apt-get -q install -y --download-only --no-install-recommends binfmt-support qemu-user-static \\
                                python3-minimal jarwrapper" &&
                mv "$base.new" "$base"
}

packages_prepare() {
        packages_suite=$1
        shift
        exec 9>"$machine_cache/boot.lock"
        flock 9
        for packages_kind in "$@"; do
                [ "$packages_kind" != machine ] || machine_base "$packages_suite"
                base=$machine_cache/$packages_suite-packages-$packages_kind
                [ -d "$base" ] || {
                        rm -rf "$base.new"
                        "packages_make_$packages_kind" "$packages_suite" >"$machine_log" 2>&1
                } || give_up "no root of Debian $packages_suite ($packages_kind) can be had"
        done
        exec 9>&-
}

packages_source() { make -C "$BUILDDIR" distdir distdir="$scratch/source"; }

# The former release has the same content: what matters is that dpkg takes it for another one.
packages_build() {
        packages_root=$scratch/$1-build
        packages_old=$packages_root/src/old packages_new=$packages_root/src/new
        cp -a --reflink=auto "$machine_cache/$1-packages-build" "$packages_root" &&
                mkdir -p "$packages_old" "$packages_new" && cp -a "$scratch/source" "$packages_root/src/binfmtd" &&
                DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" in_root "$packages_root" '
                        cd /src/binfmtd
                        cp debian/changelog ../changelog
                        sed -i "1s/(\([^)]*\))/(\1~former)/" debian/changelog
                        dpkg-buildpackage --no-sign --build=binary
                        mv ../*.deb ../*.changes ../*.buildinfo ../old/
                        mv ../changelog debian/
                        dpkg-buildpackage --no-sign --build=binary --no-pre-clean
                        mv ../*.deb ../*.changes ../*.buildinfo ../new/'
}

# And once more, where it has lasted over a boot.
packages_fresh() {
        packages_machine=$scratch/$2-fresh
        machine_copy "$machine_cache/$2-packages-fresh" "$packages_machine" || return
        machine_contain "$packages_machine"
        machine_ask_for_mount "$packages_machine"
        cp -r "$packages_new" "$packages_machine/test/"
        cp "$BUILDDIR/tests/programs/hello-aarch64" "$BUILDDIR/tests/programs/hello-arm" "$packages_machine/test/"
        machine_script "$packages_machine" inside-fresh.sh
        machine_boot "$packages_machine"
        machine_results "$packages_machine" "$1, fresh"
        machine_script "$packages_machine" inside-fresh-again.sh
        machine_boot "$packages_machine"
        machine_results "$packages_machine" "$1, fresh, again"
        rm -rf "$packages_machine"
}

# Nothing but the name that wine-binfmt depends on, and a program to be started.
packages_wine() {
        mkdir -p "$scratch/wine/DEBIAN" "$scratch/wine/usr/bin" &&
                printf '%s\n' 'Package: wine' 'Version: 99' 'Architecture: all' 'Maintainer: nobody <nobody@localhost>' \
                        'Description: stands for Wine' >"$scratch/wine/DEBIAN/control" &&
                printf '#!/bin/sh\necho wine "$@"\n' >"$scratch/wine/usr/bin/wine" && chmod 755 "$scratch/wine/usr/bin/wine" &&
                dpkg-deb --root-owner-group --build "$scratch/wine" "$1"
}
