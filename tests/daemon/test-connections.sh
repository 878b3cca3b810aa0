#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# As many Varlink connections of several users as there may be, and more: who is within the limits is served, who is beyond is told them,
# and the daemon goes on with its work. Also where it may have so few descriptors that it has to set lower limits.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

daemon=$BUILDDIR/binfmtd
[ -x "$daemon" ] || skip_all 'binfmtd is not built'
command -v python3 >/dev/null || skip_all 'no python3'
setpriv --reuid=1000 --clear-groups true 2>/dev/null || skip_all 'nobody else than root is in here'
top=$(cd "${srcdir:-.}" && pwd)
conf=$root/usr/lib/binfmtd/conf.d
log=$scratch/log
socket=$scratch/varlink
chmod 755 "$scratch"
pid='' client=''
end() {
        for end_pid in $pid $client; do kill -KILL "$end_pid" 2>/dev/null; done
        rm -rf "$scratch"
}
trap end EXIT
soon() {
        soon_tries=0
        until "$@" >"$scratch/soon" 2>&1; do
                soon_tries=$((soon_tries + 1))
                [ "$soon_tries" -lt 1500 ] || { cat "$scratch/soon" "$log"; return 1; }
                sleep 0.02
        done
}
instrumented() { grep -q __asan_init "$daemon"; }
value() { sed -n "s/^$2:[[:space:]]*\([0-9]*\).*/\1/p" "/proc/$pid/$1"; }
descriptors() { ls "/proc/$pid/fd" | wc -l; }
format() {
        printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$1" "$1" >"$conf/.new"
        mv "$conf/.new" "$conf/$1.conf"
}
registered() { [ -e "$binfmt_misc/$1" ]; }
ready() { grep -q '^binfmtd: ready: ' "$log"; }

# start SOFT HARD: with such limits of descriptors
start() {
        (
                ulimit -Sn "$1" && ulimit -Hn "$2" && exec "$daemon" --root="$root" --socket="$socket" 2>"$log"
        ) &
        pid=$!
        soon ready
}
is_full() { [ -s "$scratch/full" ] || ! kill -0 "$client"; }
# fill SERVICE USER: until nobody can connect any more; to be let go by release
fill() {
        rm -f "$scratch/hold" "$scratch/full"
        mkfifo "$scratch/hold"
        python3 "$top/tests/daemon/connections.py" "$socket" "$1" "$2" <"$scratch/hold" >"$scratch/full" 2>"$scratch/wrong" &
        client=$!
        exec 9>"$scratch/hold"
        soon is_full
        cat "$scratch/wrong"
        grep full "$scratch/full"
}
release() {
        exec 9>&-
        wait "$client"
        client=''
        soon eval '[ "$(descriptors)" -le '"$1"' ]'
}

# bounds SERVICE USER WHERE
bounds() {
        open=$(descriptors)
        check "$3: $1 connections are served, and who is beyond is told so" fill "$1" "$2"
        check "$3: changes are followed meanwhile" follows "$1"
        check "$3: all descriptors come back" release "$open"
        before=$(value status RssAnon)
        check "$3: all may come again" fill "$1" "$2"
        check "$3: and go again" release "$open"
        echo "# RssAnon $before, then $(value status RssAnon) KiB"
        instrumented || check "$3: which costs no more memory" [ "$(value status RssAnon)" -le $((before + 512)) ]
}
follows() {
        format "new$1"
        soon registered "new$1" || return 1
        rm "$conf/new$1.conf"
        soon fails registered "new$1"
}
stop() {
        kill -TERM "$pid"
        wait "$pid" || return 1
        ! grep -E 'Sanitizer|runtime error' "$log"
}

format alpha
if [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 4200 ]; then
        check 'it starts with 1024 descriptors, and may have more' start 1024 "$(ulimit -Hn)"
        bounds 4096 1024 'usual limits'
        check 'it ends well' stop
fi
check 'it starts with 256 descriptors, and may not have more' start 128 256
bounds 192 48 'few descriptors'
check 'it ends well' stop
pid=
plan
