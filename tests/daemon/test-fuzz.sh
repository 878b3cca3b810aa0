#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Malformed and mutated calls of an unprivileged user, over D-Bus and Varlink. BINFMTD_TEST_LONG=1 for the full number,
# BINFMTD_TEST_SEED=N for the very same ones again.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

daemon=$BUILDDIR/binfmtd
[ -x "$daemon" ] || skip_all 'binfmtd is not built'
command -v dbus-daemon >/dev/null && command -v busctl >/dev/null || skip_all 'no dbus-daemon'
top=$(cd "${srcdir:-.}" && pwd)
conf=$root/usr/lib/binfmtd/conf.d
log=$scratch/log
rounds=5000
[ -z "${BINFMTD_TEST_LONG-}" ] || rounds=100000
rounds=$((rounds / ${BINFMTD_TEST_ROUNDS_DIVISOR:-1} + 50))
seed=${BINFMTD_TEST_SEED:-$(date +%s)}
chmod 755 "$scratch"
install -m 644 "$top/tests/daemon/fuzz.py" "$scratch/fuzz.py"
# Of the distribution, which everybody can run
python=/usr/bin/python3
[ -x $python ] || python=python3
address=unix:path=$scratch/bus
pid='' bus=''
end() {
        for end_pid in $pid $bus; do kill -KILL "$end_pid" 2>/dev/null; done
        rm -rf "$scratch"
}
trap end EXIT
soon() {
        soon_tries=0
        until "$@" >"$scratch/soon" 2>&1; do
                soon_tries=$((soon_tries + 1))
                [ "$soon_tries" -lt 500 ] || { cat "$scratch/soon" "$log"; return 1; }
                sleep 0.02
        done
}
instrumented() { grep -q __asan_init "$daemon"; }
value() { sed -n "s/^$2:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/$pid/$1"; }
descriptors() { ls "/proc/$pid/fd" | wc -l; }
# Whoever is not root, if there may be others in here: as root, the calls would do what they say.
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
nobody true 2>/dev/null || skip_all 'nobody else than root is in here'

for name in alpha beta; do
        printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' $name $name >"$conf/$name.conf"
done
sed -e "s,@directory@,$scratch," -e "s,@policy@,$top/systemd/org.binfmtd1.conf," "$top/tests/daemon/bus.conf" >"$scratch/bus.conf"
dbus-daemon --config-file="$scratch/bus.conf" --nofork --nopidfile 2>/dev/null &
bus=$!
"$daemon" --root="$root" --socket="$scratch/varlink" --bus="$address" 2>"$log" &
pid=$!
owned() { busctl --address="$address" list --acquired --no-legend --no-pager | grep '^org\.binfmtd1 '; }
check 'it is on the bus' soon owned

state() { busctl --address="$address" get-property org.binfmtd1 /org/binfmtd1/format/alpha org.binfmtd1.Format State | grep -x 's "registered"'; }
survives() {
        nobody "$python" "$scratch/fuzz.py" "$@" 2>&1 || return 1
        state
}
check 'it learns what there is to be learned' survives bus "$scratch/bus" 500 1
check '… over both' survives varlink "$scratch/varlink" 500 1
before=$(value status RssAnon) open=$(descriptors)
echo "# seed $seed"
check "$rounds calls over D-Bus" survives bus "$scratch/bus" "$rounds" "$seed"
check "$rounds messages over Varlink" survives varlink "$scratch/varlink" "$rounds" "$seed"
check 'nothing was changed' state
check 'no descriptor was lost' soon eval '[ "$(descriptors)" -eq '"$open"' ]'
echo "# RssAnon $before, then $(value status RssAnon) KiB"
instrumented || check 'no memory was lost' [ "$(value status RssAnon)" -le $((before + 1024)) ]
kill -TERM "$pid"
check 'it ends well, with nothing leaked' wait "$pid"
pid=
instrumented && check 'and sanitizers have nothing to say' fails grep -E 'Sanitizer|runtime error' "$log"
plan
