#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl exec as root inside of a chroot, where the kernel gives no user namespace to anybody: it climbs out first.
set -u
. "${srcdir:-.}/tests/tap.sh"

[ "$(id -u)" -eq 0 ] || skip_all 'chroot needs root'
ctl=$BUILDDIR/binfmtctl
"$ctl" exec --only-added true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"

mkdir "$scratch/root"
for d in bin sbin usr lib lib64 etc tmp proc; do
        [ ! -e /$d ] || mkdir "$scratch/root/$d"
done
cp "$ctl" "$scratch/binfmtctl"

# in_chroot WITH-PROC COMMAND…
in_chroot() {
        unshare --mount --propagation=unchanged sh -euc 'with_proc=$1 root=$2
                shift 2
                mount --make-rprivate / 2>/dev/null || :
                for d in bin sbin usr lib lib64 etc; do [ ! -e /$d ] || mount --rbind /$d "$root/$d"; done
                mount --rbind /tmp "$root/tmp"
                [ "$with_proc" = no ] || mount -t proc proc "$root/proc"
                exec chroot "$root" "$@"' sh "$@"
}
prints() {
        prints_expected=$1
        shift
        "$@" >"$scratch/prints" && cat "$scratch/prints" && [ "$(cat "$scratch/prints")" = "$prints_expected" ]
}

check 'in a chroot nobody gets a user namespace by itself' fails in_chroot yes "$scratch/root" unshare -U true
check 'binfmtctl exec has an instance there' prints 'register status' \
        in_chroot yes "$scratch/root" "$scratch/binfmtctl" exec --only-added sh -c 'echo $(ls /proc/sys/fs/binfmt_misc)'
check 'also without /proc' prints 'register status' \
        in_chroot no "$scratch/root" "$scratch/binfmtctl" exec --only-added sh -c 'echo $(ls /proc/sys/fs/binfmt_misc)'
check 'the root is the same' prints "$(ls "$scratch/root")" \
        in_chroot yes "$scratch/root" "$scratch/binfmtctl" exec --only-added ls /
check 'the directory stays' prints /usr/bin \
        in_chroot yes "$scratch/root" sh -c "cd /usr/bin && $scratch/binfmtctl exec --only-added pwd"
check 'the machine has its mounts as before' fails grep "$scratch" /proc/self/mountinfo
plan
