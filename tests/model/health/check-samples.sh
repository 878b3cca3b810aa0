#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The bytes in model/health/samples/ are what their sources give, by every assembler that is installed.
set -u
. "${srcdir:-.}/tests/tap.sh"

programs=$srcdir/model/health/samples
assembled=0
for source in "$programs"/*.S; do
        name=$(basename "$source" .S)
        "$programs/assemble.sh" --print "$name" >"$scratch/$name.inc" 2>"$scratch/error"
        case $? in
        0)
                check "$name.inc is what $name.S gives" same "$programs/$name.inc" "$scratch/$name.inc"
                assembled=$((assembled + 1)) ;;
        77) echo "# no assembler for $name" ;;
        *) check "$name.S assembles" fails cat "$scratch/error" ;;
        esac
done
[ "$assembled" -gt 0 ] || skip_all 'no assembler is installed'

other() { sed '1s/0x7f/0x7e/' "$programs/$name.inc" | same - "$scratch/$name.inc"; }
for inc in "$scratch"/*.inc; do
        [ ! -s "$inc" ] || name=$(basename "$inc" .inc)
done
check 'one byte that differs is seen' fails other
plan
