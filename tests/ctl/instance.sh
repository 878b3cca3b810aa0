# SPDX-License-Identifier: LGPL-2.1-or-later
#
# To be sourced by the tests of binfmtctl's verbs, first of all: moves the script into a namespace of its own with an empty
# instance of binfmt_misc and an empty /mnt, so that paths in outputs are always the same; then tap.sh and what follows.
#
#   $ctl                    binfmtctl
#   $root                   a machine below --root, with one interpreter that is a script
#   $binfmt_misc            the instance
#   gives STATUS COMMAND…   for check; status and output (errors too, blanks at line ends not) must be as on standard input
#   table                   every entry, newest first, with all that can be seen of it
#   theirs                  the same of those that are not marked as ours

binfmt_misc=/proc/sys/fs/binfmt_misc
if [ -z "${BINFMTD_TEST_INSTANCE-}" ]; then
        BINFMTD_TEST_INSTANCE=1
        export BINFMTD_TEST_INSTANCE
        # Root goes by our own exec, which works in a chroot too; anybody else has to stay root of the namespace, to mount.
        if [ "$(id -u)" -eq 0 ]; then
                set -- "$BUILDDIR/binfmtctl" exec --only-added sh "$0" "$@"
                why=$("$1" exec --only-added true 2>&1)
        else
                set -- unshare -Urm sh -c "mount -t binfmt_misc b $binfmt_misc && exec \"\$0\" \"\$@\"" sh "$0" "$@"
                why=$(unshare -Urm mount -t binfmt_misc b $binfmt_misc 2>&1)
        fi || {
                echo "1..0 # SKIP no binfmt_misc instance of our own (Linux 6.7 or later): $(echo "$why" | head -n 1)"
                exit 0
        }
        exec "$@"
fi

# Below it is no other: a machine on which tests run has a table of its own, which would be seen without this one.
umount "$binfmt_misc" && mount -t tmpfs -o mode=755 nothing "$binfmt_misc" && mount -t binfmt_misc b "$binfmt_misc" || exit 99

unset NO_COLOR BINFMTCTL_EXEC
. "${srcdir:-.}/tests/tap.sh"

mount -t tmpfs -o mode=755 tmpfs /mnt || exit 99

ctl=$BUILDDIR/binfmtctl
root=/mnt/root
mkdir -p "$root/usr/bin" "$root/usr/lib/binfmtd/conf.d" "$root/usr/lib/binfmt.d" "$root/etc/binfmtd/conf.d" \
        "$root/etc/binfmtd/override.d"
printf '#!/bin/sh\necho "$@"\n' >"$root/usr/bin/run"
chmod 755 "$root/usr/bin/run"

gives() {
        gives_status=$1
        shift
        cat >"$scratch/expected"
        "$@" >"$scratch/actual" 2>&1
        gives_actual=$?
        sed -i 's/ *$//' "$scratch/actual"
        diff -u "$scratch/expected" "$scratch/actual" || return 1
        [ "$gives_actual" -eq "$gives_status" ] ||
                { echo "exit status $gives_actual, expected $gives_status"; return 1; }
}

# How a command's output has to look without its being known: for check.
is_json() { "$@" 2>/dev/null | python3 -m json.tool >/dev/null; }
says() {
        says_pattern=$1
        shift
        "$@" >"$scratch/actual" 2>&1
        cat "$scratch/actual"
        grep -q -- "$says_pattern" "$scratch/actual"
}

register() { printf '%s' "$1" >"$binfmt_misc/register"; }

show_entries() {
        while read -r entry; do
                stat -c '%n %a %i %X' "$binfmt_misc/$entry"
                cat "$binfmt_misc/$entry"
        done
}
names() { find "$binfmt_misc" -mindepth 1 -maxdepth 1 ! -name register ! -name status -printf '%f\n'; }
their_names() { find "$binfmt_misc" -mindepth 1 -maxdepth 1 ! -name register ! -name status ! -perm -1000 -printf '%f\n'; }
table() { names | show_entries; }
theirs() { their_names | show_entries; }
