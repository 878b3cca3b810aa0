#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# org.binfmtd as a client sees it: every method and error, each reply held against the interface's text.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

daemon=$BUILDDIR/binfmtd
[ -x "$daemon" ] || skip_all 'binfmtd is not built'
command -v python3 >/dev/null || skip_all 'no python3'
conf=$root/usr/lib/binfmtd/conf.d
socket=/mnt/run/org.binfmtd
pid='' reader=''
trap 'for p in $pid $reader; do kill -KILL "$p" 2>/dev/null; done; rm -rf "$scratch"' EXIT

varlink() { python3 "$srcdir/tests/daemon/varlink.py" "$socket" "$@"; }
call() { method=$1; shift; varlink call "org.binfmtd.$method" "$@"; }
start() {
        "$daemon" --root="$root" --socket="$socket" 2>>"$scratch/log" &
        pid=$!
        soon varlink call org.varlink.service.GetInfo
}
stop() { kill "-$1" "$pid"; wait "$pid"; status=$?; pid=; return $status; }
soon() {
        for _ in $(seq 500); do
                "$@" >"$scratch/soon" 2>&1 && return
                sleep 0.02
        done
        cat "$scratch/soon" "$scratch/log"
        return 1
}
# says PATTERN COMMAND…: for check; the output has a line like that
says() {
        says_pattern=$1
        shift
        "$@" >"$scratch/said" 2>&1
        grep -E -- "$says_pattern" "$scratch/said" || { cat "$scratch/said"; return 1; }
}
# field EXPRESSION COMMAND…: what python makes of the reply r
field() {
        field_expression=$1
        shift
        "$@" >"$scratch/reply" && python3 -c "import json, sys
for line in open(sys.argv[1]):
    r = json.loads(line)
    print($field_expression)" "$scratch/reply"
}
state() { field 'r["format"]["state"]' call Show "{\"name\": \"$1\"}"; }
is() { [ "$1" = "$2" ] || { echo "$1"; return 1; }; }

cat >"$conf/all.conf" <<'X'
[alpha]
Description=Alpha files
Magic=ALPHA
Interpreter=/usr/bin/run
Platform=linux/alpha

[beta]
Extension=beta
Interpreter=/usr/bin/missing

[broken]
Magic=BROKEN

[off]
Magic=OFF!
Interpreter=/usr/bin/run
Enabled=no

[twin]
Magic=ALPHA
Priority=-1
Interpreter=/usr/bin/run
X
register ':theirs:M::THEIRS::/bin/true:P'
printf ':\377\\weird:E::weird::/bin/true:' >"$binfmt_misc/register"

check 'it starts, and makes the directory of its socket' start
check 'the socket is for everybody' is "$(stat -c '%a %F' "$socket")" '666 socket'
check 'what it tells of itself' says '"org.varlink.service", "org.binfmtd"' varlink call org.varlink.service.GetInfo
check 'everything in the interface is documented' varlink check org.binfmtd
check 'the interface is that of the source' \
        sh -c 'python3 "$1/tests/daemon/varlink.py" "$2" call org.varlink.service.GetInterfaceDescription "{\"interface\": \"org.binfmtd\"}" |
                python3 -c "import json, sys; sys.stdout.write(json.load(sys.stdin)[\"description\"])" | diff - "$1/api/org.binfmtd.varlink"' \
        sh "$srcdir" "$socket"

check 'the status counts' gives 0 field '[r["status"][k] for k in ("available", "enabled", "formats", "pendingChanges", "root")],
        {k: v for k, v in r["status"]["states"].items() if v}' call GetStatus <<X
[True, True, 7, 0, '$root'] {'disabled': 1, 'foreign': 2, 'inactive': 1, 'invalid': 1, 'registered': 1, 'shadowed': 1}
X
check 'the device is that of the instance' is "$(field 'r["status"]["device"]' call GetStatus)" "$(stat -c %d "$binfmt_misc")"
check 'all formats are listed by name' gives 0 field 'r["format"]["name"], r["format"]["state"]' varlink more org.binfmtd.List <<'X'
alpha registered
beta inactive
broken invalid
off disabled
theirs foreign
twin shadowed
\xff\x5cweird foreign
X
check 'a list is for those who take more' says 'error org.varlink.service.ExpectedMore' call List
check 'a format is shown with its details' gives 0 field '[d["line"] for d in r["definitions"]], r["interpreters"][0]["path"],
        r["interpreters"][0]["usable"], r["position"], r["positions"], r["format"]["kernel"]["ours"]' \
        call Show '{"name": "alpha"}' <<'X'
[1] /usr/bin/run True 1 3 True
X
check 'and with what is wrong' says 'Interpreter= is missing' call Show '{"name": "broken"}'
check 'a name that is no text is found as it is shown' says '"state": "foreign"' call Show '{"name": "\\xff\\x5cweird"}'
check 'a name that there is not' gives 0 call Show '{"name": "alhpa"}' <<'X'
error org.binfmtd.NoSuchFormat {"name": "alhpa", "suggestion": "alpha"}
X
check 'a parameter of the wrong type' gives 0 call Show '{"name": 1}' <<'X'
error org.varlink.service.InvalidParameter {"parameter": "name"}
X
check 'one that is missing' says 'InvalidParameter.*"name"' call Show '{}'
check 'one too many' says 'InvalidParameter.*"more"' call GetStatus '{"more": 1}'
check 'a method that there is not' says 'MethodNotFound' sh -c \
        'printf "{\"method\":\"org.binfmtd.Nothing\"}\0" | python3 -c "
import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.stdin.buffer.read()); print(s.recv(9999))" "$1"' sh "$socket"

## Changes

varlink more org.binfmtd.Subscribe >"$scratch/stream" 2>/dev/null &
reader=$!
check 'a subscription says when it is ready' soon grep -x '{"ready": true}' "$scratch/stream"
check 'a format is switched off, and that is true when the reply comes' \
        gives 0 field '[(f["name"], f["state"], f["kernel"]) for f in r["formats"]]' call Disable '{"names": ["alpha"]}' <<'X'
[('alpha', 'disabled', None)]
X
check 'the kernel has it no more' [ ! -e "$binfmt_misc/alpha" ]
check 'its twin has taken over' is "$(state twin)" registered
check 'it is written down' grep -q '^Enabled=no' "$root/etc/binfmtd/override.d/zz-switched.conf"
check 'one that the definition switched off is switched on' says '"state": "registered"' call Enable '{"names": ["off"]}'
check 'until the next boot is another file' call Disable '{"names": ["off"], "runtime": true}'
check 'which is below /run' grep -q '^Enabled=no' "$root/run/binfmtd/override.d/zz-switched.conf"
check 'all or nothing' says 'NoSuchFormat.*"nope"' call Enable '{"names": ["alpha", "nope"]}'
check 'nothing was done then' is "$(state alpha)" disabled
check 'what is foreign cannot be switched' gives 0 call Disable '{"names": ["theirs"]}' <<'X'
error org.binfmtd.NotDeclared {"name": "theirs"}
X
check 'nor nothing at all' says 'InvalidParameter.*"names"' call Enable '{"names": []}'
check 'both are switched on again' gives 0 field '[f["state"] for f in r["formats"]]' call Enable '{"names": ["alpha", "off"]}' <<'X'
['registered', 'registered']
X
printf '[gamma]\nExtension=gamma\nInterpreter=/usr/bin/run\n' >"$conf/gamma.conf"
check 'a reload replies when all is done' sh -c '"$@" && [ -e '"$binfmt_misc"'/gamma ]' sh \
        python3 "$srcdir/tests/daemon/varlink.py" "$socket" call org.binfmtd.Reload
rm "$conf/gamma.conf"
check 'a format that goes is told of' soon grep -x '{"format": null, "name": "gamma"}' "$scratch/stream"
check 'and one that came' grep -q '"name": "gamma", .*"state": "registered"' "$scratch/stream"
check 'and each change of the others, in the order in which they came' gives 0 field \
        '(r.get("format") or {}).get("state")' grep '"name": "alpha"}$' "$scratch/stream" <<'X'
disabled
registered
X
echo 0 >"$binfmt_misc/status"
check 'that the instance is switched off is told' soon grep '"enabled": false.*"status"\|"status": {.*"enabled": false' "$scratch/stream"
echo 1 >"$binfmt_misc/status"
mkdir "$root/etc/binfmtd/override.d/zz-switched.conf" 2>/dev/null || { rm "$root/etc/binfmtd/override.d/zz-switched.conf"; mkdir "$root/etc/binfmtd/override.d/zz-switched.conf"; }
check 'what cannot be written is said, with the file' says \
        'error org.binfmtd.CannotWrite .*"errno": 21, "file": "/etc/binfmtd/override.d/zz-switched.conf"' call Disable '{"names": ["alpha"]}'
rmdir "$root/etc/binfmtd/override.d/zz-switched.conf"

## Explain

explain() { call Explain "{\"path\": \"$1\", \"header\": \"$2\"}"; }
check 'a file that an entry takes' gives 0 field 'r["explanation"]["steps"][0]["takenBy"], r["explanation"]["steps"][0]["name"]' \
        explain ./x 414c504841 <<'X'
entry alpha
X
check 'one that nobody takes' says '"execError": "ENOEXEC"' explain ./x 00
check 'no file of the client'\''s choice is looked at' \
        says '"sentence": "whether ./x runs cannot be told: /etc/shadow was not looked at"' explain ./x 23212f6574632f736861646f770a
check 'one by its extension' says 'beta' explain ./x.beta 00
check 'a header that is no header' says 'InvalidParameter.*"header"' explain ./x 0g

## Who may

# A python in somebody's home is not for everybody.
chmod 755 "$scratch" && cp "$srcdir/tests/daemon/varlink.py" "$scratch/"
as_nobody() { setpriv --reuid=65534 --clear-groups env PATH=/usr/bin:/bin python3 "$scratch/varlink.py" "$socket" "$@"; }
if as_nobody call org.varlink.service.GetInfo >/dev/null 2>&1; then
        check 'everybody reads' as_nobody call org.binfmtd.Show '{"name": "alpha"}'
        for method in Enable Disable; do
                check "not everybody may call $method" says 'error org.varlink.service.PermissionDenied' \
                        as_nobody call org.binfmtd.$method '{"names": ["alpha"]}'
        done
        check 'nor Reload' says 'error org.varlink.service.PermissionDenied' as_nobody call org.binfmtd.Reload
fi

check 'it ends well' stop TERM
check 'the subscription ends with it' fails wait "$reader"
reader=
plan
