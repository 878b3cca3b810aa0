#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The scenario of the first day, with nothing made up: a Debian root, QEMU's user emulation from its package, Debian's hello for armhf run by
# name; then in a chroot without any QEMU, and in a chroot within that.
set -u
. "${srcdir:-.}/tests/tap.sh"

. "${srcdir:-.}/tests/roots/lib.sh"

all_registered() {
        binfmtctl --json exec "$ctl" --root="$root" --json list >"$scratch/list" &&
                python3 - "$root" "$scratch/list" <<'PYTHON'
import json, os, sys
root, listing = sys.argv[1:]
formats = {f["name"]: f for f in json.load(open(listing))}
shipped = [n[:-5] for n in os.listdir(root + "/usr/lib/binfmt.d") if n.startswith("qemu-")]
imported = os.listdir(root + "/usr/share/binfmts")
assert len(shipped) >= 29 and set(shipped) <= set(imported), (shipped, imported)
for name in shipped:
    assert formats[name]["state"] == "registered", formats[name]
assert len(formats) == len(set(formats)), "doubles"
PYTHON
}

is_foreign() { head -c 20 "$root/usr/bin/hello" | od -An -tx1 -j18 -N1 | grep -q 28; }
has_no_qemu() { ! find "$root/inner" -name '*qemu*' | grep .; }

check 'all formats of qemu-user-static are registered, from its own files, without doubles' all_registered
check 'the program is an ARM program' is_foreign
check 'the chroots hold no QEMU' has_no_qemu
check 'without the formats it does not run' fails chroot "$root" /usr/bin/hello
check 'it runs by name' says_hello binfmtctl exec chroot "$root" hello
check 'it runs in a chroot without QEMU' says_hello binfmtctl exec chroot "$root/inner" /usr/bin/hello
check 'it runs in a chroot in that chroot, changed into by a foreign program' \
        says_hello binfmtctl exec chroot "$root/inner" /bin/busybox chroot /inner /usr/bin/hello
check 'the table of the machine stays as it was' fails ls /proc/sys/fs/binfmt_misc/qemu-arm
plan
