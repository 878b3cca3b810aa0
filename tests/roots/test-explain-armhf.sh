#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The walk of a beginner: a hello for armhf that was downloaded, QEMU from its package, and nothing that hello needs. What explain
# says is done, word for word, until it says that hello runs; then it runs. The same in a chroot, and in a chroot in that chroot.
set -u
. "${srcdir:-.}/tests/tap.sh"
. "${srcdir:-.}/tests/roots/lib.sh"

pristine=$root
root=$scratch/root
cp -a "$pristine" "$root" || exit 99

# As before anybody knew of armhf, but with the program. Who is asked says yes.
in_root "$root" '
        apt-get -q purge -y --allow-remove-essential ".*:armhf"
        rm -rf /lib/arm-linux-gnueabihf /lib/ld-linux-armhf.so.3 /usr/lib/arm-linux-gnueabihf
        dpkg --remove-architecture armhf
        dpkg -x /packages/hello_*_armhf.deb /
        echo "APT::Get::Assume-Yes true;" >/etc/apt/apt.conf.d/yes
        for i in /inner /inner/inner; do rm -rf $i/lib && mkdir $i/lib; done' >"$scratch/log" 2>&1 || {
        tail -n 20 "$scratch/log" | sed 's/^/# /'
        skip_all 'armhf cannot be taken out of the root'
}

explain() { binfmtctl exec -- "$ctl" explain --root="$1" "$2" --no-legend; }
finding() {
        binfmtctl exec -- "$ctl" explain --root="$1" "$2" --json |
                python3 -c 'import json, sys; print(json.load(sys.stdin)["findings"][0][sys.argv[1]])' "$3"
}
# says_not ROOT WHAT: for check; it does not run, and this is missing
says_not() {
        explain "$1" /usr/bin/hello >"$scratch/said" 2>&1
        said=$?
        cat "$scratch/said"
        [ "$said" -eq 1 ] && grep -qF "$2" "$scratch/said"
}
says_runs() { explain "$1" /usr/bin/hello && ! explain "$1" /usr/bin/hello | grep -v '^/usr/bin/hello runs with '; }
hint_is() { finding "$1" /usr/bin/hello hint >"$scratch/hint" && cat "$scratch/hint" && [ "$(cat "$scratch/hint")" = "$2" ]; }
follow() { sh -euc "$(cat "$scratch/hint")" </dev/null; }

# The machine.
check 'hello does not run' fails binfmtctl exec -- chroot "$root" /usr/bin/hello
check 'explain says what is missing' says_not "$root" \
        "/usr/bin/hello does not run: it needs the loader /lib/ld-linux-armhf.so.3, which is not there below $root"
check 'and what to do' hint_is "$root" \
        "chroot $root sh -c 'dpkg --add-architecture armhf && apt-get update && apt-get install libc6:armhf'"
check 'which can be done so' follow
check 'then explain says that it runs' says_runs "$root"
check 'and it runs' says_hello binfmtctl exec -- chroot "$root" /usr/bin/hello

# Chroots without dpkg: somebody else has to know how to install there, but not what.
for jail in "$root/inner" "$root/inner/inner"; do
        check "in $(basename "$(dirname "$jail")")/inner it does not run" fails binfmtctl exec -- chroot "$jail" /usr/bin/hello
        check 'explain says what is missing there' says_not "$jail" "which is not there below $jail"
        check 'and which package has it' hint_is "$jail" \
                "install the C library that brings /lib/ld-linux-armhf.so.3 below $jail (Debian's package libc6:armhf)"
        for package in "$root"/packages/libc6_*_armhf.deb; do
                check 'that package is unpacked' dpkg -x "$package" "$jail"
        done
        check 'then explain says that it runs there, although QEMU is not there' says_runs "$jail"
        check 'and it runs there' says_hello binfmtctl exec -- chroot "$jail" /usr/bin/hello
done
check 'one chroot changed into by a program of the other' \
        says_hello binfmtctl exec -- chroot "$root/inner" /bin/busybox chroot /inner /usr/bin/hello

# Whoever is in no container knows that what is not mounted is not there.
if [ "$(stat -Lc %i /proc/self/ns/user)" = 4026531837 ]; then
        check 'without a mount explain says so' exits 1 "$ctl" explain --binfmt-misc="$scratch" "$root/usr/bin/hello"
        check 'and that nothing else is known to be the matter' sh -c \
                '"$1" explain --binfmt-misc="$2" --no-legend "$3" | grep -qx "$3 does not run: binfmt_misc is not mounted"' \
                sh "$ctl" "$scratch" "$root/usr/bin/hello"
fi

# Without QEMU there is no format at all.
in_root "$root" 'dpkg --purge --force-depends qemu-user-static' >"$scratch/log" 2>&1
check 'without QEMU explain says that there is no format' says_not "$root" 'it is a 32-bit ARM ELF program (arm), and'
check 'and what to install' hint_is "$root" 'apt-get install qemu-user-static && binfmtctl apply'
plan
