#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl enable and disable without a daemon.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

conf=$root/usr/lib/binfmtd/conf.d
switched=$root/etc/binfmtd/override.d/zz-switched.conf
cat >"$conf/a.conf" <<'E'
[alpha]
Magic=ALPHA
Interpreter=/usr/bin/run

[two words]
Magic=WORDS
Interpreter=/usr/bin/run

[never]
Magic=NEVER
Interpreter=/usr/bin/run
Enabled=no
E
register ':theirs:E::theirs::/bin/true:'
here="--root=$root --binfmt-misc=$binfmt_misc"
# shellcheck disable=SC2086
"$ctl" apply $here >/dev/null
there() { [ -e "$binfmt_misc/$1" ]; }

# shellcheck disable=SC2086
switch() { "$ctl" $here "$@"; }
check 'disable writes an override, and makes the pass' gives 0 switch disable alpha 'two*' <<'E'
alpha is disabled
two words is disabled
2 formats disabled without the daemon: --root is given
E
check 'which removes the entries' fails there alpha
check 'the override is a section each' gives 0 grep -v '^#' "$switched" <<'E'

[alpha]
Enabled=no

[two words]
Enabled=no
E
check 'disabling what is disabled changes nothing' gives 0 switch disable --no-legend alpha <<'E'
alpha is disabled
E
check 'what a definition switches off is overruled' gives 0 switch enable --no-legend never <<'E'
never is registered
E
check 'for which an override is needed' says '^Enabled=yes$' cat "$switched"
check 'enable takes the overrides back' gives 0 switch enable --no-legend alpha 'two words' <<'E'
alpha is registered
two words is registered
E
check 'and nothing of them is left' fails grep -q -e alpha -e two "$switched"
check '--runtime writes below /run' gives 0 switch disable --runtime --no-legend alpha <<'E'
alpha is disabled
E
check 'and counts more than what lasts' gives 0 switch disable --no-legend --now 'two words' <<'E'
two words is disabled
E
check 'a lasting switch takes it back' gives 0 switch enable --no-legend alpha <<'E'
alpha is registered
E
check 'below /run, too' fails test -e "$root/run/binfmtd/override.d/zz-switched.conf"
check 'a name that is not there stops all' gives 1 switch disable alpha alhpa <<'E'
binfmtctl: there is no format 'alhpa'
  hint: did you mean alpha?
E
check 'so does one that is foreign' gives 1 switch disable alpha theirs <<'E'
binfmtctl: nothing declares theirs: the kernel's entry is somebody else's
  hint: binfmtctl save theirs makes it ours first
E
check 'then nothing was written' there alpha
check 'the format may be broken' gives 0 sh -c 'printf "[broken]\nMagic=X\n" >"$1/b.conf"; shift; "$@"' sh "$conf" \
        "$ctl" --root="$root" --binfmt-misc="$binfmt_misc" disable --no-legend broken <<'E'
broken is disabled
E
check 'JSON tells what they have become' is_json switch disable --json alpha
check 'without an instance that was named, it is only written' gives 0 "$ctl" enable --root="$root" alpha <<'E'
alpha is pending
1 format enabled without the daemon: --root is given; nothing was registered, as no --binfmt-misc is
E
check 'as was said' fails there alpha
rm "$conf/b.conf" "$switched"
check 'reload without a daemon is apply' gives 0 switch reload <<'E'
applied without the daemon: --root is given
added two words
added alpha
removed never: it is disabled
3 changes made, 2 formats are registered
E
check 'which makes it so' there alpha

if mount -t tmpfs -o ro tmpfs "$root/etc/binfmtd/override.d" 2>/dev/null; then
        check 'a file that cannot be written is told, with what may be done' gives 1 switch disable alpha <<'E'
binfmtctl: cannot write /etc/binfmtd/override.d/zz-switched.conf: Read-only file system
  hint: --runtime writes below /run, until the next boot
E
        check 'and nothing has changed' there alpha
        umount "$root/etc/binfmtd/override.d"
fi
if setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
        cp "$ctl" /mnt/binfmtctl
        check 'without root it says what is needed' gives 1 setpriv --reuid=65534 --clear-groups /mnt/binfmtctl \
                disable --root="$root" --binfmt-misc="$binfmt_misc" alpha <<'E'
binfmtctl: cannot write /etc/binfmtd/override.d/zz-switched.conf: Permission denied
  hint: run it as root: sudo binfmtctl ...
E
fi
check 'an instance that is not there is no reason not to write' gives 0 "$ctl" disable --root="$root" \
        --binfmt-misc=/mnt/nothing --no-legend alpha <<'E'
alpha is disabled
E
plan
