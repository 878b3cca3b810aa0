#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A format that takes this machine's own programs and does not run them is taken back: by binfmtctl apply, and by the daemon. The
# pattern takes static programs (ET_EXEC), among them the one that is tried, and not the shell, which is position-independent.
. "${srcdir:-.}/tests/ctl/instance.sh"
. "${srcdir:-.}/tests/ctl/with-daemon.sh"

case $(uname -m) in
x86_64) ;;
*) skip_all 'the static program of this machine is not known to this test' ;;
esac
conf=$root/usr/lib/binfmtd/conf.d/taker.conf
mkdir -p "$root/mnt"

# interpreter COMMAND: the interpreter is a script of it
interpreter() {
        printf '#!/bin/sh\n%s\n' "$1" >"$root/mnt/interpreter"
        chmod 755 "$root/mnt/interpreter"
}
# taker MAGIC OFFSET [LINE]
taker() { printf '[taker]\nMagic=%s\nOffset=%s\nInterpreter=/mnt/interpreter\n%s\n' "$1" "$2" "${3-}" >"$conf"; }
natives_run() { /bin/true && /bin/sh -c 'exit 0'; }
not_there() { [ ! -e "$binfmt_misc/taker" ] && [ ! -e "$binfmt_misc/taker~binfmtd" ]; }
serves() { grep -qx "interpreter $root$1" "$binfmt_misc/taker"; }

why='programs of this machine did not run while it was registered, so it was taken back'
taken_back() {
        check "$1: it is taken back, and said" gives 1 "$ctl" apply --root="$root" <<Y
binfmtctl: cannot add taker: $why
0 changes made, 0 formats are registered
Y
        check "$1: nothing is left in the table" not_there
        check "$1: programs run" natives_run
}

taker '\x02\x00\x3e\x00' 16 AllowNative=yes
interpreter 'exit 1'
taken_back 'an interpreter that fails'
interpreter 'kill -SEGV $$'
taken_back 'one that crashes'
interpreter 'exec sleep 1000'
taken_back 'one that hangs'
head -c 4096 /bin/true >"$root/mnt/interpreter"
taken_back 'a broken binary'

# 0x400078, where the static program begins: a coincidence that the host guard does not expect
interpreter 'exit 1'
taker '\x78\x00\x40' 24
taken_back 'a pattern that matches by chance'

# 64 and what "linux/amd64\n" has in bytes: what the program itself exits with
interpreter 'exit 76'
taker '\x02\x00\x3e\x00' 16 AllowNative=yes
check 'one that runs programs stays' gives 0 "$ctl" apply --root="$root" <<'X'
added taker
1 change made, 1 format is registered
X
check 'and serves' serves /mnt/interpreter

printf '#!/bin/sh\nexit 1\n' >"$root/mnt/worse"
chmod 755 "$root/mnt/worse"
sed -i 's,/mnt/interpreter,/mnt/worse,' "$conf"
check 'a worse one does not replace it' gives 1 "$ctl" apply --root="$root" <<X
binfmtctl: cannot replace taker: the entry of before is still in use: $why
0 changes made, 0 formats are registered
X
check 'the one of before serves' serves /mnt/interpreter
check 'and has no stand-in' fails test -e "$binfmt_misc/taker~binfmtd"
rm "$conf"
check 'it goes with its definition' gives 0 "$ctl" apply --root="$root" <<'X'
removed taker: it is no longer wanted
1 change made, 0 formats are registered
X

## The daemon

tried_once() { [ "$(grep -c "taker is failed: $why" "$scratch/log")" -eq 1 ] || { cat "$scratch/log"; return 1; }; }
there() { [ -e "$binfmt_misc/$1" ]; }

check 'the daemon starts' start_daemon
interpreter 'exit 1'
taker '\x02\x00\x3e\x00' 16 AllowNative=yes
check 'the daemon takes it back, too' soon tried_once
check 'nothing is left in the table' not_there
check 'programs run' natives_run
# Each of these makes the daemon look at the table, and none makes it try again.
printf ':foreign:E::foreign::/bin/true:' >"$binfmt_misc/register"
printf '[other]\nMagic=OTHER\nInterpreter=/usr/bin/run\n' >"${conf%/*}/other.conf"
check 'it goes on with its work' soon there other
echo -1 >"$binfmt_misc/other"
check 'and puts right what others do' soon there other
check 'but does not try that again by itself' tried_once
interpreter 'exit 76'
taker '\x02\x00\x3e\x00' 16 AllowNative=yes
check 'until its definition is written again' soon serves /mnt/interpreter
check 'the daemon ends well' stop_daemon
plan
