#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The recipes for Arch and Alpine, and pkg-config's file, as far as they can be checked elsewhere: makepkg builds the one; of the other
# the shell is all that can be looked at.
set -u
. "${srcdir:-.}/tests/tap.sh"

for tool in bash shellcheck makepkg pacman bsdtar fakeroot runuser xz pkg-config; do
        command -v "$tool" >/dev/null || skip_all "no $tool"
done
[ "$(id -u)" -eq 0 ] || skip_all 'makepkg has to run as somebody else than root, who root has to be for'
top=$(cd "$srcdir" && pwd)
version=$("$BUILDDIR/binfmtctl" --version | cut -d ' ' -f 2)
value() { sed -n "s/^$2=//p" "$top/packaging/$1"; }
is_version() { [ "$(value "$1" pkgver)" = "$version" ]; }

for recipe in arch/PKGBUILD alpine/APKBUILD; do
        check "$recipe: the version is that of the sources" is_version "$recipe"
        check "$recipe: bash reads it" bash -n "$top/packaging/$recipe"
        check "$recipe: shellcheck finds nothing" shellcheck "$top/packaging/$recipe"
done
check 'binfmtd.initd: shellcheck finds nothing' shellcheck "$top/packaging/alpine/binfmtd.initd"
listed() { [ -e "$top/packaging/alpine/binfmtd.initd" ] && grep -q 'binfmtd\.initd$' "$top/packaging/alpine/APKBUILD"; }
check 'and is a source of its recipe' listed

work=$scratch/arch
build() {
        mkdir -p "$work" && cp "$top/packaging/arch/PKGBUILD" "$work/" &&
                make -C "$BUILDDIR" distdir distdir="$work/binfmtd-$version" &&
                tar -C "$work" -cf - "binfmtd-$version" | xz -0 >"$work/binfmtd-$version.tar.xz" &&
                rm -r "$work/binfmtd-$version" && chmod 755 "$scratch" && chown -R nobody "$work" &&
                runuser -u nobody -- env -u BUILDDIR -u srcdir HOME="$work" PKGEXT=.pkg.tar sh -c 'cd "$1" && makepkg --nodeps --nocheck' sh "$work"
}
holds() { bsdtar -tf "$work"/binfmtd-*.pkg.tar | grep -x "$1"; }
check 'makepkg builds the package' build
for file in usr/bin/binfmtd usr/bin/binfmtctl usr/lib/binfmtd/conf.d/qemu-arm.conf usr/lib/binfmtd/systemd-binfmt .PKGINFO; do
        check "it holds $file" holds "$file"
done

unpack() { mkdir "$scratch/unpacked" && bsdtar -xf "$work"/binfmtd-*.pkg.tar -C "$scratch/unpacked"; }
asks() { PKG_CONFIG_PATH=$scratch/unpacked/usr/share/pkgconfig pkg-config "$@" binfmtd; }
answers() { [ "$(asks --variable="$1")" = "$2" ] || { asks --variable="$1"; return 1; }; }
check 'it can be unpacked' unpack
check 'pkg-config knows the version' sh -c '[ "$1" = "$2" ]' sh "$(asks --modversion)" "$version"
check 'and where packages put definitions' answers confdir /usr/lib/binfmtd/conf.d
check 'where administrators do' answers localconfdir /etc/binfmtd/conf.d
check 'and overrides' answers overridedir /etc/binfmtd/override.d
plan
