#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl asks the daemon where one runs, says the same as without it, and changes through it.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"
. "${srcdir:-.}/tests/ctl/with-daemon.sh"

conf=$root/usr/lib/binfmtd/conf.d
cat >"$conf/a.conf" <<'E'
[alpha]
Description=Alpha files
Magic=ALPHA
Mask=\xff\xff\xff\xff\xdf
Offset=2
Interpreter=/usr/bin/run
Interpreter=/usr/bin/missing
FixBinary=yes

[beta]
Extension=beta
Interpreter=/usr/bin/missing
Priority=3

[broken]
Magic=BROKEN

[two words]
Magic=WORDS
Interpreter=/usr/bin/run
E
echo ':gamma:M::GAMMA::/usr/bin/run:P' >"$root/usr/lib/binfmt.d/gamma.conf"
printf '[broken]\nPriority=nonsense\n\n[gama]\nEnabled=no\n' >"$root/etc/binfmtd/override.d/gamma.conf"
printf '[alpha]\nMagic=OTHER\nInterpreter=/usr/bin/run\n' >"$root/etc/binfmtd/conf.d/zeta.conf"
register ':theirs:M::THEIRS::/bin/true:P'
register ':off:E::off::/bin/true:'
echo 0 >"$binfmt_misc/off"
register ":$(printf 'ev\\il\377\033'):E::evil::/bin/true:"
register ':opaque:E::opaque::/bin/a
b:'

check 'the daemon starts' start_daemon

# The same words from the daemon and from a pass of our own.
alike() {
        "$ctl" "$@" --socket="$socket" >"$scratch/there" 2>&1
        there_status=$?
        "$ctl" "$@" --offline --root="$root" --binfmt-misc="$binfmt_misc" >"$scratch/here" 2>&1
        here_status=$?
        diff -u "$scratch/here" "$scratch/there" && [ $there_status -eq $here_status ] && [ -s "$scratch/there" ]
}
columns=NAME,STATE,MATCHES,INTERPRETER,FLAGS,SOURCE,DESCRIPTION,MACHINE,PLATFORM,PRIORITY,DETAILS,REASON
check 'list says the same online and offline' alike list --columns=$columns
check 'so it does of those that are named' alike list 'g*' 'two words' alpha
check 'and of what is not there' alike list alhpa
check 'and in JSON' alike list --json
check 'show says the same' alike show '*'
check 'and in JSON' alike show --json '*'
check 'and of what is not there' alike show nothing
alike_status() {
        "$ctl" status --socket="$socket" >"$scratch/there" 2>&1 || return 1
        "$ctl" status --offline --root="$root" --binfmt-misc="$binfmt_misc" >"$scratch/here" 2>&1 || return 1
        sed -i '/^      Daemon: /d' "$scratch/there" "$scratch/here"
        diff -u "$scratch/here" "$scratch/there" && [ -s "$scratch/there" ]
}
check 'status says the same but for who says it' alike_status
check 'status tells that the daemon was asked' says '^      Daemon: runs, version [0-9.]*, and was asked$' \
        "$ctl" status --socket="$socket"
check 'or that it was not, and why' says '^      Daemon: not asked: --offline is given$' \
        "$ctl" status --socket="$socket" --offline
cat >"$scratch/daemon.py" <<'E'
import json, sys
print(json.load(sys.stdin)["daemon"])
E
status_json() { "$ctl" status --json "$@" | python3 "$scratch/daemon.py"; }
check 'JSON has it, too' gives 0 status_json --socket="$socket" <<'E'
True
E
check 'in both ways' gives 0 status_json --root="$root" <<'E'
False
E
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
        terminal() { script -qec "stty cols 100; $ctl $*" /dev/null </dev/null | tr -d '\r'; }
        check 'on a terminal, list says who tells it' says '^9 formats, told by the daemon$' \
                terminal list --color=never --socket="$socket"
        check 'or who does not' says '^9 formats, found out without the daemon: --root is given$' \
                terminal list --color=never --root="$root"
        quiet_list() { ! terminal list --no-legend --socket="$socket" | grep 'told by'; }
        check 'not without a legend' quiet_list
fi

# Who is asked.
check 'a socket that was named has to be there' gives 1 "$ctl" list --socket=/mnt/nowhere <<'E'
binfmtctl: no daemon listens at /mnt/nowhere
  hint: --offline does without a daemon
E
mount -t tmpfs tmpfs /run
check 'the usual one need not be' says '^      Daemon: not asked: no daemon runs$' "$ctl" status
mkdir /run/binfmtd
ln -s "$socket" /run/binfmtd/org.binfmtd
check 'a daemon below a root is not asked about the machine' \
        says '^      Daemon: not asked: the daemon looks below a root of its own$' "$ctl" status
check 'nor about another root' says '^      Daemon: not asked: the daemon looks below another root$' \
        "$ctl" status --socket="$socket" --root=/mnt/root/usr
check 'a root that is given is reason enough not to ask' says '^      Daemon: not asked: --root is given$' \
        "$ctl" status --root="$root"
check 'so is an instance' says '^      Daemon: not asked: --binfmt-misc is given$' \
        "$ctl" status --binfmt-misc="$binfmt_misc"
check 'and a file that it cannot know' says '^      Daemon: not asked: it knows nothing of --add$' \
        "$ctl" status --socket="$socket" --add="$conf/a.conf"
check 'in an instance of its own, binfmtctl does not ask the daemon of another one' \
        says '^      Daemon: not asked: the daemon looks after another instance than the one that is seen from here$' \
        "$ctl" exec --only-added "$ctl" status --socket="$socket"
umount /run

cat >"$scratch/mute.py" <<'E'
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(8)
print("ready", flush=True)
held = []
while True:
    held.append(s.accept())
    if len(sys.argv) > 2:
        client = held.pop()[0]
        if client.recv(1000):
            client.send(sys.argv[2].encode() + b"\0")
        client.close()
E
mute() {
        : >"$scratch/mute"
        python3 "$scratch/mute.py" "$@" >"$scratch/mute" &
        mute_pid=$!
        soon grep -q ready "$scratch/mute"
}
check 'somebody listens and never answers' mute /mnt/mute
check 'that is said, and what to do' gives 1 "$ctl" list --socket=/mnt/mute <<'E'
binfmtctl: the daemon at /mnt/mute does not answer
  hint: systemctl status binfmtd tells more; --offline does without the daemon
E
check '--offline does without it' says '^alpha ' "$ctl" list --socket=/mnt/mute --offline --root="$root"
kill $mute_pid
check 'another one has too many clients' mute /mnt/full \
        '{"error":"org.binfmtd.TooManyConnections","parameters":{"scope":"user","limit":3}}'
check 'that is said, too' gives 1 "$ctl" list --socket=/mnt/full <<'E'
binfmtctl: too many are connected to the daemon
  hint: try again later, or give --offline
E
kill $mute_pid
check 'one does not know us' mute /mnt/old '{"error":"org.varlink.service.MethodNotFound"}'
check 'and one is told so' gives 1 "$ctl" list --socket=/mnt/old <<'E'
binfmtctl: the daemon answered with the error org.varlink.service.MethodNotFound
  hint: is it of another version? --offline does without it
E
kill $mute_pid
check 'one says what is no Status' mute /mnt/nonsense '{"parameters":{"status":3}}'
check 'which is noticed' exits 1 "$ctl" list --socket=/mnt/nonsense
kill $mute_pid
check 'and one hangs up' mute /mnt/gone ''
check 'which is no answer' exits 1 "$ctl" list --socket=/mnt/gone
kill $mute_pid

# Changes.
check 'disable switches off at once, through the daemon' gives 0 "$ctl" disable --socket="$socket" gamma <<'E'
gamma is disabled
1 format disabled by the daemon
E
check 'the entry is gone' fails test -e "$binfmt_misc/gamma"
check 'it is written below /etc' grep -q Enabled=no "$root/etc/binfmtd/override.d/zz-switched.conf"
check 'names with globs and blanks are switched as well' gives 0 "$ctl" disable --now --socket="$socket" 'two words' 'al*' <<'E'
alpha is disabled
two words is disabled
2 formats disabled by the daemon
E
states() { "$ctl" list --socket="$socket" --no-legend --columns=STATE,NAME alpha gamma 'two words' | tr -s ' '; }
check 'they survive that the daemon starts again' restart_daemon
check 'all three' gives 0 states <<'E'
disabled alpha
disabled gamma
disabled two words
E
printf '[gamma]\nMagic=GAMMA2\nInterpreter=/usr/bin/run\n' >"$conf/.new"
mv "$conf/.new" "$conf/gamma.conf"
is_defined_anew() { "$ctl" show --socket="$socket" gamma | grep -q 'conf.d/gamma.conf:1 (binfmtd)$'; }
check 'a new drop-in of the same name is seen' soon is_defined_anew
check 'and the format stays off' gives 0 states <<'E'
disabled alpha
disabled gamma
disabled two words
E
check 'enable switches on again' gives 0 "$ctl" enable --socket="$socket" 'two words' alpha gamma beta <<'E'
alpha is registered
beta is inactive: /usr/bin/missing is not there
gamma is registered
two words is registered
4 formats enabled by the daemon
E
check 'and nothing is left of it' fails test -e "$root/etc/binfmtd/override.d/zz-switched.conf"
check 'the entry is there' test -e "$binfmt_misc/two words"
check '--runtime is said below /run' gives 0 "$ctl" disable --runtime --socket="$socket" --no-legend alpha <<'E'
alpha is disabled
E
check 'where it stands' grep -q Enabled=no "$root/run/binfmtd/override.d/zz-switched.conf"
check 'and not below /etc' fails test -e "$root/etc/binfmtd/override.d/zz-switched.conf"
rm "$root/run/binfmtd/override.d/zz-switched.conf"
is_back() { test -e "$binfmt_misc/alpha"; }
check 'without /run, as after a boot, it is on again' soon is_back
check 'one wrong name stops all' gives 1 "$ctl" disable --socket="$socket" alpha gama <<'E'
binfmtctl: there is no format 'gama'
  hint: did you mean gamma?
E
check 'so does a glob that means nothing' gives 1 "$ctl" disable --socket="$socket" alpha 'zzz*' <<'E'
binfmtctl: there is no format 'zzz*'
  hint: binfmtctl list shows all formats
E
check 'nothing was changed' is_back
check 'what is foreign cannot be switched' gives 1 "$ctl" disable --socket="$socket" alpha theirs <<'E'
binfmtctl: nothing declares theirs: the kernel's entry is somebody else's
  hint: binfmtctl save theirs makes it ours first
E
check 'a glob passes it by' gives 1 "$ctl" disable --socket="$socket" 'th*' <<'E'
binfmtctl: nothing that is declared is meant
  hint: binfmtctl save makes the entries of others ours
E
check 'the answer can be JSON' is_json "$ctl" enable --socket="$socket" --json alpha
check 'reload has everything read again' gives 0 "$ctl" reload --socket="$socket" <<'E'
reloaded by the daemon
E

# Others may read. Root of this namespace cannot be somebody else unless more users are mapped.
if setpriv --reuid=65534 --clear-groups true 2>/dev/null; then
        as_nobody() { setpriv --reuid=65534 --clear-groups "$@"; }
        cp "$ctl" /mnt/binfmtctl
        check 'anybody may list' says '^alpha ' as_nobody /mnt/binfmtctl list --socket="$socket"
        check 'but not change' gives 1 as_nobody /mnt/binfmtctl disable --socket="$socket" alpha <<'E'
binfmtctl: only root may change formats
  hint: run it as root: sudo binfmtctl ...
E
        check 'nor reload' exits 1 as_nobody /mnt/binfmtctl reload --socket="$socket"
else
        check 'anybody may list, but not change # SKIP no second user in this namespace' true
fi
check 'the daemon ends well' stop_daemon
plan
