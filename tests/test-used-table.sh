#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The whole suite where the table of the machine holds QEMU's formats, as on every Debian with qemu-user-static. The machine is a user
# namespace with an instance of its own, so a test that needs a chroot with a user namespace in it is left out. It belongs to
# `make check-release`.
set -u
. "${srcdir:-.}/tests/tap.sh"

"$BUILDDIR/binfmtctl" exec --only-added -- true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"
[ "$(id -u)" -eq 0 ] || skip_all 'root is needed, as tests become other users'
for qemu in aarch64 arm; do
        command -v "qemu-$qemu-static" "qemu-$qemu" >"$scratch/qemu-$qemu" || skip_all "no qemu-$qemu"
        printf '[qemu-%s]\nMachine=%s\nInterpreter=%s\nFixBinary=yes\nPreserveArgv0=yes\n\n' "$qemu" "$qemu" "$(head -n 1 "$scratch/qemu-$qemu")"
done >"$scratch/qemu.conf"
# The others have an interpreter that is there, too: it is their patterns that count.
for machine in alpha armeb hppa loongarch64 m68k mips mips64 mips64el mipsel ppc ppc64 ppc64le riscv32 riscv64 s390x sh4 sh4eb sparc sparc64 xtensa; do
        printf '[qemu-%s]\nMachine=%s\nInterpreter=/bin/true\nFixBinary=yes\n\n' "$machine" "$machine"
done >>"$scratch/qemu.conf"

suite() { env -u BINFMTCTL_EXEC MAKEFLAGS='' BINFMTD_TEST_ROUNDS_DIVISOR=50 make -k -C "$BUILDDIR" check TEST_SUITE_LOG=used-table.log; }
suite_in_there() {
        "$BUILDDIR/binfmtctl" exec --only-added --add "$scratch/qemu.conf" -- sh -c "ls /proc/sys/fs/binfmt_misc && exec sh \"\$0\" inside" "$0" >"$scratch/suite" 2>&1
}
if [ "${1-}" = inside ]; then
        suite
        exit
fi
suite_in_there
check 'the table holds the formats of QEMU' grep -qx qemu-arm "$scratch/suite"
check 'tests were run' [ "$(grep -c '^PASS: ' "$scratch/suite")" -gt 1000 ]
complaints() { grep -E '^(FAIL|ERROR): ' "$scratch/suite" | grep -v 'tests/ctl/verbs/test-exec-chroot.sh'; }
check 'none failed' fails complaints
plan
