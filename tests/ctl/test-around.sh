#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A table that is that of a machine around: what runs in a chroot, in a container or in a nested user namespace of a machine (this
# script, with an instance of its own) leaves it as it is, and says why; --force does not, and reading works everywhere.
set -u
if [ -z "${BINFMTD_TEST_AROUND-}" ]; then
        BINFMTD_TEST_AROUND=1
        export BINFMTD_TEST_AROUND
        why=$(unshare -Urmpf --mount-proc mount -t binfmt_misc b /proc/sys/fs/binfmt_misc 2>&1) || {
                echo "1..0 # SKIP no binfmt_misc instance of our own (Linux 6.7 or later): $(echo "$why" | head -n 1)"
                exit 0
        }
        exec unshare -Urmp --kill-child --mount-proc sh "$0" "$@"
fi
instance=/proc/sys/fs/binfmt_misc
mount -t binfmt_misc b "$instance" && mount -t tmpfs -o mode=755 none /mnt || exit 99
. "${srcdir:-.}/tests/tap.sh"

# The root of an image, with the machine's programs and ours, and a definition of its own.
image=/mnt/image
mkdir "$image"
for d in bin sbin lib lib32 lib64 libx32 usr dev; do
        if [ -L /$d ]; then cp -a /$d "$image/"; elif [ -d /$d ]; then mkdir "$image/$d" && mount --rbind /$d "$image/$d"; fi
done
# What the machine that builds this declares is none of ours.
for d in lib/binfmtd lib/binfmt.d local/lib/binfmtd local/lib/binfmt.d share/binfmts; do
        [ ! -d /usr/$d ] || mount -t tmpfs none "$image/usr/$d" || exit 99
done
mkdir -p "$image/etc/binfmtd/conf.d" "$image/etc/binfmtd/override.d" "$image/var/lib/binfmts" "$image/proc" "$image/run" \
        "$image/mnt" "$image/ours"
cp "$BUILDDIR/binfmtctl" "$BUILDDIR/binfmtd" "$BUILDDIR/update-binfmts" "$image/ours/"
printf '#!/bin/sh\n' >"$image/ours/run"
chmod 755 "$image/ours/run"
printf 'INNR' >"$image/ours/inner"
chmod 755 "$image/ours/inner"
printf '[inner]\nMagic=INNR\nInterpreter=/ours/run\n' >"$image/etc/binfmtd/conf.d/inner.conf"
mkdir /mnt/definitions
printf '[outer]\nMagic=OUTR\nInterpreter=%s/ours/run\n' "$image" >/mnt/definitions/outer.conf
"$BUILDDIR/binfmtctl" apply --only-added --add=/mnt/definitions --quiet || exit 99

table() { for e in "$instance"/*; do stat -c '%n %a %i' "$e"; [ "${e##*/}" = register ] || cat "$e"; done; }
table >"$scratch/table"
same() { table | diff "$scratch/table" -; }

# Ways into the image. Each has a /proc in which the instance of the machine is seen.
chrooted() { chroot "$image" "$@"; }
nested() { unshare -Ur "$@"; }
pivoted() { # a mount namespace with another root, but with the first process of the machine in sight
        unshare --mount --propagation=private sh -euc 'mount --rbind "$0" "$0"; cd "$0"; pivot_root . mnt; umount -l mnt; exec "$@"' \
                "$image" "$@"
}
says() { # says STATUS WORDS COMMAND…
        says_status=$1 says_words=$2
        shift 2
        "$@" >"$scratch/said" 2>&1
        says_actual=$?
        cat "$scratch/said"
        [ "$says_actual" -eq "$says_status" ] || { echo "exit status $says_actual"; return 1; }
        grep -q -- "$says_words" "$scratch/said"
}

check 'the machine itself has nothing to say' says 0 'registered as declared' \
        "$BUILDDIR/binfmtctl" apply --only-added --add=/mnt/definitions
mount -t proc none "$image/proc" || exit 99
mount --bind "$instance" "$image$instance" || exit 99
for way in chrooted pivoted; do
        in_image() { $way "$@"; }
        check "$way: apply" says 1 'this is a chroot' in_image /ours/binfmtctl apply
        check "$way: apply names --force" says 1 '--force' in_image /ours/binfmtctl apply
        check "$way: a dry run goes on" says 0 'would add inner' in_image /ours/binfmtctl apply --dry-run
        check "$way: and says whose table it is" says 0 'this is a chroot' in_image /ours/binfmtctl apply --dry-run
        check "$way: install" says 1 'this is a chroot' in_image /ours/binfmtctl install inner
        check "$way: uninstall" says 1 'this is a chroot' in_image /ours/binfmtctl uninstall inner
        check "$way: unregister" says 1 'this is a chroot' in_image /ours/binfmtctl unregister
        check "$way: disable writes its file" says 0 'left alone' in_image /ours/binfmtctl disable inner
        check "$way: which is there" grep -q '^Enabled=no' -r "$image/etc/binfmtd/override.d"
        check "$way: enable takes it back" says 0 'left alone' in_image /ours/binfmtctl enable inner
        check "$way: list works" says 0 'outer' in_image /ours/binfmtctl list
        check "$way: doctor knows, and of an interpreter that is missing here" says 1 'outside-instance' in_image /ours/binfmtctl doctor --json
        check "$way: and recommends nothing that is refused" fails grep -q '"hint": "\(binfmtctl apply\|systemctl\|echo\)' "$scratch/said"
        check "$way: explain names what does not change it" says 1 'binfmtctl exec /ours/inner' in_image /ours/binfmtctl explain /ours/inner
        check "$way: the daemon changes nothing" says 1 'this is a chroot' in_image /ours/binfmtd --once
        check "$way: a package's script succeeds" says 0 'this is a chroot' \
                in_image /ours/update-binfmts --package p --install packaged /ours/run --magic PACK
        check "$way: and its format is declared" [ -f "$image/var/lib/binfmts/packaged" ]
        check "$way: nor is it enabled" says 0 'this is a chroot' in_image /ours/update-binfmts --enable packaged
        check "$way: removing it succeeds" says 0 'this is a chroot' \
                in_image /ours/update-binfmts --package p --remove packaged /ours/run
        check "$way: the table is the same after all" same
done

check 'a nested user namespace: apply' says 1 'this user namespace has no table' \
        nested "$BUILDDIR/binfmtctl" apply --only-added --add="$image/etc/binfmtd/conf.d"
check 'and doctor says so' says 0 'this user namespace has no table' nested "$BUILDDIR/binfmtctl" doctor --json
check 'the table is the same' same
check 'an instance of its own is its own' says 3 '"own"' \
        "$BUILDDIR/binfmtctl" exec --only-added "$BUILDDIR/binfmtctl" doctor --root="$image" --json
check 'also in a chroot' says 3 '"own"' chrooted /ours/binfmtctl exec --only-added /ours/binfmtctl doctor --json
check 'where apply registers' says 0 'added inner' chrooted /ours/binfmtctl exec --only-added /ours/binfmtctl apply
check 'and the machine around has its own still' same

umount "$image$instance" && umount "$image/proc" && mount -t proc none "$image/proc" || exit 99
check 'nothing is mounted in an image' says 0 'this is a chroot' \
        chrooted /ours/update-binfmts --package p --install packaged /ours/run --magic PACK
check 'whose /proc can be unmounted' umount "$image/proc"
mount --rbind /proc "$image/proc" || exit 99
check 'told to, apply changes the table' says 0 'added inner' chrooted /ours/binfmtctl apply --force
check 'which is seen outside' [ -e "$instance/inner" ]
rm "$image/etc/binfmtd/conf.d/inner.conf"
check 'and so is --root, which names a machine around' says 0 'removed inner' "$BUILDDIR/binfmtctl" apply --root="$image"
plan
