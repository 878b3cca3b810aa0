#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# org.binfmtd1 on a dbus-daemon with the system's policy: busctl and python3-dbus as clients, with polkit and without, and a bus that
# comes late, goes and comes back.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

daemon=$BUILDDIR/binfmtd
[ -x "$daemon" ] || skip_all 'binfmtd is not built'
for tool in dbus-daemon busctl; do
        command -v $tool >/dev/null || skip_all "no $tool"
done
top=$(cd "${srcdir:-.}" && pwd)
conf=$root/usr/lib/binfmtd/conf.d
log=$scratch/log
socket=$scratch/varlink
chmod 755 "$scratch"
DBUS_SYSTEM_BUS_ADDRESS=unix:path=$scratch/bus
export DBUS_SYSTEM_BUS_ADDRESS
pid='' bus='' polkit=''
# Of the distribution, whose packages another one before it does not have
python=/usr/bin/python3
[ -x $python ] || python=python3
end() {
        for end_pid in $pid $bus $polkit; do kill -KILL "$end_pid" 2>/dev/null; done
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
logged() { grep -q -- "$1" "$log"; }
# format NAME MAGIC [LINE…]
format() {
        { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$1" "$2"; printf '%s\n' "$@" | tail -n +3; } >"$conf/.new"
        mv "$conf/.new" "$conf/$1.conf"
}
sed -e "s,@directory@,$scratch," -e "s,@policy@,$top/systemd/org.binfmtd1.conf," "$top/tests/daemon/bus.conf" >"$scratch/bus.conf"
bus_starts() {
        dbus-daemon --config-file="$scratch/bus.conf" --nofork --nopidfile 2>"$scratch/bus.log" &
        bus=$!
        soon [ -S "$scratch/bus" ]
}
bus_ends() {
        kill "$bus"
        wait "$bus" 2>/dev/null
        bus=
        rm -f "$scratch/bus"
}
owned() { busctl --system --no-pager --list --no-legend --acquired | grep '^org\.binfmtd1 '; }
polkit_says() {
        : >"$scratch/asked"
        "$BUILDDIR/tests/daemon/polkit" "$DBUS_SYSTEM_BUS_ADDRESS" "$1" >"$scratch/asked" &
        polkit=$!
        soon eval "busctl --system --no-pager --list --no-legend --acquired | grep '^org\.freedesktop\.PolicyKit1 '"
}
polkit_ends() {
        kill "$polkit"
        wait "$polkit" 2>/dev/null
        polkit=
}
asked() { grep -x -- "$1" "$scratch/asked" || { cat "$scratch/asked"; return 1; }; }

call() {
        call_member=$1
        shift
        busctl --system "$@" call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager "$call_member"
}
switch() { busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager "$1" asb 1 "$2" "${3-false}"; }
get() { busctl --system get-property org.binfmtd1 "$1" "org.binfmtd1.$2" "$3"; }
# get_is VALUE OBJECT INTERFACE PROPERTY
get_is() {
        get "$2" "$3" "$4" >"$scratch/value" 2>&1
        printf '%s\n' "$1" >"$scratch/expected"
        diff -u "$scratch/expected" "$scratch/value"
}
alpha=/org/binfmtd1/format/alpha

# Somebody else, if there may be others in here.
nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
nobody true 2>/dev/null || nobody=no

format alpha AAAA Description=The_first
format beta BBBB Enabled=no
"$daemon" --root="$root" --socket="$socket" --bus="$DBUS_SYSTEM_BUS_ADDRESS" 2>"$log" &
pid=$!
check 'the daemon starts without a bus' soon logged '^binfmtd: ready: 1 registered, 1 disabled$'
check 'and serves' soon test -S "$socket"
check 'the bus comes' bus_starts
check 'the daemon joins it' soon owned
check 'and says nothing of all that' [ "$(wc -l <"$log")" -eq 2 ]

check 'a property' get_is 's "registered"' $alpha Format State
check 'the machine at a glance' get_is 'u 2' /org/binfmtd1 Manager Formats
check 'busctl introspects it' says 'ListFormats' busctl --system introspect org.binfmtd1 /org/binfmtd1
check 'and a format' says 'Description' busctl --system introspect org.binfmtd1 $alpha
check 'the tree has all formats' says "$alpha" busctl --system tree --list org.binfmtd1
check 'a list' says '^a(soss) 2 "alpha" "/org/binfmtd1/format/alpha" "registered" "" "beta" .* "disabled"' call ListFormats
check 'an object of a format' says '^o "/org/binfmtd1/format/alpha"$' \
        busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager GetFormat s alpha
check 'why a file runs' says "^sss \"runs\" \"./x runs with $root/usr/bin/run, by the format alpha"  \
        busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Explain say ./x 4 65 65 65 65
check 'and why one does not' says '^sss "fails" ' \
        busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Explain say ./x 1 1
check 'a header has 256 bytes at most' says 'looks at 256 bytes' sh -c \
        'busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Explain say x 257 $(yes 1 | head -n 257)'
check 'a name that there is not is told with the nearest one' says 'No format is called alpa; did you mean alpha?' \
        busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager GetFormat s alpa
check 'an object that there is not' says 'Unknown object' get /org/binfmtd1/format/nobody Format State
check 'a format has one path only' says 'Unknown object' get /org/binfmtd1/format/_61lpha Format State

## Changing

check 'root switches a format off' says '"alpha" "/org/binfmtd1/format/alpha" "disabled"' switch Disable alpha
check 'its entry is gone' fails test -e "$binfmt_misc/alpha"
check 'and on again' says '"registered"' switch Enable alpha
check 'its entry is back' test -e "$binfmt_misc/alpha"
check 'a name that there is not is an error' says 'No format is called gamma' switch Disable gamma
register ':foreign:E::foreign::/usr/bin/run:'
check 'what nobody declared comes by a signal, too' soon get_is 's "foreign"' /org/binfmtd1/format/foreign Format State
check 'it cannot be switched' says 'is not declared' switch Disable foreign
check 'to name none is an error' says 'No format is named' \
        busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Disable asb 0 false
check 'root has everything read again' call Reload

may_not() {
        check "$1" says "$2" nobody busctl --system ${3-} call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Disable asb 1 alpha false
        check '… and nothing has changed' test -e "$binfmt_misc/alpha"
}
if [ -z "${nobody-}" ]; then
        check 'somebody else reads' nobody busctl --system get-property org.binfmtd1 $alpha org.binfmtd1.Format State
        may_not 'without polkit, he changes nothing' 'Access denied'
        polkit_says no
        may_not 'where polkit says no, he changes nothing' 'Access denied' --allow-interactive-authorization=no
        check 'polkit is asked for the action, of a name on the bus, and may not ask a person' \
                asked 'org.binfmtd1.manage system-bus-name 0'
        polkit_ends
        polkit_says challenge
        may_not 'where a person would have to be asked, the error says so' 'asked' --allow-interactive-authorization=no
        may_not 'who lets a person be asked lets polkit do it' 'asked'
        check '… by the flag' asked 'org.binfmtd1.manage system-bus-name 1'
        polkit_ends
        polkit_says error
        may_not 'where polkit fails, he changes nothing' 'Access denied'
        polkit_ends
        polkit_says yes
        check 'where polkit says yes, he changes' says '"disabled"' nobody busctl --system call org.binfmtd1 /org/binfmtd1 \
                org.binfmtd1.Manager Disable asb 1 alpha false
        check '… what he wants' fails test -e "$binfmt_misc/alpha"
        check '… and back' says '"registered"' nobody busctl --system call org.binfmtd1 /org/binfmtd1 \
                org.binfmtd1.Manager Enable asb 1 alpha false
        polkit_ends
        polkit_says silent
        # Of one user 16 wait at most, whether they are still there or not.
        many() {
                for _ in $(seq 24); do
                        nobody timeout 20 busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Reload \
                                >>"$scratch/many" 2>&1 &
                        many_pids="${many_pids-} $!"
                done
                soon eval '[ "$(grep -c "Too many calls wait" "$scratch/many")" -eq 8 ] && [ "$(wc -l <"$scratch/asked")" -eq 16 ]'
        }
        check 'too many calls at once are refused' many
        check '… while others are served' get_is 's "registered"' $alpha Format State
        check '… and root' call Reload
        # shellcheck disable=SC2086
        kill $many_pids 2>/dev/null
        polkit_ends
        check 'who has gone without an answer leaves nothing behind' soon says 'Access denied' nobody \
                busctl --system call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Reload
fi

## What is told

if $python -c 'import dbus' 2>/dev/null; then
        format inactive IIII
        sed -i 's,/usr/bin/run,/usr/bin/nowhere,' "$conf/inactive.conf"
        format stale SSSS
        soon test -e "$binfmt_misc/stale"
        format stale SSSS 'Mask=\x'
        format invalid NNNN 'Mask=\x'
        format refused '\x7fELF'
        format shadowed AAAA Priority=-1 Platform=linux/test
        format shared HHHH Detector=/usr/bin/run
        format sharing HHHH Priority=-1 Machine=nothing
        printf '[machine]\nMachine=aarch64\nInterpreter=/usr/bin/run\nFixBinary=yes\n' >"$conf/.new" && mv "$conf/.new" "$conf/machine.conf"
        # Neither is text: UTF-8's noncharacters, and what is no UTF-8
        register "$(printf ':\357\277\277:E::nonchar::/usr/bin/run:')"
        register "$(printf ':b\377d\\:E::bytes::/usr/bin/\377:')"
        soon eval 'get /org/binfmtd1 Manager Formats | grep -x "u 13"'
        check 'both interfaces say the same, and python3-dbus reads it' $python "$top/tests/daemon/compare.py" "$socket"
        check 'what is introspected is what is documented' $python "$top/tests/daemon/introspected.py" "$top/systemd"
fi

busctl --system monitor --json=short --match="type='signal',sender='org.binfmtd1'" >"$scratch/signals" 2>"$scratch/monitor" &
monitor=$!
soon eval "busctl --system list --no-legend --no-pager | grep -w '$monitor'"
signalled() { grep -- "\"member\":\"$1\".*$2" "$scratch/signals"; }
sleep 0.2
many=$(get /org/binfmtd1 Manager Formats | tr -dc 0-9)
format gamma CCCC
check 'a format that comes is told' soon signalled InterfacesAdded '/format/gamma.*"State":{"type":"s","data":"registered"}'
format gamma CCCC Description=of_late
check 'one that changes is told' soon signalled PropertiesChanged 'format/gamma.*\|.*"of_late"'
rm "$conf/gamma.conf"
check 'one that goes is told' soon signalled InterfacesRemoved '/format/gamma.*org.binfmtd1.Format'
check 'and how many there are' soon signalled PropertiesChanged '"Formats":{"type":"u","data":'"$((many + 1))}"
check 'each time' soon signalled PropertiesChanged '"Formats":{"type":"u","data":'"$many}"
echo 0 >"$binfmt_misc/status"
check 'that all is switched off is told' soon signalled PropertiesChanged '"Enabled":{"type":"b","data":false}'
echo 1 >"$binfmt_misc/status"
kill "$monitor"
wait "$monitor" 2>/dev/null

## A bus that goes and comes

bus_ends
format delta DDDD
check 'without the bus the daemon goes on' soon test -e "$binfmt_misc/delta"
bus_starts
check 'the bus is back, and the name with it' soon owned
check 'and all that happened is known' get_is 's "registered"' /org/binfmtd1/format/delta Format State
bus_ends
bus_starts
check 'a bus that was restarted is joined again' soon owned
check 'nothing was said of that either' fails grep -i 'bus' "$log"

kill -TERM "$pid"
check 'it ends well' wait "$pid"
pid=
plan
