#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl doctor: each of its findings, produced for real where one machine can.
. "${srcdir:-.}/tests/ctl/instance.sh"

conf=$root/usr/lib/binfmtd/conf.d
define() { printf '[%s]\n%s\n' "$1" "$2" >"$conf/$1.conf"; }
apply() { "$ctl" apply --root="$root" --no-legend >/dev/null; }
fresh() {
        echo -1 >"$binfmt_misc/status"
        echo 1 >"$binfmt_misc/status"
        rm -f "$conf"/*.conf
}
doctor() { "$ctl" doctor --root="$root" "$@"; }
# finds STATUS [CODE[:NAME]…]: for check; those findings and no others, besides what always is so here
finds() {
        finds_status=$1
        shift
        printf '%s\n' "$@" own-instance | sort >"$scratch/expected"
        doctor --json >"$scratch/json" 2>"$scratch/error"
        finds_actual=$?
        cat "$scratch/error"
        python3 - "$scratch/json" >"$scratch/actual" <<'PY' || return 1
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    print(f["code"] + (":" + f["name"] if f["name"] else ""))
PY
        sort -o "$scratch/actual" "$scratch/actual"
        sed -i '/^$/d' "$scratch/expected"
        same "$scratch/expected" "$scratch/actual" || return 1
        [ "$finds_actual" -eq "$finds_status" ] || { echo "exit status $finds_actual"; return 1; }
}
advises() { says "$1" doctor --no-legend; }

# Somebody who listens where binfmtd does.
mkdir -p "$root/run/binfmtd" "$root/run/systemd/units" "$root/etc/systemd/system/sysinit.target.wants" \
        "$root/etc/systemd/system/multi-user.target.wants" "$root/usr/lib/systemd/system/systemd-binfmt.service.d"
python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(8)
print("ready", flush=True)
while True: s.accept()[0].close()' "$root/run/binfmtd/org.binfmtd" >"$scratch/listener" &
listener=$!
trap 'kill $listener 2>/dev/null; rm -rf "$scratch"' EXIT
tries=0
until grep -q ready "$scratch/listener" || [ $((tries += 1)) -gt 1200 ]; do sleep 0.05; done

if [ "$(readlink /proc/self/ns/user)" = 'user:[4026531837]' ]; then skip_all 'not in a user namespace'; fi
check 'a machine without entries is well' finds 0
define a 'Magic=AAAA
Interpreter=/usr/bin/run'
apply
check 'one with an entry of ours too' finds 0
check 'the page says so' gives 0 doctor <<X
    Instance: $binfmt_misc, switched on, this container's own
     Entries: 1 of ours, 0 of others
     binfmtd: answers
note: this is a container with a table of its own: what stands in it holds for this container alone
0 errors, 0 warnings, 1 note
X

# The instance.
echo 0 >"$binfmt_misc/status"
check 'all is switched off' finds 1 switched-off
check 'with a command' advises "^  hint: echo 1 >$binfmt_misc/status"
echo 1 >"$binfmt_misc/status"
unavailable() {
        "$ctl" doctor --root="$root" --binfmt-misc=/mnt --json >"$scratch/json"
        [ $? -eq 1 ] && cat "$scratch/json" && grep -q '"unavailable"\|"no-module"\|"module-not-loaded"' "$scratch/json" &&
                grep -q '"available": false' "$scratch/json"
}
check 'there is no instance' unavailable

# Managers, by the files that systemd and packages leave.
units=$root/usr/lib/systemd/system
echo '[Unit]' >"$units/systemd-binfmt.service"
check 'systemd-binfmt installed does no harm' finds 0
ln -s 0123 "$root/run/systemd/units/invocation:systemd-binfmt.service"
check 'active it would remove our entries' finds 3 systemd-binfmt
check 'with a command' advises '^  hint: systemctl enable --now binfmtd.service'
echo '[Unit]' >"$units/binfmtd.service"
ln -s "$units/binfmtd.service" "$root/etc/systemd/system/sysinit.target.wants/binfmtd.service"
check 'also where binfmtd is enabled without its drop-in' finds 3 systemd-binfmt
check 'with another command' advises '^  hint: systemctl mask systemd-binfmt.service'
echo '[Unit]' >"$units/systemd-binfmt.service.d/50-binfmtd.conf"
check 'with the drop-in it does no harm' finds 0
echo '[Unit]' >"$units/binfmt-support.service"
check 'nor does binfmt-support that is disabled' finds 0
ln -s "$units/binfmt-support.service" "$root/etc/systemd/system/multi-user.target.wants/binfmt-support.service"
check 'enabled it fights' finds 3 binfmt-support
check 'with a command' advises '^  hint: systemctl disable --now binfmt-support.service'
ln -s /dev/null "$root/etc/systemd/system/binfmt-support.service"
check 'masked it does not' finds 0

# Definitions.
define b 'Magic=BBBB
Interpreter=/usr/bin/run'
check 'what is declared is not registered' finds 3 pending
printf '[c]\nMagic=\\x\nInterpreter=/usr/bin/run\n' >"$conf/b.conf"
check 'a definition has an error' finds 3 definition-errors

# Entries of others.
fresh
register ':any:E::any::/bin/true:OC'
check 'a foreign entry with C' finds 3 foreign-credentials:any
check 'with the command that removes it' advises "^  hint: echo -1 >$binfmt_misc/any"
fresh
register ':o d:E::od::/bin/true:OC'
check 'whose name may have a blank' advises "^  hint: echo -1 >'$binfmt_misc/o d'"
fresh
register ':tar:E::tar.gz::/bin/true:'
check 'an extension that can never match' finds 3 never-matches:tar
fresh
register ':gone:E::gone::/bin/there-is-no-such-thing:'
check 'an interpreter that is missing' finds 1 interpreter-missing:gone
fresh
cp /bin/true /mnt/true
register ':pinned:E::pinned::/mnt/true:F'
check 'a dynamic interpreter under F' finds 3 dynamic-interpreter:pinned
rm /mnt/true
check 'and what is pinned and gone' finds 0 pinned-and-gone:pinned
fresh
magic=$(od -An -v -tx1 -N20 /bin/true | tr -d '\n' | sed 's/ /\\x/g')
host() {
        echo 0 >"$binfmt_misc/status"
        register ":host:M::$magic::/bin/there-is-no-such-thing:"
        finds 1 host-architecture:host interpreter-missing:host switched-off
}
check "an entry that takes this machine's own programs" host
echo -1 >"$binfmt_misc/host"
fresh
printf 'OWN!' >/mnt/own
chmod 755 /mnt/own
register ':own:M::OWN!::/mnt/own:'
check 'an entry that takes its own interpreter' finds 1 own-interpreter:own
fresh
register ':WSLInterop:M::MZ::/bin/true:P'
check "Windows' entry" finds 0 wsl-interop:WSLInterop
fresh
qemu=$(ls /usr/bin/qemu-*-static 2>/dev/null | head -n 1)
if [ -n "$qemu" ]; then
        register ":qemu-helper:M::HELPER::$qemu:OCF"
        check "one of docker's helper" finds 3 docker-helper:qemu-helper foreign-credentials:qemu-helper
        fresh
fi
register ':off:E::off::/bin/true:'
echo 0 >"$binfmt_misc/off"
check 'an entry that is switched off' finds 0 entry-off:off
fresh
register ":new
line:E::newline::/bin/tr
ue:"
check 'an entry that cannot be read' says '"opaque-entry"' doctor --json

# Entries of ours.
fresh
cp "$BUILDDIR/tests/daemon/interpreter" "$root/usr/bin/static"
define pin 'Magic=PIN!
Interpreter=/usr/bin/static
FixBinary=yes'
apply
check 'a pinned interpreter that is as it was' finds 0
cp "$BUILDDIR/tests/daemon/interpreter" "$root/usr/bin/static.new"
mv "$root/usr/bin/static.new" "$root/usr/bin/static"
check 'and was replaced' finds 3 pending stale-pin:pin
check 'with a command' advises '^  hint: binfmtctl apply'
apply
check 'which helps' finds 0

# Pairs.
fresh
register ':wine:M::MZ::/bin/true:'
register ':APE:M::MZqFpD::/bin/true:'
check 'one entry takes some of the files of another' finds 0 overlap:wine
check 'with who wins and why' advises '\[wine\] APE takes some of the same files, and wins, as it was registered later'
echo -1 >"$binfmt_misc/wine"
register ':wine:M::MZ::/bin/true:'
check 'or all of them' finds 3 shadowed:APE
fresh
define wine 'Magic=MZ
Interpreter=/usr/bin/run'
define APE 'Magic=MZqFpD
Interpreter=/usr/bin/run'
apply
check 'ours are ranked' advises '\[wine\] APE takes some of the same files, and wins, as its pattern is more specific'
# as somebody would who copies an entry with its mark
text=$(printf ':wine:M::MZ::%s:' "$root/usr/bin/run")
echo -1 >"$binfmt_misc/wine"
register "$text"
chmod 1644 "$binfmt_misc/wine"
check 'and stand the wrong way round' finds 3 pending wrong-order:APE
apply
check 'which apply mends' finds 0 overlap:wine

# Many.
fresh
i=0
while [ $((i += 1)) -le 501 ]; do register ":e$i:E::extension$i::/bin/true:"; done
check 'more entries than is good for every exec' finds 3 many-entries
fresh

kill $listener
wait $listener 2>/dev/null
rm "$root/run/binfmtd/org.binfmtd"
check 'binfmtd does not answer' finds 0 binfmtd-not-running
check 'JSON is JSON' is_json doctor --json

outside() {
        unshare -U "$ctl" doctor --root="$root" --json >"$scratch/outside"
        cat "$scratch/outside"
        grep -q '"outside-instance"' "$scratch/outside"
}
check 'a container that sees the table around it' outside
plan
