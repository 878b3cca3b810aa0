#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# One table, and definitions of two roots: neither removes what is registered for the other.

. "${srcdir:-.}/tests/ctl/instance.sh"

other=/mnt/other
mkdir -p "$other/etc/binfmtd/conf.d" "$other/usr/bin"
cp "$root/usr/bin/run" "$other/usr/bin/run"
define() { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$2" "$3" >"$1/etc/binfmtd/conf.d/$2.conf"; }
of_root() { "$ctl" --root="$root" --binfmt-misc="$binfmt_misc" "$@"; }
of_other() { "$ctl" --root="$other" --binfmt-misc="$binfmt_misc" "$@"; }
stand() { [ "$(ls "$binfmt_misc" | grep -v -e '^register$' -e '^status$' | tr '\n' ' ')" = "$1" ]; }

define "$root" first AAAA
define "$root" pinned BBBB
printf 'FixBinary=yes\n' >>"$root/etc/binfmtd/conf.d/pinned.conf"
define "$other" second CCCC
check 'the first root is applied' of_root apply --quiet
check 'so is the second' of_other apply --quiet
check 'all formats stand' stand 'first pinned second '
check 'the first root has nothing to do' says 'nothing to do' of_root apply
check 'nor has the second' says 'nothing to do' of_other apply
check 'show says whose an entry is' says 'for another root' of_root show second
check 'an entry of the other root is not ours to unregister' exits 1 of_root unregister second
check 'all of the first root go' of_root unregister --quiet
check 'and no others' stand 'second '
rm "$other/etc/binfmtd/conf.d/second.conf"
check 'the first root is applied again' of_root apply --quiet
check 'what is not defined any more goes with its own root' of_other apply --quiet
check 'and nothing else' stand 'first pinned '

# Marks of an older version do not name a root, so they are everybody's.
touch -a -d @12345.0 "$binfmt_misc/pinned"
touch -a -d @1700000000.123456789 "$binfmt_misc/first"
check 'a mark that names no root is ours' of_other unregister --quiet
check 'whatever the root' stand ''

# A definition takes over an entry of its name, as it does with anybody's.
check 'an entry stands for the first root' of_root apply --quiet
define "$other" first DDDD
check 'the second root defines one of that name' of_other apply --quiet
check 'which is its own from then on' grep -q 44444444 "$binfmt_misc/first"
check 'and the rest stays' stand 'first pinned '

plan
