#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# assemble.sh SOURCE OUTPUT TRIPLET… — with the first cross assembler that is installed. Without one, OUTPUT is not made and that is no error:
# the tests that want it say that they skip.
source=$1 output=$2
shift 2
for triplet; do
        if command -v "$triplet-as" >/dev/null 2>&1; then
                mkdir -p "${output%/*}" &&
                "$triplet-as" -o "$output.o" "$source" &&
                exec "$triplet-ld" -static -nostdlib -o "$output" "$output.o"
                exit 1
        fi
done
echo "no assembler of $* for $source" >&2
