#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl apply FILE…, and what a credential defines.
. "${srcdir:-.}/tests/ctl/instance.sh"

conf=$root/usr/lib/binfmtd/conf.d
define() { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$1" "$2"; }
define alpha ALPHA >"$conf/alpha.conf"
define beta BETA >"$conf/beta.conf"
echo ':gamma:M::GAMMA::/usr/bin/run:' >"$root/usr/lib/binfmt.d/gamma.conf"
apply() { "$ctl" apply --root="$root" "$@"; }

check 'a basename is the file of that name that counts' gives 0 apply alpha.conf <<'X'
added alpha
1 change made, 1 format is registered
X
check 'others stay as they are' gives 0 names <<'X'
alpha
X
check 'it says nothing more if nothing differs' gives 0 apply --quiet alpha.conf </dev/null
check 'a path in a source directory is it too' gives 0 apply --quiet /usr/lib/binfmt.d/gamma.conf </dev/null
check 'with the root in front as well' gives 0 apply "$conf/beta.conf" --dry-run <<'X'
would add beta
1 change would be made
X
check 'all of them can be given' gives 0 apply beta.conf gamma.conf <<'X'
added beta
1 change made, 3 formats are registered
X

check 'and so can a glob' gives 0 apply --dry-run '[bg]*.conf' <<'X'
nothing to do: 3 formats are registered as declared
X

# What others registered keeps its place and its owner, whatever name it has.
"$ctl" unregister --root="$root" --quiet
register ':beta:M::BETA2::/bin/true:'
theirs >"$scratch/theirs"
check 'an entry of a name that was not chosen stays' gives 0 apply alpha.conf <<'X'
added alpha
1 change made, 1 format is registered
X
theirs_stay() { theirs | same "$scratch/theirs" -; }
check 'to the inode' theirs_stay
check 'chosen, it is taken over' gives 0 apply beta.conf <<'X'
replaced beta: it was registered by somebody else
1 change made, 2 formats are registered
X
define delta DELTA >"$root/etc/binfmtd/conf.d/alpha.conf"
check 'a file of the same name in a higher directory is the one' gives 0 apply --quiet alpha.conf </dev/null
check 'and what only the lower one defined stays for now' gives 0 ls "$binfmt_misc/alpha" <<'X'
/proc/sys/fs/binfmt_misc/alpha
X
rm "$root/etc/binfmtd/conf.d/alpha.conf"

define elsewhere ELSE >/mnt/elsewhere.conf
check 'any other path is read besides' gives 0 apply /mnt/elsewhere.conf <<'X'
added elsewhere
1 change made, 3 formats are registered
X
printf '[broken]\nMagic=\\x4\nInterpreter=/usr/bin/run\n' >"$conf/broken.conf"
check 'what is wrong with others is not told' gives 0 apply alpha.conf --quiet </dev/null
check 'what is wrong with those that were chosen is' gives 1 apply alpha.conf broken.conf --quiet <<'X'
/mnt/root/usr/lib/binfmtd/conf.d/broken.conf:2: error: [broken] Magic= has \x without two hex digits at character 1
  hint: write two hex digits behind \x, such as \x7f
X
rm "$conf/broken.conf"
check 'a file that is not there is told, and the others are applied' gives 1 apply --quiet nothing.conf beta.conf <<'X'
binfmtctl: nothing.conf: there is no such definition file
  hint: binfmtctl cat-config shows those that count
X
ln -s /dev/null "$root/etc/binfmtd/conf.d/beta.conf"
check 'one that is masked is deliberately nothing' gives 0 apply --quiet beta.conf </dev/null
rm "$root/etc/binfmtd/conf.d/beta.conf"
printf '[beta]\nEnabled=no\n' >"$root/etc/binfmtd/override.d/local.conf"
check 'a file of overrides is what it amends' gives 0 apply local.conf <<'X'
removed beta: it is disabled
1 change made, 1 format is registered
X
rm "$root/etc/binfmtd/override.d/local.conf"

apply --quiet
mkdir /mnt/credentials
define extra EXTRA >/mnt/credentials/binfmtd.extra
CREDENTIALS_DIRECTORY=/mnt/credentials
export CREDENTIALS_DIRECTORY
check 'a credential is a drop-in' gives 0 apply <<'X'
added extra
1 change made, 4 formats are registered
X
echo ':extra:M::EXTRA2::/usr/bin/run:' >/mnt/credentials/binfmtd.extra
check 'of any form' gives 0 apply <<'X'
replaced extra: its definition changed
1 change made, 4 formats are registered
X
unset CREDENTIALS_DIRECTORY
mkdir -p "$root/run/credentials"
mv /mnt/credentials "$root/run/credentials/binfmtd.service"
check 'that of the daemon is seen by others too' gives 0 apply <<'X'
nothing to do: 4 formats are registered as declared
X
rm -r "$root/run/credentials"
check 'without it the format goes' gives 0 apply <<'X'
removed extra: it is no longer wanted
1 change made, 3 formats are registered
X
plan
