#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl unregister: ours, all of them or those that are named.
. "${srcdir:-.}/tests/ctl/instance.sh"

for name in one two three; do
        printf '[%s]\nMagic=M%s\nInterpreter=/usr/bin/run\n' "$name" "$name" >"$root/usr/lib/binfmtd/conf.d/$name.conf"
done
"$ctl" apply --root="$root" >/dev/null

check 'a dry run says what would go' gives 0 "$ctl" unregister --root="$root" -n 't*' <<'X'
would remove three
would remove two
X
check 'and nothing goes' gives 0 names <<'X'
three
one
two
X
check 'by name and glob' gives 0 "$ctl" unregister --root="$root" one 'th*' <<'X'
removed one
removed three
X
check 'the others stay' gives 0 names <<'X'
two
X
check 'an unknown name fails, with the nearest' gives 1 "$ctl" unregister --root="$root" twoo <<'X'
binfmtctl: there is no format 'twoo'
  hint: did you mean two?
X
check 'one that is not registered is nothing to do' gives 0 "$ctl" unregister --root="$root" one <<'X'
nothing to do: no such entry of ours is registered
X
register ':one~binfmtd:M::Mone::/bin/true:'
register ':gone~binfmtd:M::Mgone::/bin/true:'
check 'a leftover of a replacement goes with its name' gives 0 "$ctl" unregister --root="$root" one <<'X'
removed one~binfmtd
X
check 'JSON tells the names of all' gives 0 "$ctl" unregister --root="$root" --json <<'X'
[
  "two",
  "gone~binfmtd"
]
X
check 'and the table is empty' gives 0 names </dev/null
check 'definitions need not be valid for that' gives 0 "$ctl" unregister --root="$root" --no-legend </dev/null
umount "$binfmt_misc"
check 'without an instance it fails' exits 1 "$ctl" unregister --root="$root"
plan
