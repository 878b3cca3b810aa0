#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmt-support's own tests, unchanged, against our update-binfmts and run-detectors: on the table in user space that they bring,
# and on the kernel's, in a private instance for each of them.
. "${srcdir:-.}/tests/tap.sh"

. "${srcdir:-.}/tests/compat/fetch.sh"

assertions=97

[ "$(id -u)" -eq 0 ] || skip_all 'mounting takes root'
"$BUILDDIR/binfmtctl" exec --only-added true 2>"$scratch/why" || skip_all "no instance of our own: $(head -n 1 "$scratch/why")"
fetch_source "$scratch/source" >"$scratch/why" 2>&1 ||
        skip_all "the source of binfmt-support cannot be had: $(tail -n 1 "$scratch/why")"
upstream=$scratch/source/src/tests

# On the kernel, only what makes and unmakes the table is another.
mkdir "$scratch/kernel" "$scratch/bin"
cp -a "$upstream"/. "$scratch/kernel"
rm "$scratch/kernel/binfmt_misc.py"
printf '#!/bin/sh\nexec mount -t binfmt_misc binfmt_misc "$1"\n' >"$scratch/kernel/binfmt_misc.py"
printf '#!/bin/sh\nexec umount "$2"\n' >"$scratch/bin/fusermount"
chmod 755 "$scratch/kernel/binfmt_misc.py" "$scratch/bin/fusermount"

tests='install import display enable detectors find'
export UPDATE_BINFMTS="$BUILDDIR/update-binfmts" RUN_DETECTORS="$BUILDDIR/run-detectors" pkglibexecdir

# run_suite NAME DIRECTORY PATH: each assertion as one of ours
run_suite() {
        seen=0 skipped=
        for t in $tests; do
                mkdir -p "$scratch/work"
                (cd "$scratch/work" && srcdir=$2 PATH=$3 "$BUILDDIR/binfmtctl" exec --only-added sh "$2/$t") \
                        >"$scratch/log" 2>&1
                status=$?
                grep -E '^  (PASS|FAIL): ' "$scratch/log" >"$scratch/results"
                while read -r result name; do
                        seen=$((seen + 1))
                        check "$1: $t: $name" [ "$result" = PASS: ]
                done <"$scratch/results"
                rm -rf "$scratch/work"
                if [ "$status" -eq 77 ]; then
                        check "$1: $t # SKIP $(sed -n 's/^SKIP: //p' "$scratch/log"), as in a bare chroot" true
                        skipped=yes
                        continue
                fi
                check "$1: $t ends well" [ "$status" -eq 0 ]
                [ "$status" -eq 0 ] || sed 's/^/# /' "$scratch/log"
        done
        [ -n "$skipped" ] || check "$1: all of their $assertions assertions were made" [ "$seen" -eq "$assertions" ]
}
run_suite 'their table' "$upstream" "$PATH"
run_suite "the kernel's" "$scratch/kernel" "$scratch/bin:$PATH"
plan
