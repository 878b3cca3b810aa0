#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl lint and cat-config: what files alone tell.
. "${srcdir:-.}/tests/ctl/instance.sh"

umount "$binfmt_misc"
mkdir /mnt/dir
cd /mnt || exit 99
printf '[good]\nMagic=GOOD\nInterpreter=/usr/bin/not-there\n' >dir/good.conf
check 'a sound file has nothing to be said about, without a kernel and an interpreter' gives 0 "$ctl" lint dir/good.conf <<'X'
1 file, 1 definition, 0 errors, 0 warnings
X
printf '[bad]\nMagic=\\x7\nInterpretr=/usr/bin/run\n' >dir/bad.conf
check 'mistakes are told with file, line, name and remedy' gives 1 "$ctl" lint dir/bad.conf <<'X'
dir/bad.conf:1: error: [bad] Interpreter= is missing
  hint: give the path of the program that runs such files
dir/bad.conf:2: error: [bad] Magic= has \x without two hex digits at character 1
  hint: write two hex digits behind \x, such as \x7f
dir/bad.conf:3: warning: [bad] Interpretr= is unknown and ignored
  hint: did you mean Interpreter=?
1 file, 1 definition, 2 errors, 1 warning
X
check 'a directory is checked file by file' says '^2 files, 2 definitions, 2 errors, 1 warning$' "$ctl" lint dir
check 'JSON tells the same' is_json "$ctl" lint --json dir
cat >"$scratch/codes.py" <<'X'
import json, sys
print(*sorted("%s:%s:%s" % (d["severity"], d["line"], d["name"]) for d in json.load(sys.stdin)))
X
codes() { "$ctl" lint --json dir | python3 "$scratch/codes.py"; }
check 'with the same lines' gives 0 codes <<'X'
error:1:bad error:2:bad warning:3:bad
X
rm dir/bad.conf
printf '[relative]\nMagic=RELATIVE\nInterpreter=run\n' >dir/relative.conf
check 'a warning is no failure' exits 0 "$ctl" lint dir
check 'unless that is asked for' exits 1 "$ctl" lint --strict dir
rm dir/relative.conf

printf '[longer]\nMagic=GOODIES\nInterpreter=/usr/bin/run\n' >dir/longer.conf
printf '[same]\nMagic=GOOD\nInterpreter=/usr/bin/run\n' >dir/same.conf
check 'formats that take the same files are noted, with the one that wins' gives 0 "$ctl" lint dir <<'X'
dir/good.conf:1: note: [good] longer at dir/longer.conf:1 takes some of the same files, and ranks above it
dir/same.conf:1: note: [same] good at dir/good.conf:1 has the same pattern and ranks above it: only that one is registered
  hint: raise Priority= of the one that is to count
dir/same.conf:1: note: [same] longer at dir/longer.conf:1 takes some of the same files, and ranks above it
3 files, 3 definitions, 0 errors, 0 warnings
X
check 'a file that is not there is an error' exits 1 "$ctl" lint nothing.conf
printf ':line:M::LINE::/usr/bin/run:\n:broken:M::BROKEN\n' >line.conf
check 'register strings are checked too' says '^line.conf:2: error: \[broken\] ' "$ctl" lint line.conf

printf '[one]\nMagic=ONE\nInterpreter=/usr/bin/run' >"$root/usr/lib/binfmtd/conf.d/one.conf"
printf '[two]\nMagic=TWO\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/two.conf"
printf '[hidden]\n' >"$root/usr/lib/binfmtd/conf.d/three.conf"
ln -s /dev/null "$root/etc/binfmtd/conf.d/three.conf"
printf '[one]\nPriority=1\n' >"$root/etc/binfmtd/override.d/one.conf"
check 'without a word all that counts is checked' gives 0 "$ctl" lint --root="$root" <<'X'
3 files, 2 definitions, 0 errors, 0 warnings
X
check 'cat-config prints what counts, in order' gives 0 "$ctl" cat-config --root="$root" <<'X'
# /mnt/root/usr/lib/binfmtd/conf.d/one.conf
[one]
Magic=ONE
Interpreter=/usr/bin/run

# /mnt/root/etc/binfmtd/conf.d/three.conf (masked)

# /mnt/root/usr/lib/binfmtd/conf.d/two.conf
[two]
Magic=TWO
Interpreter=/usr/bin/run

# /mnt/root/etc/binfmtd/override.d/one.conf
[one]
Priority=1
X
check 'and JSON' is_json "$ctl" cat-config --root="$root" --json
plan
