#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What binfmtd costs while nothing happens, and that it costs no more after thousands of changes. BINFMTD_TEST_LONG=1 for the full
# time and number.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

daemon=$BUILDDIR/binfmtd
[ -x "$daemon" ] || skip_all 'binfmtd is not built'
conf=$root/usr/lib/binfmtd/conf.d
log=$scratch/log
seconds=15 changes=2500
[ -z "${BINFMTD_TEST_LONG-}" ] || seconds=60 changes=10000
changes=$((changes / ${BINFMTD_TEST_ROUNDS_DIVISOR:-1} / 50 * 50 + 50)) # whole turns, below
instrumented() { grep -q __asan_init "$daemon"; }
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
                [ "$soon_tries" -lt 500 ] || { cat "$scratch/soon"; tail "$log"; return 1; }
                sleep 0.02
        done
}
# format NAME [LINE…]: by a rename; the magic is made of the name
format() {
        format_name=$1
        shift
        { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$format_name" "$format_name"; printf '%s\n' "$@"; } >"$conf/.new"
        mv "$conf/.new" "$conf/$format_name.conf"
}
logged() { grep -q "$1" "$log"; }
value() { sed -n "s/^$2:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/$pid/$1"; }
descriptors() { ls "/proc/$pid/fd" | wc -l; }
# It has slept in between whenever it sleeps again.
wake_ups() { cat "/proc/$pid"/task/*/status | awk '/^(non)?voluntary_ctxt_switches:/ { n += $2 } END { print n }'; }

# strace saw the call that was running all the time, and nothing else.
only_waits() {
        cat "$scratch/trace"
        [ -s "$scratch/trace" ] && [ "$(grep -cv '<detached' "$scratch/trace")" -eq 0 ]
}

i=10
while [ $i -lt 40 ]; do
        format "idle$i" Description=one_of_thirty
        i=$((i + 1))
done
# On a bus, if there is any, as on a whole machine.
top=$(cd "${srcdir:-.}" && pwd)
address=unix:path=$scratch/bus
if command -v dbus-daemon >/dev/null && command -v busctl >/dev/null; then
        sed -e "s,@directory@,$scratch," -e "s,@policy@,$top/systemd/org.binfmtd1.conf," "$top/tests/daemon/bus.conf" >"$scratch/bus.conf"
        dbus-daemon --config-file="$scratch/bus.conf" --nofork --nopidfile 2>/dev/null &
        bus=$!
fi
owned() { busctl --address="$address" list --acquired --no-legend --no-pager | grep '^org\.binfmtd1 '; }
"$daemon" --root="$root" --socket="$scratch/varlink" --bus="$address" 2>"$log" &
pid=$!
check 'it starts with 30 formats' soon logged '^binfmtd: ready: 30 registered$'
[ -z "$bus" ] || check 'it is on a bus' soon owned

sleep 0.5
# How much of the PSS is libraries depends on who else has them mapped: tests/boot/inside-boot.sh prints that of a whole machine.
own=$(value smaps_rollup Pss_Anon)
echo "# PSS $(value smaps_rollup Pss) KiB, of which $own KiB are its own; $(descriptors) descriptors"
instrumented || check 'less than 1 MiB of memory is its own' [ "$own" -lt 1024 ]

before=$(wake_ups)
sleep "$seconds"
check "nothing wakes it in $seconds seconds" [ "$(wake_ups)" -eq "$before" ]
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
        strace -f -o "$scratch/trace" -p "$pid" 2>/dev/null &
        strace=$!
        sleep "$seconds"
        kill -INT "$strace"
        wait "$strace"
        check 'and it makes no system call' only_waits
fi

# Formats change, come, go, turn invalid, lose their interpreter, and get a new one.
# turn N: the Nth change
turn() {
        case $(($1 % 10)) in
        0) format idle20 PreserveArgv0=yes ;;
        1) format "new$1" ;;
        2) format idle20 FixBinary=yes ;;
        3) rm "$conf/new$(($1 - 2)).conf" ;;
        4) format idle21 "Mask=\\x" ;;
        5) format idle21 OpenBinary=yes ;;
        6) format "new$1" Interpreter=/usr/bin/nowhere ;;
        7) mv "$conf/new$(($1 - 1)).conf" "$conf/other$1.conf" ;;
        8) rm "$conf/other$(($1 - 1)).conf" ;;
        9) cp "$root/usr/bin/run" "$root/usr/bin/.new" && echo "# $1" >>"$root/usr/bin/.new" &&
                mv "$root/usr/bin/.new" "$root/usr/bin/run" ;;
        esac
}
turns() {
        turns_i=0
        while [ $turns_i -lt "$1" ]; do
                turn $turns_i
                turns_i=$((turns_i + 1))
        done
        turns_ready=$(grep -c '^binfmtd: ready: ' "$log")
        kill -HUP "$pid"
        soon follows
}
# What was before the reload is done when that is.
follows() {
        [ "$(grep -c '^binfmtd: ready: ' "$log")" -gt "$turns_ready" ] && [ "$(names | wc -l)" -eq 30 ] &&
                tail -n 1 "$log" | grep 'ready: 30 registered$'
}

check 'it follows some changes' turns $((changes / 5))
descriptors=$(descriptors) anonymous=$(value status RssAnon)
check "it follows $changes changes" turns "$changes"
echo "# $(wc -l <"$log") lines logged; RssAnon $anonymous, then $(value status RssAnon) KiB"
check 'no descriptor was lost' [ "$(descriptors)" -eq "$descriptors" ]
instrumented || check 'no memory was lost' [ "$(value status RssAnon)" -le $((anonymous + 128)) ]
sleep 1
before=$(wake_ups)
sleep 1
check 'it sleeps again' [ "$(wake_ups)" -eq "$before" ]
kill -TERM "$pid"
check 'and ends well' wait "$pid"
pid=
plan
