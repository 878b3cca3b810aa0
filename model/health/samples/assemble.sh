#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# assemble.sh NAME… — makes NAME.inc, the bytes that are built into the programs, from NAME.S; without a name, all of them. For those who
# change a source: builds take the bytes as they stand here, since no distribution's build has ten cross assemblers.
#
# assemble.sh --print NAME — what NAME.inc would be, on standard output; 77 if no assembler of that machine is installed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first prefix of binutils that is there, and what it needs to be told.
tools() {
        as= ld=
        case $1 in
        386) as=--32 ld=-melf_i386 triplets='i686-linux-gnu x86_64-linux-gnu' ;;
        amd64) as=--64 ld=-melf_x86_64 triplets='x86_64-linux-gnu' ;;
        arm-v7) triplets='arm-linux-gnueabihf arm-linux-gnueabi arm-linux-gnu' ;;
        arm64) triplets='aarch64-linux-gnu' ;;
        loong64) triplets='loongarch64-linux-gnu' ;;
        mips64) triplets='mips64-linux-gnuabi64 mips64-linux-gnu' ;;
        mips64le) triplets='mips64el-linux-gnuabi64 mips64el-linux-gnu' ;;
        ppc64le) triplets='powerpc64le-linux-gnu' ;;
        riscv64) triplets='riscv64-linux-gnu' ;;
        s390x) triplets='s390x-linux-gnu' ;;
        *) echo "assemble.sh: there is no program $1" >&2; exit 1 ;;
        esac
        for prefix in $triplets; do
                ! command -v "$prefix-as" >/dev/null || return 0
        done
        return 77
}

print() {
        tools "$1" || return
        # shellcheck disable=SC2086
        "$prefix-as" $as -I "$here" -o "$work/o" "$here/$1.S" &&
                "$prefix-ld" $ld -Ttext=0x400000 -e 0x400000 -o "$work/elf" "$work/o" &&
                "$prefix-objcopy" -O binary -j .text "$work/elf" "$work/bytes" &&
                od -An -v -tx1 "$work/bytes" | sed 's/ \(..\)/0x\1, /g; s/ $//'
}

if [ "${1-}" = --print ]; then
        print "$2"
        exit
fi
[ $# -gt 0 ] || set -- $(cd "$here" && ls -- *.S | sed 's/\.S$//')
for name; do
        if print "$name" >"$work/inc"; then
                cp "$work/inc" "$here/$name.inc"
        else
                [ $? -eq 77 ] || exit 1
                echo "no assembler for $name" >&2
        fi
done
