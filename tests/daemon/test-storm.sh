#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Two processes execute foreign programs in a tight loop while all changes that a machine sees happen at once: drop-ins are rewritten,
# flags switched, the interpreter is upgraded, the daemon is restarted and upgraded in place. No exec may fail. Beside it, for
# comparison, the same loop while systemd-binfmt is restarted.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

[ -x "$BUILDDIR/binfmtd" ] || skip_all 'binfmtd is not built'
storm=$BUILDDIR/tests/daemon/storm
conf=$root/usr/lib/binfmtd/conf.d
log=$scratch/log
execs=$((100000 / ${BINFMTD_TEST_ROUNDS_DIVISOR:-1}))
peer_execs=$((5000 / ${BINFMTD_TEST_ROUNDS_DIVISOR:-1}))
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$scratch"' EXIT

# What it runs: an interpreter under two names, one that must never be asked, and programs of three kinds. The third is also
# matched by a lower format, which takes it as soon as its own is missing.
cp "$BUILDDIR/tests/daemon/interpreter" "$root/usr/bin/right"
cp "$BUILDDIR/tests/daemon/interpreter" "$root/usr/bin/also-right"
cp "$BUILDDIR/tests/daemon/wrong-interpreter" "$root/usr/bin/wrong"
mkdir "$root/programs"
for program in breeze squall tempest; do
        echo "$program is a program" >"$root/programs/$program"
done
chmod 755 "$root"/programs/*
programs="$root/programs/breeze $root/programs/squall $root/programs/tempest"
cp "$BUILDDIR/binfmtd" "$root/usr/bin/binfmtd"

# format NAME MAGIC [LINE…]
format() {
        format_name=$1 format_magic=$2
        shift 2
        { printf '[%s]\nMagic=%s\n' "$format_name" "$format_magic"; printf '%s\n' "$@"; } >"$conf/.new"
        mv "$conf/.new" "$conf/$format_name.conf"
}
right=Interpreter=/usr/bin/right
also_right=Interpreter=/usr/bin/also-right

# It says that it is ready after a reload, too.
readies() { grep -c '^binfmtd: ready: ' "$log"; }
start() {
        start_before=$(readies)
        "$root/usr/bin/binfmtd" --root="$root" 2>>"$log" &
        pid=$!
        started=$((started + 1))
        start_tries=0
        until [ "$(readies)" -gt "$start_before" ]; do
                start_tries=$((start_tries + 1))
                [ $start_tries -lt 1000 ] || return 1
                sleep 0.01
        done
}
restart() {
        kill -USR1 "$pid"
        wait "$pid" || return 1
        start
}
# upgrade FILE: the way that package managers do it. The copy differs, as its digest has to.
upgrade() {
        cp "$1" "$1.new"
        printf x >>"$1.new"
        mv "$1.new" "$1"
}

# One change of a long series.
change() {
        changes=$((changes + 1))
        case $((changes % 16)) in
        0) format breeze breeze $right FixBinary=yes ;;
        1) format squall squall $right PreserveArgv0=yes ;;
        2) format tempest tempest $right ;;
        3) upgrade "$root/usr/bin/right" ;;
        4) format breeze breeze $right OpenBinary=yes ;;
        5) format squall 'squall\x20is' $right FixBinary=yes ;;
        6) format tempest 'tempest' $also_right FixBinary=yes ;;
        7) format breeze reeze Offset=1 $also_right ;;
        8) format breeze breeze $right Credentials=yes Description=rewritten ;;
        9) upgrade "$root/usr/bin/also-right" ;;
        10) format squall 'sqxxll' 'Mask=\xff\xff\x00\x00\xff\xff' $also_right $right ;;
        11) format tempest 'tempest is' $right PreserveArgv0=yes OpenBinary=yes ;;
        12) printf '[tempest]\nFixBinary=yes\n' >"$root/etc/binfmtd/override.d/x.conf" ;;
        13) rm "$root/etc/binfmtd/override.d/x.conf" ;;
        14) printf '[squall]\nMagic=nonsense\\x' >"$conf/squall.conf" ;;
        15) kill -HUP "$pid" ;;
        esac
        [ $((changes % 50)) -ne 0 ] || restart || return 1
        [ $((changes % 150)) -ne 0 ] || { upgrade "$root/usr/bin/binfmtd"; restart; }
}

# weather COUNT STATUS COMMAND: the command again and again, until two processes have executed that often.
weather() {
        "$storm" "$1" "$2" $programs >"$scratch/storm.1" &
        weather_one=$!
        "$storm" "$1" "$2" $programs >"$scratch/storm.2" &
        weather_two=$!
        while kill -0 $weather_one 2>/dev/null && kill -0 $weather_two 2>/dev/null; do
                $3 || { echo "$3 failed"; return 1; }
        done
        wait $weather_one
        weather_status=$?
        wait $weather_two && [ $weather_status -eq 0 ]
        weather_status=$?
        cat "$scratch/storm.1" "$scratch/storm.2"
        return $weather_status
}
comment() { cat "$scratch/storm.1" "$scratch/storm.2" | sed 's/^/# /'; }

changes=0 started=0
: >"$log"
format breeze breeze $right
format squall squall $right
format tempest tempest $right
format wide temp Interpreter=/usr/bin/wrong
check 'the daemon starts' start
check 'what it registers runs' "$storm" 30 42 $programs

check 'no exec fails while everything changes' weather "$execs" 42 change
comment
echo "# $changes changes, $started starts, $(grep -c 'replaced' "$log") entries replaced"
check 'and much did change' [ "$(grep -c 'replaced' "$log")" -ge 10 ]
check 'and the daemon started again and again' [ "$started" -ge 3 ]

settled() {
        settled_tries=0
        until [ "$(names | sort | tr '\n' ' ')" = 'breeze squall tempest wide ' ] &&
              [ "$(grep -c . "$binfmt_misc/squall")" -eq 5 ]; do
                settled_tries=$((settled_tries + 1))
                [ $settled_tries -lt 500 ] || { table; tail "$log"; return 1; }
                sleep 0.02
        done
}
format squall squall $also_right
check 'then all formats are there, and no stand-in' settled
kill -TERM "$pid"
check 'it ends well' wait "$pid"
pid=

# The same with the peer.
for peer in /usr/lib/systemd/systemd-binfmt /lib/systemd/systemd-binfmt none; do
        [ ! -x $peer ] || break
done
restart_peer() { $peer --unregister && $peer; }
if [ $peer != none ] && mount -t tmpfs tmpfs /usr/lib/binfmt.d 2>/dev/null; then
        for program in breeze squall tempest; do
                echo ":$program:M::$program::$root/usr/bin/right:" >/usr/lib/binfmt.d/$program.conf
        done
        if restart_peer >"$log" 2>&1; then
                check 'the peer is measured' weather "$peer_execs" - restart_peer
                echo '# while systemd-binfmt was restarted:'
                comment
        fi
fi
plan
