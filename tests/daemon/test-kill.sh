#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtd is killed at random moments of its passes. All the while the programs are executed: not one exec may fail.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

[ -x "$BUILDDIR/binfmtd" ] || skip_all 'binfmtd is not built'
rounds=$((500 / ${BINFMTD_TEST_ROUNDS_DIVISOR:-1}))
seed=${BINFMTD_TEST_SEED:-$(date +%s)}
cp "$BUILDDIR/tests/daemon/interpreter" "$root/usr/bin/right"
mkdir "$root/programs"
for i in 00 01 02 03 04 05 06 07 08 09 10 11; do
        echo "KILL $i" >"$root/programs/k$i"
done
chmod 755 "$root"/programs/*
register ':foreign:M::FOREIGN::/bin/true:'

killed() {
        "$BUILDDIR/tests/daemon/killer" "$BUILDDIR/binfmtd" "$root" "$1" "$seed" 2>&1
}
started() { "$BUILDDIR/binfmtd" --root="$root" --once; }
check 'a few deaths, to begin with' killed 3
check 'all programs run' "$BUILDDIR/tests/daemon/storm" 24 42 "$root"/programs/*

"$BUILDDIR/tests/daemon/storm" 1000000000 42 "$root"/programs/* >"$scratch/storm" &
storm=$!
killed "$rounds" >"$scratch/killer"
status=$?
kill -TERM "$storm"
wait "$storm"
served=$?
check "it dies $rounds times, each time every format stays, and the next start puts all right" \
        sh -c "cat '$scratch/killer'; exit $status"
sed 's/^/# /' "$scratch/killer"
check 'and no exec fails' sh -c "cat '$scratch/storm'; exit $served"
sed 's/^/# /' "$scratch/storm"
check 'nothing is left to do in the end' started
plan
