#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The same commands for Debian's update-binfmts and ours, each in an instance of its own: what they print, exit with, write and
# register has to be the same, down to the words.
if [ -z "${BINFMT_SUPPORT-}" ]; then
        . "${srcdir:-.}/tests/compat/fetch.sh"
        BINFMT_SUPPORT=$(mktemp -d)
        export BINFMT_SUPPORT
        trap 'rm -rf "$BINFMT_SUPPORT"' EXIT
        fetch_packages "$BINFMT_SUPPORT" binfmt-support libpipeline1 >"$BINFMT_SUPPORT/why" 2>&1
        sh "$0"
        exit
fi
. "${srcdir:-.}/tests/ctl/instance.sh"

LD_LIBRARY_PATH=$(echo "$BINFMT_SUPPORT"/usr/lib/*-linux-gnu*)
export LD_LIBRARY_PATH
original=$BINFMT_SUPPORT/usr/sbin/update-binfmts
"$original" --version >/dev/null 2>&1 || skip_all "Debian's program cannot be had: $(tail -n 1 "$BINFMT_SUPPORT/why")"

a=/mnt/admin i=/mnt/import p=/mnt/proc
begin() {
        rm -rf "$a" "$i"
        mkdir -p "$a" "$i" "$p"
        mountpoint -q "$p" || mount -t binfmt_misc binfmt_misc "$p"
        names | while read -r entry; do printf %s -1 >"$binfmt_misc/$entry"; done
        printf '#!/bin/sh\n' >/mnt/run
        chmod 755 /mnt/run
        printf 'package p\ninterpreter /mnt/run\nmagic MAGI\n' >"$i/magic"
        printf 'package p\ninterpreter /mnt/run\nextension ext\ncredentials no\npreserve yes\n' >"$i/ext"
        printf 'interpreter /mnt/run\nmagic NOPK\n' >"$i/nopackage"
        printf 'package p\ninterpreter /mnt/missing\nmagic MISS\nmask \\xff\\xff\\xff\\xff\n' >"$i/missing"
        printf 'Package q\nINTERPRETER /mnt/run   \nMagic CAPS\nunknown x\nmagic CAP2\noffset 3\n' >"$i/capitals"
        printf 'AAAABBBB' >/mnt/file
}

# What is there after a command.
state() {
        for file in "$a"/*; do
                [ ! -f "$file" ] || { echo "== ${file##*/}"; cat "$file"; }
        done
        names | sort | while read -r entry; do
                echo "-- $entry"
                sed 's|^interpreter .*/run-detectors$|interpreter run-detectors|' "$binfmt_misc/$entry"
        done
}

# The commands, one a line.
commands() {
        cat <<'EOT'
--display
--display nosuch
--install a /mnt/run --magic AAAA
--install a /mnt/run --magic BBBB --mask \xff\xff\xff\xff --offset 4
--package pk --install a /mnt/run --magic AAAA
--package pk --install b /mnt/none --extension bbb
--install b /mnt/run --extension bbb
--remove b /mnt/run
--remove nosuch /mnt/nosuch
--package pk --remove b /mnt/none
--import magic
--import ext
--import nopackage
--import missing
--import capitals
--import nosuch
--import status
--import /mnt/import/magic
--display
--display ext
--find /mnt/file
--find /mnt/nosuch
--find
--unimport magic
--unimport nopackage
--unimport nosuch
--unimport ext
--disable a
--display a
--disable a
--enable a
--enable a
--enable nosuch
--test --install t /mnt/run --magic TTTT
--test --install t /mnt/run --magic TTTT --detector /bin/true
--test --install a /mnt/run --magic TTTT
--test --display a
--test --enable
--test --disable a
--test --import ext
--install d1 /mnt/run --extension dup --detector /bin/true
--install d2 /mnt/run --extension dup
--test --install d3 /mnt/run --extension dup
--display d2
--remove d1 /mnt/run
--remove d2 /mnt/run
--install f1 /mnt/run --magic FFFF --fix-binary yes --credentials YES --preserve yes
--install
--install x
--install x /mnt/run
--install x /mnt/run --magic A --extension b
--install x /mnt/run --magic A --mask a --mask b
--install x /mnt/run --magic A --offset z
--install register /mnt/run --magic A
--remove x
--display a b
--enable --disable
--nonsense
--magic
--imp=3
--in /mnt/x
--dis a
--displ a
a --display
--magic=ZZZZ --install z /mnt/run
--package a --package b --display
--detector /x --detector /y --display
--disable nosuch
--enable
EOT
}

# What getopt(3) says begins with the path of the program.
run_all() {
        begin
        commands | while read -r line; do
                # shellcheck disable=SC2086
                "$1" --admindir "$a" --importdir "$i" --procdir "$p" $line >"$scratch/output" 2>"$scratch/errors" </dev/null
                status=$?
                cat "$scratch/errors" >>"$scratch/output"
                { sed "s|^$1: |update-binfmts: |; s|/[^ :]*/run-detectors|run-detectors|" "$scratch/output"; echo "= $status"; state; } \
                        >"$scratch/$2.$(printf %03d "$n")"
                n=$((n + 1))
        done
}
n=0 && run_all "$original" original
n=0 && run_all "$BUILDDIR/update-binfmts" ours
n=0
commands >"$scratch/commands"
while read -r line; do
        check "update-binfmts $line" same "$scratch/original.$(printf %03d $n)" "$scratch/ours.$(printf %03d $n)"
        n=$((n + 1))
done <"$scratch/commands"
plan
