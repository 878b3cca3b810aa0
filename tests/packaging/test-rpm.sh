#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The RPM spec and the macros: rpmbuild builds them, and rpmlint finds nothing.
set -u
. "${srcdir:-.}/tests/tap.sh"

for tool in rpmbuild rpmlint rpm xz; do
        command -v "$tool" >/dev/null || skip_all "no $tool"
done
rpm_dir=$(cd "$srcdir/packaging/rpm" && pwd)
here=$(cd "$srcdir/tests/packaging" && pwd)
version=$(sed -n 's/^Version: *//p' "$rpm_dir/binfmtd.spec")

sources() {
        mkdir -p "$scratch/SOURCES" &&
                make -C "$BUILDDIR" distdir distdir="$scratch/binfmtd-$version" &&
                tar -C "$scratch" -cf - "binfmtd-$version" | xz -0 >"$scratch/SOURCES/binfmtd-$version.tar.xz"
}
same_version() { "$BUILDDIR/binfmtctl" --version | grep -x "binfmtctl $version"; }
# Debian's rpm knows Debian's packages by no name of ours, and no macros of systemd's. What make check says is said elsewhere.
build() {
        rpmbuild -bb --nodeps --nocheck --define "_topdir $scratch" --define '_docdir %{_datadir}/doc' \
                --load "$here/macros.systemd" "$rpm_dir/binfmtd.spec"
}
lint() {
        rpmlint --config "$here/rpmlint.toml" --rpmlintrc "$rpm_dir/binfmtd.rpmlintrc" "$rpm_dir/binfmtd.spec" "$scratch/RPMS" \
                >"$scratch/lint" 2>&1
        lint_status=$?
        cat "$scratch/lint"
        [ "$lint_status" -eq 0 ] && grep ' 2 packages and 1 specfiles checked; 0 errors, 0 warnings' "$scratch/lint"
}
holds() { rpm --query --package --list "$scratch"/RPMS/*/binfmtd-"$version"-*.rpm | grep -x "$1"; }
macro() { rpm --load "$rpm_dir/macros.binfmtd" --eval "$1"; }
applies() { macro '%binfmtd_apply a.conf b.conf' | grep -x "\[ -x /usr/bin/binfmtctl \] && /usr/bin/binfmtctl apply --quiet a.conf b.conf || : *"; }

check 'the version is that of the sources' same_version
check 'the sources can be gathered' sources
check 'rpmbuild builds the packages' build
check 'rpmlint finds nothing' lint
for file in /usr/sbin/binfmtd /usr/bin/binfmtctl /usr/lib/systemd/system/binfmtd.service \
        /usr/lib/systemd/system-preset/50-binfmtd.preset /usr/lib/binfmtd/conf.d/qemu-arm.conf \
        /usr/share/pkgconfig/binfmtd.pc; do
        check "they hold $file" holds "$file"
done
check '%binfmtd_apply applies these files' applies
check 'and needs some' fails macro '%binfmtd_apply'
check '%_binfmtd_confdir is where definitions are looked for' sh -c '[ "$1" = /usr/lib/binfmtd/conf.d ]' sh "$(macro %_binfmtd_confdir)"
plan
