#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl install and uninstall: which formats the words mean, what is written and registered, and how it ends.
. "${srcdir:-.}/tests/ctl/instance.sh"

conf=$root/usr/lib/binfmtd/conf.d
top=$(cd "$srcdir" && pwd)
cp "$top"/conf.d/qemu-*.conf "$conf/"
printf '[other]\nExtension=other\nInterpreter=/usr/bin/run\n' >"$conf/other.conf"
# Interpreters that are no programs of this machine's would be run by it as little as these.
for interpreter in aarch64 arm armeb riscv64; do
        cp /bin/true "$root/usr/bin/qemu-$interpreter-static"
done
case $(uname -m) in
x86_64) native=amd64 ;;
*) native=$(uname -m) ;;
esac

install() { "$ctl" install --root="$root" "$@" 2>&1 >"$scratch/json"; }
uninstall() { "$ctl" uninstall --root="$root" "$@" 2>&1 >"$scratch/json"; }
lasting=$root/etc/binfmtd/override.d/zz-switched.conf
runtime=$root/run/binfmtd/override.d/zz-switched.conf
sorted() { names | sort; }

register ':theirs:E::theirs::/bin/true:'
check 'a platform is installed' gives 0 install linux/arm64 </dev/null
check 'and nothing else' gives 0 sorted <<'X'
qemu-aarch64
theirs
X
has_fields() {
        python3 -c '
import json, sys
helper = json.load(open(sys.argv[1]))
assert list(helper) == ["supported", "emulators"], helper
assert "qemu-aarch64" in helper["emulators"], helper
assert "linux/" + sys.argv[2] in helper["supported"], helper' "$scratch/json" "$native"
}
check 'what is supported then is JSON with the fields of docker'\''s helper' has_fields
check 'nothing has to be written where nothing was switched off' fails ls "$lasting"
check 'other names of machines work as well' gives 0 install arm/v7 riscv64 </dev/null
check 'and are registered' gives 0 sorted <<'X'
qemu-aarch64
qemu-arm
qemu-riscv64
theirs
X
check 'the own machine needs nothing' gives 0 install "$native" </dev/null

printf 'ID=debian\n' >"$root/etc/os-release"
check 'without an interpreter it fails, and says what to install' gives 1 install s390x <<'X'
binfmtctl: qemu-s390x: no interpreter is installed: /usr/libexec/qemu-binfmt/s390x-binfmt-P is not there, and none of the 2 others is usable
  hint: apt-get install qemu-user-static
X
printf 'NAME=x\nID=postmarketos\nID_LIKE="busybox alpine"\n' >"$root/etc/os-release"
check 'by the names of the distribution' says 'hint: apk add qemu-s390x$' install s390x
printf 'ID=unheard\n' >"$root/etc/os-release"
check 'if that is known' fails says hint install s390x
check 'what is no platform fails' gives 1 install arm65 <<'X'
binfmtctl: arm65: nothing that is defined here is a platform, a machine or a format of that name
  hint: binfmtctl list --columns=name,platform shows what is defined
X
check 'the others are installed all the same' exits 1 install nothing armeb
check 'and are there' exits 0 ls "$binfmt_misc/qemu-armeb"

check 'a platform is uninstalled' gives 0 uninstall arm64 </dev/null
check 'for good' gives 0 grep -A1 aarch64 "$lasting" <<'X'
[qemu-aarch64]
Enabled=no
X
gone() { ! ls "$binfmt_misc/$1" 2>/dev/null; }
check 'and its entry is gone' gone qemu-aarch64
"$ctl" apply --root="$root" --quiet 2>/dev/null
check 'and stays so' gone qemu-aarch64
check 'installed, it is back' gives 0 install --runtime linux/arm64/v8 </dev/null
check 'until the next boot only, if that is asked for' exits 0 grep -A1 aarch64 "$runtime"
check 'registered it is' exits 0 ls "$binfmt_misc/qemu-aarch64"
check 'a glob means formats' gives 0 uninstall 'qemu-*' </dev/null
check 'all of them' gives 0 sorted <<'X'
other
theirs
X
check 'and takes only what has a definition' gives 1 uninstall theirs <<'X'
binfmtctl: theirs: nothing that is defined here is a platform, a machine or a format of that name
  hint: binfmtctl list --columns=name,platform shows what is defined
X
check 'all is what there is an interpreter for' gives 0 install all </dev/null
check 'and is registered' gives 0 sorted <<'X'
other
qemu-aarch64
qemu-arm
qemu-armeb
qemu-riscv64
theirs
X
printf '[broken]\nMachine=pdp11\nInterpreter=/usr/bin/run\n' >"$conf/broken.conf"
check 'a definition that is not valid fails' exits 1 install broken
cannot_write() { mount --bind "$root/etc" "$root/etc" && mount -o remount,bind,ro "$root/etc" && uninstall arm64; }
check 'nor is it a success where nothing can be written' exits 1 cannot_write
check 'and then nothing is removed' exits 0 ls "$binfmt_misc/qemu-aarch64"
umount "$root/etc"
umount "$binfmt_misc"
check 'without an instance it fails' exits 1 install arm64
plan
