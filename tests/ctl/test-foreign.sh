#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What others registered stays byte for byte and in its place, whatever we do.
. "${srcdir:-.}/tests/ctl/instance.sh"

conf=$root/usr/lib/binfmtd/conf.d
for name in wine APE qemu; do
        printf '[%s]\nInterpreter=/usr/bin/run\n' "$name" >"$conf/$name.conf"
done
echo 'Magic=MZ' >>"$conf/wine.conf"
echo 'Magic=MZqFpD' >>"$conf/APE.conf"
printf 'Machine=%s\n' "$([ "$(uname -m)" = aarch64 ] && echo riscv64 || echo aarch64)" >>"$conf/qemu.conf"

# As Windows' Linux, Docker's emulators and an administrator leave them; ours overlap with all three.
printf '#!/bin/sh\n' >/mnt/init
chmod 755 /mnt/init
register ':WSLInterop:M::MZ::/mnt/init:PF'
register ':qemu-theirs:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/mnt/init:OCF'
register ':by hand:E::hand::/bin/true:'
echo 0 >"$binfmt_misc/by hand"
theirs >"$scratch/foreign"
table >"$scratch/table"
unchanged() { theirs | same "$scratch/foreign" -; }
check 'there are three of them' gives 0 their_names <<'X'
by hand
qemu-theirs
WSLInterop
X

check 'apply registers ours' says '^3 changes made' "$ctl" apply --root="$root"
check 'and leaves theirs' unchanged
check 'a second apply does nothing' says '^nothing to do' "$ctl" apply --root="$root"
check 'and leaves theirs too' unchanged
echo 'Priority=5' >>"$conf/wine.conf"
printf 'PreserveArgv0=yes\n' >>"$conf/APE.conf"
check 'replacing and reordering ours' says 'replaced wine' "$ctl" apply --root="$root"
check 'leaves theirs' unchanged
mv "$conf" "$conf.away"
mkdir "$conf"
check 'removing what is declared no more' says '^3 changes made' "$ctl" apply --root="$root"
check 'leaves theirs as well' unchanged
rmdir "$conf"
mv "$conf.away" "$conf"
"$ctl" apply --root="$root" --no-legend >/dev/null
check 'unregister by a glob that means theirs too takes only ours' gives 0 "$ctl" unregister --root="$root" 'q*' <<'X'
removed qemu
X
check 'and leaves theirs alone' unchanged
check 'unregister of a foreign name refuses' gives 1 "$ctl" unregister --root="$root" WSLInterop <<'X'
binfmtctl: WSLInterop was registered by somebody else, so it stays
  hint: echo -1 into its file removes it all the same
X
check 'unregister takes the rest of ours' gives 0 "$ctl" unregister --root="$root" <<'X'
removed APE
removed wine
X
whole() { table | same "$scratch/table" -; }
check 'and the table is what it was before us' whole

printf '[by hand]\nExtension=hand\nInterpreter=/usr/bin/run\n' >"$conf/hand.conf"
check 'only a definition of its very name takes an entry over' gives 0 "$ctl" apply --root="$root" --no-legend --dry-run <<'X'
would replace by hand: it was registered by somebody else
would add APE
would add qemu
would add wine
X
plan
