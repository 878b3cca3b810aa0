#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl test and platforms: real foreign programs through the real kernel, as root and as nobody.
. "${srcdir:-.}/tests/ctl/instance.sh"

qemu() { command -v "qemu-$1-static" || command -v "qemu-$1"; }

# The program's platform, by QEMU's name of the machine; nothing if this machine runs it by itself.
platform_of() {
        case $(uname -m)-$1 in
        x86_64-x86_64 | x86_64-i386 | aarch64-aarch64 | aarch64-arm) ;;
        *-arm) echo linux/arm/v7 ;;
        *-aarch64) echo linux/arm64 ;;
        *-mips64el) echo linux/mips64le ;;
        *-loongarch64) echo linux/loong64 ;;
        *-i386) echo linux/386 ;;
        *-x86_64) echo linux/amd64 ;;
        *) echo "linux/$1" ;;
        esac
}
machines=
for m in arm aarch64 riscv64 ppc64le s390x mips64el mips64 loongarch64 i386 x86_64; do
        [ -z "$(qemu $m)" ] || [ -z "$(platform_of $m)" ] || machines="$machines $m"
done
[ -n "$machines" ] || skip_all 'no QEMU: install qemu-user-static'
machine=${machines##* }
qemu=$(qemu "$machine")

# All that nobody needs, where nobody may look.
mkdir /mnt/bin /mnt/conf
cp "$ctl" /mnt/bin/binfmtctl
cp "$BUILDDIR/tests/programs/wrapper" "/mnt/bin/${qemu##*/}"
wrapper=/mnt/bin/${qemu##*/}
script() { printf '#!/bin/sh\n%s\n' "$2" >"/mnt/bin/$1"; }
script crash 'echo nonsense >&2; kill -SEGV $$'
sleep=86400.$$
script hang "sleep $sleep & sleep $sleep"
script print 'cat "$@"'
script flood 'exec cat /dev/zero'
script harm 'touch /mnt/bin/harmed /tmp/binfmtd-harmed 2>/dev/null; kill -9 1 2>/dev/null
grep CapEff /proc/self/status >&2; ip link set lo up 2>/dev/null; mount -t tmpfs t /mnt 2>/dev/null; kill -9 -1'
printf junk >/mnt/bin/junk
chmod 755 /mnt/bin/*

# only NAME MACHINE INTERPRETER [KEY=VALUE]: what stands in the table
only() {
        printf '[%s]\nMachine=%s\nInterpreter=%s\n%s\n' "$1" "$2" "$3" "${4-}" >/mnt/conf/only.conf
        "$ctl" apply --add=/mnt/conf --only-added --no-legend >"$scratch/applied" || cat "$scratch/applied"
}
as= timeout=600
run() { $as /mnt/bin/binfmtctl "$@"; }
# verdict STATUS RESULT [PATTERN]: for check; what test says of the entry x
verdict() {
        run test --timeout=$timeout --no-legend x >"$scratch/verdict" 2>&1
        verdict_status=$?
        cat "$scratch/verdict"
        [ $verdict_status -eq "$1" ] && [ "$(awk 'NR == 1 { print $2 }' "$scratch/verdict")" = "$2" ] &&
                grep -q -- "${3-.}" "$scratch/verdict"
}
hint() { grep -- "^  hint: x: $1" "$scratch/verdict" || { cat "$scratch/verdict"; return 1; }; }

test_machines() {
        for m in $machines; do
                only x $m "$(qemu $m)" FixBinary=yes
                check "$m under F works" verdict 0 works "$(platform_of $m)"
                only x $m "$(qemu $m)"
                check "$m without F works outside of chroots" verdict 3 outside-chroots 'does not pin it (F)'
                check 'with what to do' hint 'write FixBinary=yes into its definition'
        done
}

test_interpreters() {
        only x "$machine" "$wrapper" FixBinary=yes
        check 'a dynamic interpreter under F works outside of chroots' verdict 3 outside-chroots 'needs /.*, which is not there'
        check 'with what to do' hint 'use a statically linked interpreter'
        only x "$machine" "$wrapper"
        check 'so it does without F' verdict 3 outside-chroots 'does not pin it (F)'
        check 'where F alone would not help' hint 'use a statically linked interpreter.*FixBinary=yes'
        only x "$machine" /mnt/bin/crash
        check 'one that crashes fails' verdict 1 fails 'signal 11 (Segmentation fault): nonsense'
        only x "$machine" /mnt/bin/print
        check 'one that only prints the program fails' verdict 1 fails 'without having run the program'
        only x "$machine" /bin/true
        check 'one that only succeeds fails' verdict 1 fails 'exit status 0 without having run the program'
        only x "$machine" /mnt/bin/junk
        check 'one that is no program fails' verdict 1 fails 'junk is not a program that this machine runs'
        timeout=1
        only x "$machine" /mnt/bin/hang
        check 'one that hangs fails' verdict 1 fails 'did not end in time'
        only x "$machine" /mnt/bin/flood
        check 'one that never stops to talk fails' verdict 1 fails 'did not end in time'
        timeout=600
        only x "$machine" /mnt/bin/harm FixBinary=yes
        check 'one that wants to do harm fails, and has no capability' verdict 1 fails 'CapEff:\\x090000000000000000'
}

# What others mount meanwhile is not ours; what they unmount and remove goes from here as well.
mount --make-rprivate /
traces() { cat /proc/self/mountinfo; find /mnt /tmp/binfmtd-harmed 2>/dev/null | sort; }
touch /mnt/conf/only.conf
traces >"$scratch/traces"
nothing_new() { traces >"$scratch/now"; ! grep -vxF -f "$scratch/traces" "$scratch/now"; }
no_process() { ! pgrep -f "sleep $sleep"; }

# A desktop has hundreds.
crowded() {
        $as sh -c 'i=0 crowd=
                while [ $((i += 1)) -le 100 ]; do sleep 600 & crowd="$crowd $!"; done
                "$@"
                status=$?
                kill $crowd
                exit $status' sh /mnt/bin/binfmtctl test --timeout=$timeout x
}

test_machines
test_interpreters
if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
        echo '# as nobody'
        as='setpriv --reuid=65534 --regid=65534 --clear-groups'
        test_machines
        test_interpreters
        only x "$machine" "$qemu" FixBinary=yes
        check 'with many processes of the same user as well' crowded
        check 'nobody is told the platforms' says "^$(platform_of "$machine")\$" run platforms
        as=
fi

# What the table says without a run.
only x "$machine" "$qemu" FixBinary=yes
echo 0 >"$binfmt_misc/x"
check 'an entry that is switched off fails' verdict 1 fails 'its entry is switched off'
check 'with what to do' hint 'echo 1 >/proc/sys/fs/binfmt_misc/x'
echo 1 >"$binfmt_misc/x"
echo 0 >"$binfmt_misc/status"
check 'so does all where binfmt_misc is switched off' verdict 1 fails 'as a whole is switched off'
echo 1 >"$binfmt_misc/status"
magic=$(printf '%s' "$(sed -n 's/^magic //p' "$binfmt_misc/x")" | sed 's/../\\x&/g')
mask=$(printf '%s' "$(sed -n 's/^mask //p' "$binfmt_misc/x")" | sed 's/../\\x&/g')
register ":y:M::$magic:$mask:/mnt/bin/gone:"
check 'what another entry takes cannot be tested' verdict 4 untestable 'y is asked before it'
register ':z:E::zzz::/bin/true:'
check 'one whose interpreter is gone fails' exits 1 run test y
check 'and says so' says "^y  *fails .*its interpreter /mnt/bin/gone is not there" run test
check 'what has no program cannot be tested' exits 4 run test z
check 'which is no failure beside others that work' exits 1 run test y z
echo -1 >"$binfmt_misc/y"
check 'nor with them' exits 0 run test x z
check 'all without a name' says '^z  *untestable' run test
check 'a name that there is none of fails' exits 1 run test x nothing
printf '[declared]\nExtension=declared\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/declared.conf"
check 'what is declared only fails' exits 1 run test --root="$root" declared
check 'and says so' says 'it is not registered (pending)' run test --root="$root" declared
check 'but is not asked for without a name' fails says declared run test --root="$root"
rm "$root/usr/lib/binfmtd/conf.d/declared.conf"
check 'there is JSON' is_json run test --json
json_says() { run test --json x | python3 -c 'import json, sys
x = json.load(sys.stdin)[0]
assert x["name"] == "x" and x["result"] == "works" and x["here"]["end"] == x["inChroot"]["end"] == "proved", x'; }
check 'with both runs' json_says
check 'an instance that is not there fails' exits 1 run test --binfmt-misc=/mnt
for wrong in 0 -1 1s '' 999999; do
        check "--timeout=$wrong is wrong usage" exits 2 run test --timeout="$wrong"
done

# What container tools want.
check 'platforms are those that work in a chroot' says "^$(platform_of "$machine")\$" run platforms
only x "$machine" "$qemu"
check 'and only those' fails says "$(platform_of "$machine")" run platforms
only x "$machine" "$qemu" FixBinary=yes
host=$(case $(uname -m) in x86_64) echo linux/amd64 ;; aarch64) echo linux/arm64 ;; *) platform_of "$(uname -m)" ;; esac)
first() { run platforms >"$scratch/platforms" && [ "$(head -n 1 "$scratch/platforms")" = "$host" ]; }
check "this machine's own comes first" first
as_docker() { run platforms --json | python3 -c '
import json, sys
platforms, x = open(sys.argv[1]).read().split(), json.load(sys.stdin)
assert x == {"supported": platforms, "emulators": ["x", "z"]}, x' "$scratch/platforms"; }
check 'JSON has the same, and the names of the entries' as_docker
only x "$machine" /mnt/bin/hang
check 'one that hangs is none' fails says "$(platform_of "$machine")" run platforms --timeout=1

# Nothing is left behind, not even of a test that was killed.
killed() {
        run test x >/dev/null 2>&1 &
        killed=$!
        tries=0
        until pgrep -f "sleep $sleep" >/dev/null || [ $((tries += 1)) -gt 1200 ]; do sleep 0.05; done
        pgrep -f "sleep $sleep" >/dev/null || return 1
        kill -9 $killed
        wait $killed 2>/dev/null
        tries=0
        while pgrep -f "sleep $sleep" && [ $((tries += 1)) -le 1200 ]; do sleep 0.05; done
        no_process
}
timeout=600
check 'a test that is killed takes all with it' killed
check 'no process is left' no_process
check 'no mount and no file either' nothing_new

nowhere() {
        unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh /mnt/bin/binfmtctl test x >"$scratch/out" 2>&1
        nowhere=$?
        cat "$scratch/out"
        [ $nowhere -eq 1 ] && grep -q 'user namespaces are forbidden' "$scratch/out"
}
check 'where user namespaces are forbidden it says so' nowhere
plan
