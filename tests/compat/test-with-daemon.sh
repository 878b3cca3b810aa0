#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# update-binfmts beside binfmtd: when it returns, the table is as it is to be, and neither undoes what the other did.
. "${srcdir:-.}/tests/compat/machine.sh"

log=$scratch/log
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$scratch"' EXIT
"$BUILDDIR/binfmtd" 2>"$log" &
pid=$!
until grep -q '^binfmtd: ready: ' "$log" || ! kill -0 "$pid"; do
        sleep 0.05
done
[ -S /run/binfmtd/org.binfmtd ] || skip_all 'binfmtd answers nobody'

# round NUMBER: all that a package's scripts do, and an administrator's switches between
round() {
        import_file test 'package p' 'interpreter /mnt/run' "magic TEST$1"
        "$update" --import test && there test &&
                "$update" --disable test && gone test &&
                "$update" --import test && gone test &&
                "$update" --enable test && there test &&
                "$update" --disable && gone test &&
                "$update" --enable && there test &&
                "$update" --install other /mnt/other --magic OTHER && there other &&
                "$update" --install other /mnt/run --magic OTHER &&
                grep -q '^interpreter /mnt/run' "$binfmt_misc/other" &&
                "$update" --remove other /mnt/run && gone other
}
for i in 1 2 3 4 5; do
        check "round $i: each command leaves the table as it says" round $i
done
echo 'FILE' >/mnt/file
chmod 755 /mnt/file
"$update" --package p --install file /mnt/run --magic FILE
change() {
        for i in $(seq 20); do
                "$update" --package p --install file /mnt/other --magic FIL &&
                        "$update" --package p --install file /mnt/run --magic FILE || return 1
        done
}
check 'while a format is changed, it never fails to run' running change
# The companion package is installed, what is left of binfmt-support purged, update-binfmts called, the package removed.
script() { DPKG_ROOT=/ sh "$srcdir/debian/binfmtd-binfmt-support.$1" "$2"; }
move() {
        for i in $(seq 10); do
                script postinst configure && [ -L "$admin" ] && rm -rf "$admin" && "$update" --display file >/dev/null && [ -L "$admin" ] &&
                        script prerm remove && script postrm remove && [ ! -L "$admin" ] || return 1
        done
}
identity() { stat -c %i "$binfmt_misc/file"; }
identity >"$scratch/identity"
check 'while its directory is moved, it never fails to run' running move
check 'the daemon follows to where it stands' exits 0 "$update" --package p --install last /mnt/run --magic LAST
is_the_same() { identity | same "$scratch/identity" -; }
check 'and has not written the format again' is_the_same
check 'display agrees' says '^test (enabled):' "$update" --display test
check 'and nothing is left to do' settled
check 'the daemon saw no fight' fails grep -qE 'contended|somebody else' "$log"
cat "$log" >"$scratch/before"
check 'unimport leaves it to the daemon, which waits for the import file' exits 0 "$update" --unimport test
rm "$import/test"
for i in $(seq 400); do ! there test >/dev/null || sleep 0.05; done
check 'that went' gone test
kill -TERM "$pid"
wait "$pid"
check 'the daemon ends well' [ $? -eq 0 ]
pid=
plan
