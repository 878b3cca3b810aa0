#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The dispatcher on the real kernel: what it runs is told the same as if the kernel had run it.
. "${srcdir:-.}/tests/ctl/instance.sh"

dispatcher=$pkglibexecdir/run-detectors
conf=$root/etc/binfmtd/conf.d
mkdir -p "$root$pkglibexecdir" "$root/bin"
cp "$BUILDDIR/run-detectors" "$root$pkglibexecdir/"
cp "$BUILDDIR/tests/compat/witness" "$root/bin/witness"
cp "$BUILDDIR/tests/compat/witness" "$root/bin/other"

# detector NAME COMMANDS
detector() {
        printf '#!/bin/sh\n%s\n' "$2" >"$root/bin/.new"
        chmod 755 "$root/bin/.new"
        mv "$root/bin/.new" "$root/bin/$1"
}
detector yes 'exit 0'
detector no 'exit 1'
detector one 'grep -q "^TEST one" "$1"'
detector two 'grep -q "^TEST two" "$1"'

for i in one two three; do
        echo "TEST $i" >"/mnt/$i"
        chmod 755 "/mnt/$i"
done

# declare TEXT…: what is declared from now on
declare_all() {
        printf '%s\n' "$@" >"$conf/test.conf"
        "$ctl" --root "$root" apply >"$scratch/applied" 2>&1 || cat "$scratch/applied"
}

# told COMMAND…: what the witness is told is the same with the kernel alone ($direct), and by the dispatcher
run() { sh -c 'export WITNESS="let through"; exec "$0" "$@"' "$@"; }
as_directly() {
        "$@" >"$scratch/actual" 2>&1
        echo "exit status $?" >>"$scratch/actual"
        diff -u "$scratch/direct" "$scratch/actual"
}
record() {
        "$@" >"$scratch/direct" 2>&1
        echo "exit status $?" >>"$scratch/direct"
}
entry_is() { grep -qx "interpreter $1" "$binfmt_misc/$2"; }

for flags in '' P O PO POF PF C; do
        keys=
        case $flags in *P*) keys="$keys${keys:+\n}PreserveArgv0=yes" ;; esac
        case $flags in *O*) keys="$keys${keys:+\n}OpenBinary=yes" ;; esac
        case $flags in *F*) keys="$keys${keys:+\n}FixBinary=yes" ;; esac
        case $flags in *C*) keys="$keys${keys:+\n}Credentials=yes" ;; esac
        keys=$(printf '%b' "$keys")
        declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' "$keys"
        check "flags '$flags': without a detector the kernel runs the interpreter" entry_is "$root/bin/witness" test
        record run /mnt/one a 'b  c' '' 7
        record_name=$(sh -c 'exec -a other-name /mnt/one x 3' 2>/dev/null || bash -c 'exec -a other-name /mnt/one x 3')
        declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/one' "$keys"
        check "flags '$flags': with one it runs the dispatcher" entry_is "$root$dispatcher" test
        check "flags '$flags': the interpreter is told the same, and ends the same" as_directly run /mnt/one a 'b  c' '' 7
        by_name=$(bash -c 'exec -a other-name /mnt/one x 3')
        check "flags '$flags': and under another name" [ "$record_name" = "$by_name" ]
done

# Rights: who starts a set-user-ID program has those of its owner in the interpreter, and only there where all ask for it.
cp /mnt/one /mnt/setuid
chown 0:0 /mnt/setuid
chmod 4755 /mnt/setuid
somebody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if setpriv --reuid=65534 true 2>/dev/null; then
        for keys in 'Credentials=yes' "$(printf 'Credentials=yes\nPreserveArgv0=yes')" 'OpenBinary=yes'; do
                declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' "$keys"
                record somebody /mnt/setuid 5
                declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/one' "$keys"
                check "a set-user-ID program with $(echo $keys): the same rights" as_directly somebody /mnt/setuid 5
        done
        declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/one' 'Credentials=yes' \
                '[other]' 'Magic=TEST' 'Interpreter=/bin/other'
        check 'beside one that asks for none, none' says 'rights of 65534' somebody /mnt/setuid 0
        declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/no' 'Credentials=yes' \
                '[wider]' 'Magic=TES' 'Interpreter=/bin/other'
        check 'with rights, no other format takes over that asks for none' exits 2 somebody /mnt/setuid 0
        check 'nor are options read' exits 2 somebody /mnt/setuid --admindir=/mnt
fi

chmod 711 /mnt/one
declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'OpenBinary=yes' 'Detector=/bin/yes'
check 'a program that may not be read is read by its descriptor' says 'descriptor: TEST on' run /mnt/one
chmod 755 /mnt/one

declare_all '[first]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/one' 'PreserveArgv0=yes' \
        '[second]' 'Magic=TEST' 'Interpreter=/bin/other' 'Detector=/bin/two' \
        '[third]' 'Magic=TEST' 'Interpreter=/usr/bin/run'
check 'of one pattern there is one entry' [ "$(names)" = first ]
check 'and the others share it' says '"state": "shared"' "$ctl" --root "$root" --json list second third
check 'a second pass writes nothing' says 'nothing to do' "$ctl" --root "$root" apply
check 'the first detector that says yes decides' says 'preserved: 1' run /mnt/one
check 'who did not ask for argv[0] is not told it' gives 0 run /mnt/two x 0 <<EOT
/mnt/two
x
0
preserved: 0
descriptor:
environment: let through
ticks: 100
user: 0, rights of 0, secure: 0
EOT
check 'who has no detector takes the rest' gives 0 run /mnt/three x <<EOT
/mnt/three x
EOT

declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/one' '[other]' 'Magic=TEST' \
        'Interpreter=/bin/other' 'Detector=/bin/no'
check 'where none is meant, each says why, and the status is 2' gives 2 run /mnt/three <<EOT
run-detectors: other: $root/bin/no says no (exit status 1)
run-detectors: test: $root/bin/one says no (exit status 1)
run-detectors: unable to find an interpreter for /mnt/three
EOT
detector no 'kill -SEGV $$'
check 'a detector that crashes says no' says 'other: .*/bin/no was killed by signal 11' run /mnt/three
check 'and stops no other' says '/mnt/one' run /mnt/one
detector no 'sleep 1000 & echo $! >/mnt/sleeper; wait'
check 'a detector that hangs says no' says 'other: .*/bin/no did not answer within 5 seconds' run /mnt/three
dies() { while grep -q '^State:.*[^ZX] (' "/proc/$1/status" 2>/dev/null; do sleep 0.1; done; }
check 'and is killed with what it started' dies "$(cat /mnt/sleeper)"
printf 'no program' >"$root/bin/no"
check 'a detector that cannot be run says no' says 'other: .*/bin/no could not be started: Exec format error' run /mnt/three
rm "$root/bin/no"
check 'one that is gone is not there' says "its detector /bin/no is not there" run /mnt/three
"$ctl" --root "$root" apply >"$scratch/applied" 2>&1
check 'its format is inactive then' says '"reason": "its detector /bin/no is not there"' "$ctl" --root "$root" --json list other

detector yes 'env >/mnt/environment; cat >>/mnt/environment; echo noise; exit 0'
declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/yes'
record run /mnt/one </dev/null
echo input | run /mnt/one >"$scratch/actual"
check 'what a detector prints is not in the output' fails grep noise "$scratch/actual"
check 'it gets neither the environment nor the input' [ "$(grep -vE '^(PATH|LC_ALL|PWD|SHLVL|_)=' /mnt/environment)" = "" ]
check 'it may be run by who ignores SIGCHLD' says 'environment: let' \
        python3 -c 'import os,signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.environ["WITNESS"]="let"; os.execv("/mnt/one", ["one"])'

# F: the dispatcher is pinned, and works where nothing else is.
declare_all '[test]' 'Magic=TEST' 'Interpreter=/bin/witness' 'Detector=/bin/yes' 'FixBinary=yes'
mkdir -p /mnt/empty
cp /mnt/one /mnt/empty/one
if ldd "$BUILDDIR/run-detectors" 2>&1 | grep -q 'not a dynamic'; then
        check 'in an empty chroot, it says what is missing' says 'unable to find an interpreter for /one' \
                chroot /mnt/empty /one
        mkdir -p /mnt/empty/etc/binfmtd/conf.d /mnt/empty/bin
        cp "$conf/test.conf" /mnt/empty/etc/binfmtd/conf.d/
        cp "$root/bin/witness" "$root/bin/other" /mnt/empty/bin/
        cp "$root/bin/witness" /mnt/empty/bin/yes
        check 'in one that has definitions, it works' says 'preserved: 0' chroot /mnt/empty /one 0
fi

rm "$root$dispatcher"
"$ctl" --root "$root" apply >"$scratch/applied" 2>&1
check 'without the dispatcher, a format with a detector is inactive' says "run-detectors, which asks its detector, is not there" \
        "$ctl" --root "$root" list test

check 'by hand: an argument is required' gives 2 "$BUILDDIR/run-detectors" <<EOT
run-detectors: argument required
EOT
check 'by hand: a file that is not there' gives 2 "$BUILDDIR/run-detectors" /mnt/nothing <<EOT
run-detectors: unable to open /mnt/nothing: No such file or directory
EOT
plan
