#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmt-support's own tests, unchanged, against our update-binfmts and run-detectors: on the table in user space that they bring,
# and on the kernel's, in a private instance for each of them. Fetches their source by apt, which nobody else has; BINFMT_SUPPORT names
# a directory that has it already.
. "${srcdir:-.}/tests/tap.sh"

version=2.2.2 assertions=97

fetch() {
        command -v apt-get >/dev/null || { echo 'there is no apt'; return 1; }
        for key in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
                [ ! -e $key ] || break
        done
        mkdir -p "$scratch/apt/lists/partial" "$scratch/apt/cache/archives/partial" "$scratch/source"
        echo "deb-src [signed-by=$key] http://deb.debian.org/debian bookworm main" >"$scratch/apt/sources.list"
        set -- -qq -o "Dir::State::Lists=$scratch/apt/lists" -o "Dir::Cache=$scratch/apt/cache" \
                -o "Dir::Etc::SourceList=$scratch/apt/sources.list" -o Dir::Etc::SourceParts=/nonexistent -o APT::Sandbox::User=root
        apt-get "$@" update &&
                (cd "$scratch/source" && apt-get "$@" source --tar-only binfmt-support) &&
                tar -xf "$scratch/source/binfmt-support_$version.orig.tar.gz" -C "$scratch" --strip-components 2 \
                        "binfmt-support-$version/src/tests"
}

[ "$(id -u)" -eq 0 ] || skip_all 'mounting takes root'
"$BUILDDIR/binfmtctl" exec --only-added true 2>"$scratch/why" || skip_all "no instance of our own: $(head -n 1 "$scratch/why")"
upstream=${BINFMT_SUPPORT:+$BINFMT_SUPPORT/src/tests}
if [ -z "$upstream" ]; then
        upstream=$scratch/tests
        fetch >"$scratch/why" 2>&1 || skip_all "the source of binfmt-support cannot be had: $(tail -n 1 "$scratch/why")"
fi

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
        seen=0
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
                check "$1: $t ends well" [ "$status" -eq 0 ]
                [ "$status" -eq 0 ] || sed 's/^/# /' "$scratch/log"
                rm -rf "$scratch/work"
        done
        check "$1: all of their $assertions assertions were made" [ "$seen" -eq "$assertions" ]
}
run_suite 'their table' "$upstream" "$PATH"
run_suite "the kernel's" "$scratch/kernel" "$scratch/bin:$PATH"
plan
