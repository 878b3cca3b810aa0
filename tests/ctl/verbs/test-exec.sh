#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl exec: foreign programs without root, and without a trace on the machine.
set -u

# As root first into a namespace by our own exec: in a chroot that is what makes namespaces possible for other users at all.
if [ "$(id -u)" -eq 0 ] && [ -z "${BINFMTD_TEST_INSTANCE-}" ]; then
        BINFMTD_TEST_INSTANCE=1
        export BINFMTD_TEST_INSTANCE
        ! "$BUILDDIR/binfmtctl" exec --only-added true 2>/dev/null || exec "$BUILDDIR/binfmtctl" exec --only-added sh "$0"
fi
. "${srcdir:-.}/tests/tap.sh"

ctl=$BUILDDIR/binfmtctl
"$ctl" exec --only-added true 2>"$scratch/why" || skip_all "$(cat "$scratch/why")"
for qemu in qemu-aarch64-static qemu-aarch64; do
        command -v "$qemu" >"$scratch/qemu" && break
done
[ -s "$scratch/qemu" ] || skip_all 'no qemu-aarch64: install qemu-user-static'
program=$BUILDDIR/tests/programs/hello-aarch64
[ -x "$program" ] || skip_all 'no assembler for aarch64: install binutils-aarch64-linux-gnu'
hello='Hello from a 64-bit ARM program (aarch64)'

# An unprivileged user, if we are root; everything that it needs is copied to where it may look.
cp "$ctl" "$program" "$scratch"
chmod 755 "$scratch" "$scratch/binfmtctl" "$scratch/hello-aarch64"
as=
[ "$(id -u)" -ne 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
PATH=/usr/sbin:/usr/bin:/sbin:/bin

cat >"$scratch/test.conf" <<CONF
[test-aarch64]
Machine=arm64
Interpreter=$(cat "$scratch/qemu")
CONF
chmod 644 "$scratch/test.conf"
run="$as $scratch/binfmtctl exec --only-added --add=$scratch/test.conf --"

says() {
        says_expected=$1
        shift
        "$@" >"$scratch/says" && cat "$scratch/says" && [ "$(cat "$scratch/says")" = "$says_expected" ]
}

before=$(ls /proc/sys/fs/binfmt_misc 2>&1)
untouched() { [ "$(ls /proc/sys/fs/binfmt_misc 2>&1)" = "$before" ]; }

signalled() {
        $run sh -c 'trap "echo got TERM; exit 7" TERM; echo ready; while :; do sleep 0.1; done' >"$scratch/signal" &
        pid=$!
        tries=0
        while ! grep -q ready "$scratch/signal" && [ $((tries += 1)) -le 600 ]; do sleep 0.05; done
        kill -TERM "$pid"
        wait "$pid"
        [ $? -eq 7 ] && grep -q 'got TERM' "$scratch/signal"
}

died_of_signal() {
        $run sh -c 'kill -KILL $$'
        [ $? -eq 137 ]
}

check 'an unprivileged user runs an ARM program by name' says "$hello" $run "$scratch/hello-aarch64"
check 'and so does its shell' says "$hello" $run sh -c "$scratch/hello-aarch64"
check 'without it the same program does not run' fails "$scratch/hello-aarch64"
check 'the ids are the caller'"'"'s own' says "$($as id -u) $($as id -g)" $run sh -c 'echo $(id -u) $(id -g)'
check 'the directory stays' says "$PWD" $run pwd
check 'the exit status is passed on' exits 42 $run sh -c 'exit 42'
check 'a signal reaches the command' signalled
check 'death by signal is passed on' died_of_signal
check 'a command that is not there is 127' exits 127 $run no-such-command-here
check 'a command that is no program is 126' exits 126 $run "$scratch/test.conf"
check 'only what was added is there' says 'register status test-aarch64' $run sh -c 'echo $(ls /proc/sys/fs/binfmt_misc)'
check 'the machine has its table untouched' untouched

printf '[broken]\nMagic=\\x4\nInterpreter=/bin/true\n' >"$scratch/broken.conf"
chmod 644 "$scratch/broken.conf"
broken() {
        $as "$scratch/binfmtctl" exec --only-added --add="$scratch/broken.conf" -- echo ran >"$scratch/out" 2>"$scratch/err"
        [ $? -eq 1 ] && [ ! -s "$scratch/out" ] && cat "$scratch/err" && grep -q "broken.conf:2: error: " "$scratch/err"
}
check 'an added file with an error stops it, with file and line' broken

forbidden() {
        unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh \
                "$scratch/binfmtctl" exec --only-added -- echo ran >"$scratch/out" 2>"$scratch/err"
        [ $? -eq 1 ] && [ ! -s "$scratch/out" ] && cat "$scratch/err" && grep -q 'user namespaces are forbidden' "$scratch/err"
}
check 'where user namespaces are forbidden the error says so' forbidden

if [ "$(id -u)" -eq 0 ]; then
        check 'root keeps all its ids' says '0 65534' "$ctl" exec --only-added -- \
                sh -c 'echo $(id -u) $(setpriv --reuid=65534 --clear-groups id -u)'
fi
plan
