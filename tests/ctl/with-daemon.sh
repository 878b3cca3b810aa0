# SPDX-License-Identifier: LGPL-2.1-or-later
#
# To be sourced behind instance.sh by tests that need a daemon in that instance:
#
#   $socket                 where it listens
#   start_daemon, stop_daemon, restart_daemon
#   soon COMMAND…           for check; the command has ten seconds to become true

socket=/mnt/socket
daemon_pid=
trap '[ -z "$daemon_pid" ] || kill -KILL "$daemon_pid" 2>/dev/null; rm -rf "$scratch"' EXIT
[ -x "$BUILDDIR/binfmtd" ] || skip_all 'binfmtd is not built'

soon() {
        soon_tries=0
        until "$@" >"$scratch/soon" 2>&1; do
                soon_tries=$((soon_tries + 1))
                [ "$soon_tries" -lt 500 ] || { cat "$scratch/soon"; return 1; }
                sleep 0.02
        done
}
start_daemon() {
        : >"$scratch/log"
        "$BUILDDIR/binfmtd" --root="$root" --socket="$socket" 2>>"$scratch/log" &
        daemon_pid=$!
        soon grep -q '^binfmtd: ready: ' "$scratch/log" || { cat "$scratch/log"; return 1; }
}
stop_daemon() {
        kill "-${1:-TERM}" "$daemon_pid"
        wait "$daemon_pid"
        stop_status=$?
        daemon_pid=
        return $stop_status
}
restart_daemon() { stop_daemon USR1 && start_daemon; }
