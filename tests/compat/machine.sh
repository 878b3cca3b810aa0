# SPDX-License-Identifier: LGPL-2.1-or-later
#
# To be sourced: a machine of its own in a mount namespace, on which binfmt-support's own directories are empty, nobody else
# defines a format, and the dispatcher is where it is registered from.
#
#   $update    update-binfmts
#   $admin     its admin directory; $import its import directory
#   import_file NAME LINE…   writes an import file
#   settled    for check; binfmtctl apply has nothing to do
. "${srcdir:-.}/tests/ctl/instance.sh"

update=$BUILDDIR/update-binfmts
admin=/var/lib/binfmts import=/usr/share/binfmts

# Other directories beside those that are covered have to stay visible in /etc.
cp -a /etc "$scratch/etc" 2>/dev/null
mount --bind "$scratch/etc" /etc || exit 99
rm -rf /etc/binfmtd /etc/binfmt.d
for directory in /var/lib /usr/share /run; do
        mount -t tmpfs -o mode=755 tmpfs "$directory" || exit 99
done
mkdir -p "$import"
for directory in /usr/lib/binfmt.d /usr/lib/binfmtd /usr/local/lib/binfmt.d /usr/local/lib/binfmtd; do
        [ ! -d "$directory" ] || mount -t tmpfs -o mode=755 tmpfs "$directory" || exit 99
done
directory=$pkglibexecdir
until [ -d "$directory" ]; do
        directory=$(dirname "$directory")
done
case $directory in / | /usr) skip_all "$pkglibexecdir cannot be covered" ;; esac
mount -t tmpfs -o mode=755 tmpfs "$directory" || exit 99
mkdir -p "$pkglibexecdir"
cp "$BUILDDIR/run-detectors" "$pkglibexecdir/"

printf '#!/bin/sh\necho "run: $*"\n' >/mnt/run
printf '#!/bin/sh\necho "other: $*"\n' >/mnt/other
chmod 755 /mnt/run /mnt/other

# import_file NAME LINE…
import_file() {
        import_name=$1
        shift
        printf '%s\n' "$@" >"$import/$import_name"
}
# running COMMAND…: while it runs, /mnt/file is started over and over, and must not fail once
running() {
        rm -f /mnt/stop
        (
                n=0
                until [ -e /mnt/stop ]; do
                        /mnt/file >/dev/null 2>&1 || echo "start $n failed"
                        n=$((n + 1))
                done
        ) >"$scratch/failures" &
        running_pid=$!
        "$@"
        running_status=$?
        : >/mnt/stop
        wait $running_pid
        cat "$scratch/failures"
        [ $running_status -eq 0 ] && [ ! -s "$scratch/failures" ]
}
there() { [ -e "$binfmt_misc/$1" ] || { names; return 1; }; }
gone() { [ ! -e "$binfmt_misc/$1" ] || { cat "$binfmt_misc/$1"; return 1; }; }
settled() { says 'nothing to do' "$ctl" apply; }
