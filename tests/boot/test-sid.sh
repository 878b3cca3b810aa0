#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Debian's unstable release, with its systemd: our packages, built there, in a machine where nothing else was done. It belongs to
# `make check-release`, as what is unstable may fail for reasons of its own.
set -u
. "${srcdir:-.}/tests/tap.sh"
. "${srcdir:-.}/tests/boot/lib.sh"
. "${srcdir:-.}/tests/boot/packages.sh"

machine_need systemd-nspawn script unshare dpkg-deb
"$BUILDDIR/binfmtctl" exec --only-added -- true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"
packages_prepare sid build fresh
check 'the sources can be gathered' packages_source
check 'sid: dpkg-buildpackage builds them' packages_build sid
packages_fresh sid sid
plan
