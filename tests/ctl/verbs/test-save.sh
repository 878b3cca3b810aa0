#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl save: what somebody else registered becomes a drop-in that says the same.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"
. "${srcdir:-.}/tests/ctl/with-daemon.sh"

saved=$root/etc/binfmtd/conf.d
run=$root/usr/bin/run
printf '[declared]\nMagic=DECLARED\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/declared.conf"
printf '[other]\nMagic=OTHER\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/docker.conf"
register ':docker:M:3:DOC\x20\x5cKER:\xff\xff\xff\xff\xff\xdf\xff\xff:/bin/true:OCF'
register ":ext:E::sav::/bin/true:P"
register ':.hidden:E::hid::/bin/true:'
echo 0 >"$binfmt_misc/ext"
register ':a]b:E::ab::/bin/true:'
register ':evil:E::evil::/bin/a
b:'
save() { "$ctl" save --root="$root" "$@"; }

check '--dry-run prints the drop-in' gives 0 sh -c '"$@" 2>/dev/null' sh "$ctl" save --root="$root" --dry-run docker <<'E'
# /mnt/root/etc/binfmtd/conf.d/docker-saved-1.conf
# Saved from the kernel's table by binfmtctl save: bytes 3–10 are 44 4f 43 20 5c 4b&df 45 52.
# Whoever registered it did not declare it. binfmtd-conf(5)
[docker]
Offset=3
Magic=DOC\x20\x5cKER
Mask=\xff\xff\xff\xff\xff\xdf\xff\xff
Interpreter=/bin/true
FixBinary=yes
Credentials=yes
E
check 'and writes nothing' gives 0 ls "$saved" <<'E'
E
check 'a drop-in does not take the place of another one' says '^saved docker in /mnt/root/etc/binfmtd/conf.d/docker-saved-1.conf$' save docker
check 'it is ready for lint' says '0 errors' "$ctl" lint "$saved/docker-saved-1.conf"
check 'what was switched off stays so' says '^Enabled=no$' save --dry-run ext
check 'a name with a dot in front gets a file that counts' says 'conf.d/_hidden.conf$' save .hidden
check 'what is declared is not saved' gives 1 save declared <<'E'
binfmtctl: declared is declared already, at /mnt/root/usr/lib/binfmtd/conf.d/declared.conf:1
  hint: binfmtctl edit changes keys of it
E
check 'nor what is saved already' says 'docker is declared already' save docker
check 'nor what no section can be called' gives 1 save 'a]b' <<'E'
binfmtctl: a]b cannot be saved: no section of a file can have its name
E
check 'nor what cannot be read unambiguously' says 'evil cannot be saved: its text' save evil
check 'a name that is not there fails, and nothing is written' gives 1 save ext nothing <<'E'
binfmtctl: there is no format 'nothing'
  hint: binfmtctl list shows all formats
E
check 'as was said' fails test -e "$saved/ext.conf"
check 'globs pass by what is declared' gives 0 save 'd*' <<'E'
nothing to do: all that is meant is declared
E
check 'after apply it is ours' says 'replaced docker: it was registered by somebody else' \
        "$ctl" apply --root=/ --add "$saved/docker-saved-1.conf" --only-added
"$ctl" unregister docker >/dev/null

# With a daemon it is taken over at once.
register ":late:M::LATE::$run:"
check 'the daemon starts' start_daemon
takes_over() {
        "$ctl" save --root="$root" --socket="$socket" late && [ "$(stat -c %a "$binfmt_misc/late")" = 1644 ]
}
takes_over_says() { "$ctl" save --root="$root" --socket="$socket" later | grep -q '^taken over by the daemon$'; }
check 'saved, the daemon takes it over at once' takes_over
register ":later:M::LATER::$run:"
check 'which is said' takes_over_says
check 'the daemon ends well' stop_daemon
plan
