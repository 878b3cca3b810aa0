#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl by the name of systemd-binfmt.
. "${srcdir:-.}/tests/ctl/instance.sh"

ln -s "$ctl" /mnt/systemd-binfmt
vendor() { /mnt/systemd-binfmt --root="$root" "$@"; }
printf '# a comment\n\n:alpha:M::ALPHA::/usr/bin/run:\n  ; another\n' >"$root/usr/lib/binfmt.d/alpha.conf"
printf '[beta]\nMagic=BETA\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/beta.conf"
register ':theirs:E::theirs::/bin/true:'
theirs >"$scratch/theirs"
theirs_stay() { theirs | same "$scratch/theirs" -; }

check 'a file is applied without a word' gives 0 vendor alpha.conf </dev/null
check 'and only that' gives 0 names <<'X'
alpha
theirs
X
check 'without a file all are' gives 0 vendor </dev/null
check 'and are registered' exits 0 ls "$binfmt_misc/alpha" "$binfmt_misc/beta"
check 'there is no flush' theirs_stay
table >"$scratch/table"
check 'a second time changes nothing' gives 0 vendor --no-pager </dev/null
same_table() { table | same "$scratch/table" -; }
check 'to the inode' same_table
check 'the files are shown' gives 0 vendor --cat-config --no-pager <<'X'
# /mnt/root/usr/lib/binfmtd/conf.d/beta.conf
[beta]
Magic=BETA
Interpreter=/usr/bin/run

# /mnt/root/usr/lib/binfmt.d/alpha.conf
# a comment

:alpha:M::ALPHA::/usr/bin/run:
  ; another
X
check 'and without comments' gives 0 vendor --tldr <<'X'
# /mnt/root/usr/lib/binfmtd/conf.d/beta.conf
[beta]
Magic=BETA
Interpreter=/usr/bin/run

# /mnt/root/usr/lib/binfmt.d/alpha.conf
:alpha:M::ALPHA::/usr/bin/run:
X
check 'a file that is not there fails' gives 1 vendor nothing.conf <<'X'
systemd-binfmt: nothing.conf: there is no such definition file
  hint: binfmtctl cat-config shows those that count
X
check '--unregister works without a word' gives 0 vendor --unregister </dev/null
check 'and leaves what is not ours' gives 0 names <<'X'
theirs
X
check 'to the inode, too' theirs_stay
check 'help and version are told' says '^systemd-binfmt \[OPTION' /mnt/systemd-binfmt --help
check 'by its name' says '^systemd-binfmt (binfmtd [0-9]' /mnt/systemd-binfmt --version
check 'an option that is none fails' exits 1 /mnt/systemd-binfmt --nothing
check 'files with other options fail' exits 1 vendor --unregister alpha.conf
umount "$binfmt_misc"
check 'without an instance it has nothing to do' gives 0 vendor <<'X'
systemd-binfmt: binfmt_misc is not mounted, nothing is done
X
plan
