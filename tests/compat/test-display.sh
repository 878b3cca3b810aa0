#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The change from binfmt-support to us and back, seen by update-binfmts --display: the same text for all formats that Debian's packages
# bring.

# Before the machine's directories are covered.
if [ -z "${BINFMT_SUPPORT-}" ]; then
        . "${srcdir:-.}/tests/compat/fetch.sh"
        BINFMT_SUPPORT=$(mktemp -d)
        export BINFMT_SUPPORT
        trap 'rm -rf "$BINFMT_SUPPORT"' EXIT
        fetch_packages "$BINFMT_SUPPORT" binfmt-support libpipeline1 wine-binfmt jarwrapper mono-runtime python3.11-minimal \
                llvm-14-runtime sbcl love hatari binfmtc >"$BINFMT_SUPPORT/why" 2>&1
        mkdir -p "$BINFMT_SUPPORT/usr/share/binfmts"
        # Debian 13's QEMU brings none any more.
        cp -a /usr/share/binfmts/qemu-* "$BINFMT_SUPPORT/usr/share/binfmts/" 2>/dev/null
        sh "$0"
        exit
fi
. "${srcdir:-.}/tests/compat/machine.sh"

cp -a "$BINFMT_SUPPORT$import/." "$import/" 2>/dev/null
original() { LD_LIBRARY_PATH=$(echo "$BINFMT_SUPPORT"/usr/lib/*-linux-gnu*) "$BINFMT_SUPPORT/usr/sbin/update-binfmts" "$@"; }
[ "$(ls "$import" | wc -l)" -ge 10 ] && original --version >/dev/null 2>&1 ||
        skip_all "Debian's packages cannot be had: $(tail -n 1 "$BINFMT_SUPPORT/why")"

# What the formats name is there, as if those packages were installed.
mkdir -p /mnt/upper /mnt/work
mount -t overlay -o lowerdir=/usr,upperdir=/mnt/upper,workdir=/mnt/work overlay /usr 2>"$scratch/why" ||
        mount -t overlay -o userxattr,lowerdir=/usr,upperdir=/mnt/upper,workdir=/mnt/work overlay /usr 2>"$scratch/why" ||
        skip_all "/usr cannot be covered: $(head -n 1 "$scratch/why")"
mkdir -p /usr/lib/binfmt.d "$pkglibexecdir"
mount -t tmpfs tmpfs /usr/lib/binfmt.d
mkdir -p "$import"
cp -a "$BINFMT_SUPPORT$import/." "$import/"
cp "$BUILDDIR/run-detectors" "$pkglibexecdir/"
mkdir -p /usr/lib/binfmt-support
sed -n 's/^\(interpreter\|detector\) //p' "$import"/* | sort -u | while read -r program; do
        [ -x "$program" ] || { mkdir -p "$(dirname "$program")"; printf '#!/bin/sh\n' >"$program"; chmod 755 "$program"; }
done

formats=$(ls "$import" | wc -l)
echo "# $formats formats"
# The original makes no directory: its package brings it.
cp -a "$BINFMT_SUPPORT$admin" "$admin"
original --import >"$scratch/original.log" 2>&1
original --display >"$scratch/before"
cp -a "$admin" "$scratch/admin-before"
check 'the original has all of them enabled' [ "$(grep -c ' (enabled):$' "$scratch/before")" -eq "$(grep -c '):$' "$scratch/before")" ]
"$update" --display >"$scratch/ours"
check 'display is the same text before we do anything' same "$scratch/before" "$scratch/ours"
for name in $(ls "$admin"); do
        original --display "$name" >"$scratch/a"
        "$update" --display "$name" >"$scratch/b"
        cmp -s "$scratch/a" "$scratch/b" || echo "$name"
done >"$scratch/different"
check 'and so it is for each' same /dev/null "$scratch/different"

"$ctl" apply >"$scratch/applied" 2>&1
# The host's own machine is refused, as nothing could start any more.
"$update" --display >"$scratch/ours"
check 'after all was taken over' same "$scratch/before" "$scratch/ours"
check 'import writes the same files' sh -c "'$update' --import && diff -r '$scratch/admin-before' '$admin'"
"$update" --display >"$scratch/ours"
check 'and display is the same' same "$scratch/before" "$scratch/ours"
original --display >"$scratch/back"
check 'the original understands what we wrote' [ "$(grep -vc '):$' "$scratch/back")" -eq "$(grep -vc '):$' "$scratch/before")" ]

"$update" --disable >"$scratch/log" 2>&1
check 'ours and theirs agree on what is disabled' sh -c "'$update' --display >'$scratch/a'; ! grep -q enabled '$scratch/a'"
original --display >"$scratch/b"
check 'in every word' same "$scratch/b" "$scratch/a"
plan
