#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl monitor: a line for each change, until the daemon ends.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"
. "${srcdir:-.}/tests/ctl/with-daemon.sh"

format() {
        printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/%s\n' "$1" "$2" "$3" >"$root/usr/lib/binfmtd/conf.d/.new"
        mv "$root/usr/lib/binfmtd/conf.d/.new" "$root/usr/lib/binfmtd/conf.d/$1.conf"
}
watch() {
        watch_output=$1
        shift
        "$ctl" monitor --socket="$socket" "$@" >"$watch_output" 2>&1 &
        monitors="$monitors $!"
}
has() { grep -q -- "$2" "$1" || { cat "$1"; return 1; }; }
monitors=
lines=$scratch/lines few=$scratch/few json=$scratch/json

format alpha ALPHA run
check 'the daemon starts' start_daemon
watch "$lines"
watch "$few" 'be*'
watch "$json" --json
check 'it says that it waits' soon has "$lines" '^waiting for changes$'
check 'with a glob, too' soon has "$few" '^waiting for changes$'
check 'in JSON it is an object' soon has "$json" '"ready":true'
format alpha ALPHA missing
check 'a change is a line: time, name, state, reason' soon has "$lines" \
        '^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]  alpha  inactive  /usr/bin/missing is not there$'
format beta BETA run
check 'a format that comes, too' soon has "$lines" '  beta  registered$'
rm "$root/usr/lib/binfmtd/conf.d/beta.conf"
check 'and one that goes' soon has "$lines" '  beta  gone$'
check 'with a glob only what it means' soon has "$few" '  beta  gone$'
check 'and nothing else' fails grep -q alpha "$few"
check 'the change is there in JSON' soon has "$json" '"name":"beta","format":null'
cat >"$scratch/lines.py" <<'E'
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    assert message["time"], message
E
check 'each line is an object, with when it came' sh -c 'python3 "$1" <"$2"' sh "$scratch/lines.py" "$json"
echo 0 >"$binfmt_misc/status"
"$ctl" reload --socket="$socket" --no-legend
check 'the instance being switched off is a change' soon has "$lines" '  the instance  switched off$'
check 'the daemon ends' stop_daemon
ends() {
        for pid in $monitors; do
                wait "$pid"
                [ $? -eq 1 ] || return 1
        done
}
check 'then each monitor ends, which is a failure' ends
check 'and says why' has "$lines" 'closed the connection'
check 'without a daemon there is nothing to wait for' gives 1 "$ctl" monitor --socket=/mnt/nothing <<'E'
binfmtctl: no daemon listens at /mnt/nothing
  hint: --offline does without a daemon
E
mount -t tmpfs tmpfs /run
check 'which is said' gives 1 "$ctl" monitor <<'E'
binfmtctl: only the daemon can tell of changes, and it cannot be asked: no daemon runs
  hint: systemctl start binfmtd starts it
E
plan
