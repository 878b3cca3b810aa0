#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl explain: broken machines, each with the answer that a person needs. What has to be said stands in tests/ctl/verbs/explain/;
# BINFMTD_TEST_UPDATE=1 writes it anew, to be read before it is committed.
. "${srcdir:-.}/tests/ctl/instance.sh"

[ "$(uname -m)" = x86_64 ] || skip_all 'the answers name what x86_64 runs by itself'
expected=$(cd "${srcdir:-.}" && pwd)/tests/ctl/verbs/explain
teller=$(cd "$BUILDDIR" && pwd)/tests/engine/teller
[ -x "$teller" ] || skip_all 'the helper programs are not built'
cd /mnt || exit 99

# answers NAME STATUS WORD…: for check
answers() {
        answers_name=$1 answers_status=$2
        shift 2
        "$ctl" explain --only-added "$@" >"$scratch/actual" 2>&1
        answers_actual=$?
        [ -z "${BINFMTD_TEST_UPDATE-}" ] || cp "$scratch/actual" "$expected/$answers_name.txt"
        diff -u "$expected/$answers_name.txt" "$scratch/actual" || return 1
        [ "$answers_actual" -eq "$answers_status" ] ||
                { echo "exit status $answers_actual, expected $answers_status"; return 1; }
}

# little BYTES NUMBER: as little-endian
little() {
        little_n=$1 little_value=$2
        while [ "$little_n" -gt 0 ]; do
                printf "\\$(printf %03o $((little_value & 255)))"
                little_value=$((little_value >> 8)) little_n=$((little_n - 1))
        done
}

# arm [LOADER]: a 32-bit ARM program, as far as its headers go
arm() {
        printf '\177ELF\001\001\001\000\000\000\000\000\000\000\000\000'
        little 2 2; little 2 40; little 4 1; little 4 65536; little 4 52; little 4 0
        little 4 83886592; little 2 52; little 2 32; little 2 1; little 2 40; little 2 0; little 2 0
        [ $# -gt 0 ] || { little 4 1; little 4 0; little 4 65536; little 4 65536; little 4 84; little 4 84; little 4 5; little 4 4096; return; }
        little 4 3; little 4 84; little 4 0; little 4 0; little 4 $((${#1} + 1)); little 4 $((${#1} + 1)); little 4 4; little 4 1
        printf '%s\000' "$1"
}

# A 64-bit x86 program that is no other than the helper.
x86_64() { cat "$teller"; }

arm_pattern='\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x28\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'

begin() {
        echo -1 >"$binfmt_misc/status"
        echo 1 >"$binfmt_misc/status"
        rm -rf /mnt/bin /mnt/chroot
        mkdir /mnt/bin
        x86_64 >bin/qemu-arm-static
        chmod 755 bin/qemu-arm-static
        arm >hello
        chmod 755 hello
}

begin
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm-static:PF"
check 'a foreign program runs' answers runs 0 hello
register ":qemu-arm-old:M::$arm_pattern:/mnt/bin/gone/qemu-arm-static:"
check 'a missing interpreter' answers missing-interpreter 1 hello

begin
chmod 644 bin/qemu-arm-static
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm-static:"
check 'an interpreter that is not executable' answers interpreter-not-executable 1 hello

begin
cp /bin/true bin/qemu-arm
mkdir chroot
arm >chroot/hello
chmod 755 chroot/hello
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm:F"
check 'a dynamic interpreter in a chroot' answers dynamic-in-chroot 1 --root=/mnt/chroot /hello
register ":qemu-arm-path:M::$arm_pattern:/mnt/bin/qemu-arm:P"
check 'an interpreter that is not in the chroot' answers path-in-chroot 1 --root=/mnt/chroot /hello
register ":qemu-arm-static:M::$arm_pattern:/mnt/bin/qemu-arm-static:F"
check 'a static one under F runs in the chroot' answers static-in-chroot 0 --root=/mnt/chroot /hello

begin
arm /lib/ld-linux-armhf.so.3 >hello
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm-static:PF"
mkdir -p chroot/usr/bin
arm /lib/ld-linux-armhf.so.3 >chroot/hello
x86_64 >chroot/usr/bin/dpkg
chmod 755 chroot/hello chroot/usr/bin/dpkg
check 'a missing ld-linux-armhf.so.3' answers missing-loader 1 --root=/mnt/chroot /hello

# Whatever takes all programs of this machine takes the test's own as well: so this one, and what is to take it, are marked by a byte
# of the header that the kernel does not look at.
marked_pattern='\x7fELF\x02\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00:\xff\xff\xff\xff\xff\xfe\xfe\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
marked() {
        x86_64 >"$1"
        printf '\001' | dd of="$1" bs=1 seek=9 conv=notrunc 2>/dev/null
        chmod 755 "$1"
}

begin
marked program
cp bin/qemu-arm-static bin/box64
cp bin/qemu-arm-static bin/qemu-x86_64-static
register ":qemu-x86_64:M::$marked_pattern:/mnt/bin/qemu-x86_64-static:PF"
register ":box64:M::$marked_pattern:/mnt/bin/box64:"
check 'two x86_64 handlers' answers two-handlers 0 program

begin
printf 'MZqFpD=\n' >ape
chmod 755 ape
cp bin/qemu-arm-static bin/ape
cp bin/qemu-arm-static bin/wine
register ':APE:M::MZqFpD::/mnt/bin/ape:PF'
register ':wine:M::MZ::/mnt/bin/wine:'
check 'MZ over APE' answers mz-over-ape 0 ape

begin
marked bin/loop
register ":x86:M::$marked_pattern:/mnt/bin/loop:"
check 'a rule for the machine itself' answers host-rule 1 program

begin
mkdir -p noexec
mount -t tmpfs -o noexec,mode=755 tmpfs noexec
arm >noexec/hello
chmod 755 noexec/hello
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm-static:PF"
check 'a file system mounted noexec' answers noexec 1 noexec/hello

begin
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm-static:PF"
echo 0 >"$binfmt_misc/qemu-arm"
check 'an entry that is switched off' answers entry-off 1 hello
echo 1 >"$binfmt_misc/qemu-arm"
echo 0 >"$binfmt_misc/status"
check 'an instance that is switched off' answers instance-off 1 hello

begin
mkdir chroot
check 'no mount' answers no-mount 2 --binfmt-misc=/mnt/chroot hello
check 'but what needs no format runs' answers no-mount-native 0 --binfmt-misc=/mnt/chroot program

begin
check 'a container with an empty instance' answers empty-instance 1 hello

begin
chmod 4755 hello
register ":qemu-arm:M::$arm_pattern:/mnt/bin/qemu-arm-static:PF"
check 'a setuid program without C' answers setuid 0 hello

# Ours, under F, and replaced since: what runs is the file of before.
begin
printf '[qemu-arm]\nMachine=arm\nInterpreter=/mnt/bin/qemu-arm-static\nFixBinary=yes\n' >arm.conf
"$ctl" apply --only-added --add=/mnt/arm.conf >/dev/null
check 'an interpreter that F opened runs' "$ctl" explain --only-added hello
cp bin/qemu-arm-static bin/new
mv bin/new bin/qemu-arm-static
check 'an interpreter that was replaced under F' answers stale-pin 2 hello
"$ctl" apply --only-added --add=/mnt/arm.conf >/dev/null
check 'is taken by apply' "$ctl" explain --only-added hello

# What else people meet.
begin
chmod 644 hello
check 'a file that is not executable' answers not-executable 1 hello
check 'a file that is not there' answers not-there 1 nothing
check 'a directory' answers directory 1 bin
printf '#!/bin/sh\r\necho\n' >crlf
printf '#!/mnt/gone\n' >lost
printf 'echo hello\n' >text
: >empty
printf '#!/mnt/hello -x\n' >script
chmod 755 crlf lost text empty script hello
check 'a script from Windows' answers crlf 1 crlf
check 'a script whose interpreter is gone' answers script-gone 1 lost
check 'text' answers text 1 text
check 'an empty file' answers empty 1 empty
register ":qemu-arm:M::$arm_pattern:/mnt/script:"
check 'a chain without an end' answers chain 1 hello
echo -1 >"$binfmt_misc/qemu-arm"
printf '#!/mnt/bin/qemu-arm-static\n' >bin/wrapper
chmod 755 bin/wrapper
register ":opens:M::$arm_pattern:/mnt/bin/wrapper:O"
check 'an open binary and a wrapper' answers open-binary 1 hello

begin
cp /bin/true program
register ':jar:E::jar::/mnt/bin/qemu-arm-static:'
register ':tgz:E::tar.gz::/mnt/bin/qemu-arm-static:'
printf 'PK\003\004' >GAME.JAR
chmod 755 GAME.JAR
check 'an extension in another case' answers extension-case 1 GAME.JAR
echo -1 >"$binfmt_misc/jar"
register ':low:M::PK\x03\x05\x00\x00\x00\x00:\xff\xff\xff\xf7\x00\x00\x00\x00:/mnt/bin/qemu-arm-static:'
check 'the nearest pattern' answers nearest 1 --color=never GAME.JAR
check 'colours change nothing else' gives 0 sh -c '"$1" explain --only-added --color=always GAME.JAR | sed "s/\x1b\[[0-9]*m//g" | diff - "$2"' \
        sh "$ctl" "$expected/nearest.txt" <<'X'
X

# What is declared and not registered.
begin
printf '[qemu-arm]\nMachine=arm\nInterpreter=/mnt/bin/qemu-arm-static\n' >/mnt/arm.conf
mkdir -p /mnt/machine/etc/binfmtd/conf.d /mnt/machine/mnt/bin
cp arm.conf machine/etc/binfmtd/conf.d/
cp hello machine/
declared() {
        "$ctl" explain "$2" "$3" >"$scratch/declared"
        [ -z "${BINFMTD_TEST_UPDATE-}" ] || cp "$scratch/declared" "$expected/$1.txt"
        same "$expected/$1.txt" "$scratch/declared"
}
check 'a declared format whose interpreter is missing' declared declared-inactive --root=/mnt/machine /hello
cp bin/qemu-arm-static machine/mnt/bin/
check 'a declared format that is not registered yet' declared declared-pending --root=/mnt/machine /hello

# Suggestions.
suggests() {
        "$ctl" explain --suggest "$1" >"$scratch/suggestion.conf" && cat "$scratch/suggestion.conf" &&
                "$ctl" lint --strict "$scratch/suggestion.conf" >&2
}
lints() { suggests "$1" 2>"$scratch/lint" >"$scratch/out" || cat "$scratch/lint"; sed 's/^/ /' "$scratch/out"; }
printf '\000asm\001\000\000\000' >module.wasm
printf '\001\002\003\004rest' >odd.bin
printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\003\000\021\021' >elf
printf 'text\n' >notes.odd
chmod 755 module.wasm odd.bin elf notes.odd
echo -1 >"$binfmt_misc/status"
for file in hello module.wasm odd.bin elf notes.odd ape; do
        echo "$file:" && lints $file
done >"$scratch/suggestions"
[ -z "${BINFMTD_TEST_UPDATE-}" ] || cp "$scratch/suggestions" "$expected/suggestions.txt"
check 'what is suggested is fit for lint' same "$expected/suggestions.txt" "$scratch/suggestions"
check 'for a program of this machine there is nothing to suggest' gives 1 "$ctl" explain --suggest program <<'X'
binfmtctl: program: no format is needed for it: the kernel runs scripts and its own machine's programs
  hint: binfmtctl explain without --suggest tells more
X
check 'nor for nameless text' exits 1 "$ctl" explain --suggest text
"$ctl" explain --suggest hello >"$scratch/hello.conf"
sed -i "s,/usr/bin,/mnt/bin," "$scratch/hello.conf"
check 'what is suggested makes it run' "$ctl" exec --only-added --add="$scratch/hello.conf" "$ctl" explain hello

check 'JSON is well-formed' is_json "$ctl" explain --json hello
cat >"$scratch/verdict.py" <<'X'
import json, sys
e = json.load(sys.stdin)
print(e["verdict"], e["execError"], e["findings"][0]["code"], e["steps"][0]["takenBy"], e["header"][:8], e["suggestion"].split("\n")[0])
X
json_verdict() { "$ctl" explain --only-added --json hello | python3 "$scratch/verdict.py"; }
check 'and says the same' gives 0 json_verdict <<'X'
fails ENOEXEC no-format nobody 7f454c46 [qemu-arm]
X
check 'the legend can be left out' gives 1 "$ctl" explain --no-legend text <<'X'
text does not run: it is text without a #! line; shells run it as a script of their own, nothing else does
X
check 'a file is needed' exits 2 "$ctl" explain
plan
