#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# update-binfmts on a machine without the daemon: what binfmt-support's own tests do not look at, and what its own program does wrong.
. "${srcdir:-.}/tests/compat/machine.sh"

# The command line.
check 'without an action' gives 2 "$update" <<EOT
update-binfmts: you must use one of --install, --remove, --import, --unimport, --display, --enable, --disable, --find
Try 'update-binfmts --help' or 'update-binfmts --usage' for more information.
EOT
check 'two actions' gives 2 "$update" --display x --enable y <<EOT
update-binfmts: two modes given: --display and --enable
Try 'update-binfmts --help' or 'update-binfmts --usage' for more information.
EOT
check 'too few words' gives 2 "$update" --install x <<EOT
update-binfmts: --install needs <name> <path>
Try 'update-binfmts --help' or 'update-binfmts --usage' for more information.
EOT
check 'no spec' gives 2 "$update" --install x /mnt/run <<EOT
update-binfmts: --install requires a <spec> option
Try 'update-binfmts --help' or 'update-binfmts --usage' for more information.
EOT
check 'two specs' gives 2 "$update" --install x /mnt/run --magic A --extension b <<EOT
update-binfmts: two binary format specifications given: --magic and --extension
Try 'update-binfmts --help' or 'update-binfmts --usage' for more information.
EOT
check 'no number' gives 2 "$update" --install x /mnt/run --magic A --offset 1x <<EOT
update-binfmts: offset must be a whole number
EOT
check 'a reserved name' gives 2 "$update" --install status /mnt/run --magic A <<EOT
update-binfmts: binary format name 'status' is reserved
EOT
check 'a path is no name' exits 2 "$update" --install ../x /mnt/run --magic A
check 'a word too many' says 'Too many arguments' "$update" --display a b
check 'an unknown option' exits 2 "$update" --nonsense
check 'help' says '--fix-binary' "$update" --help
check 'version' exits 0 "$update" --version

# Install and remove; options are abbreviated and stand before or after.
check 'a format is installed' exits 0 "$update" --pack me --install test /mnt/run --mag TEST --cred no --pres yes
check 'its admin file has ten lines' same - "$admin/test" <<EOT
me
magic
0
TEST

/mnt/run

no
yes

EOT
check 'it runs' says 'run: /mnt/file /mnt/file x' sh -c 'echo TEST >/mnt/file; chmod 755 /mnt/file; /mnt/file x'
check 'and is as binfmtctl apply would have it' settled
check 'display shows it' gives 0 "$update" --display test <<EOT
test (enabled):
     package = me
        type = magic
      offset = 0
       magic = TEST
        mask =
 interpreter = /mnt/run
    detector =
EOT
check 'another package cannot take it' gives 2 "$update" --install test /mnt/other --magic TEST <<EOT
update-binfmts: warning: current package is <local>, but binary format already installed by me
update-binfmts: exiting due to previous errors
EOT
check 'nor remove it' gives 0 "$update" --remove test /mnt/run <<EOT
update-binfmts: warning: current package is <local>, but binary format already installed by me; not removing.
EOT
check 'its own can change it' exits 0 "$update" --package me --install test /mnt/other --magic TEST
check 'and the kernel follows' says 'other: ' /mnt/file
change() {
        for i in $(seq 20); do
                "$update" --package me --install test /mnt/run --magic TEST --preserve yes &&
                        "$update" --package me --install test /mnt/other --magic TES || return 1
        done
}
check 'while it is changed, it never fails to run' running change
check 'a missing interpreter is a warning' gives 0 "$update" --install none /mnt/none --magic NONE <<EOT
update-binfmts: warning: no executable /mnt/none found, but continuing anyway as you request
EOT
check 'removing' exits 0 "$update" --package me --remove test /mnt/run
check 'takes both away' gone test
check 'removing what is not there' gives 0 "$update" --remove test /mnt/run <<EOT
update-binfmts: warning: $admin/test does not exist; nothing to do!
EOT
"$update" --remove none /mnt/none 2>/dev/null

# Test mode.
check '--test installs nothing' gives 0 "$update" --test --install test /mnt/run --extension tst <<EOT
install the following binary format description:
     package = :
        type = extension
      offset = 0
       magic = tst
        mask =
 interpreter = /mnt/run
    detector =
 credentials =
    preserve =
  fix_binary =
load binfmt_misc
enable test with the following format string:
 :test:E:0:tst::/mnt/run:
EOT
check 'nothing is there' [ -z "$(ls "$admin")" ]

# Disabled formats stay so.
import_file one 'package p' 'interpreter /mnt/run' 'magic ONE!'
import_file two 'package p' 'interpreter /mnt/run' 'magic TWO!'
check 'all are imported' exits 0 "$update" --import
check 'and registered' there one
check 'as apply would have it' settled
check 'one is disabled' exits 0 "$update" --disable one
check 'and gone' gone one
check 'an import brings it not back' exits 0 "$update" --import one
check 'it is still gone' gone one
check 'nor does that of all' exits 0 "$update" --import
check 'nor enabling all, as at boot' exits 0 "$update" --enable
check 'nor apply' settled
check 'it is still gone then' gone one
check 'display says so' says '^one (disabled):' "$update" --display
check 'binfmtctl says so' says '"state": "disabled"' "$ctl" --json list one
check 'enabling it does' exits 0 "$update" --enable one
check 'it is there' there one
check 'and leaves no override behind' [ ! -s /etc/binfmtd/override.d/zz-switched.conf ]
check 'enabling it again is a warning' gives 0 "$update" --enable one <<EOT
update-binfmts: warning: one already enabled in kernel.
EOT
check 'enabling what is not there' gives 2 "$update" --enable nosuch <<EOT
update-binfmts: warning: nosuch not in database of installed binary formats.
update-binfmts: exiting due to previous errors
EOT
check 'nor in test mode' gives 2 "$update" --test --enable nosuch <<EOT
load binfmt_misc
update-binfmts: warning: nosuch not in database of installed binary formats.
update-binfmts: exiting due to previous errors
EOT
check 'disabling what is not there is fine' exits 0 "$update" --disable nosuch

# Disabling all touches nobody else, and holds until all are enabled.
register ':theirs:M::THEIRS::/mnt/run:'
"$update" --disable two
check 'all are disabled' exits 0 "$update" --disable
check 'one is gone' gone one
check 'but not what others registered' there theirs
check 'nor is it unmounted' [ -e "$binfmt_misc/register" ]
check 'apply leaves it so' settled
check 'all are enabled' exits 0 "$update" --enable
check 'one is back' there one
check 'what was disabled by its name is not' gone two
check 'and is after its own' exits 0 "$update" --enable two
check 'it is back' there two
check 'a foreign entry goes by its name' exits 0 "$update" --disable theirs
check 'and is gone' gone theirs

# Import and unimport.
import_file bad 'interpreter /mnt/run' 'magic BAD!'
check 'an import without package' gives 2 "$update" --import bad <<EOT
update-binfmts: warning: $import/bad: required 'package' line missing
update-binfmts: exiting due to previous errors
EOT
check 'an import that is not there' gives 2 "$update" --import nosuch <<EOT
update-binfmts: warning: unable to open $import/nosuch: No such file or directory
update-binfmts: warning: couldn't find information about 'nosuch' to import
update-binfmts: exiting due to previous errors
EOT
import_file bad 'package p' 'magic BAD!'
check 'one without interpreter registers nothing' gives 2 "$update" --import bad <<EOT
update-binfmts: warning: $import/bad: required 'interpreter' line missing
update-binfmts: exiting due to previous errors
EOT
import_file bad 'package p' 'interpreter /mnt/run' 'magic BAD!' 'extension bad'
check 'one with magic and extension' gives 2 "$update" --import bad <<EOT
update-binfmts: warning: $import/bad: can't use both --magic and --extension
update-binfmts: exiting due to previous errors
EOT
import_file bad 'package p' 'interpreter /mnt/run'
check 'one with neither' gives 2 "$update" --import bad <<EOT
update-binfmts: warning: $import/bad: either --magic or --extension is required
update-binfmts: exiting due to previous errors
EOT
rm "$import/bad"
check 'an extension has no mask' gives 2 "$update" --install x /mnt/run --extension x --mask y <<EOT
update-binfmts: warning: x: can't use --mask with --extension
update-binfmts: exiting due to previous errors
EOT
check 'nor an offset' gives 2 "$update" --install x /mnt/run --extension x --offset 1 <<EOT
update-binfmts: warning: x: can't use --offset with --extension
update-binfmts: exiting due to previous errors
EOT
check 'an import by its path is named by its last part' exits 0 sh -c "cd $import && $update --import ./one"
check 'what was installed by hand is preserved' gives 0 sh -c "$update --install mine /mnt/run --magic MINE
        cp $import/one $import/mine; $update --import mine; $update --unimport mine" <<EOT
update-binfmts: warning: preserving local changes to mine
update-binfmts: warning: preserving local changes to mine
EOT
rm "$import/mine"
"$update" --remove mine /mnt/run
check 'unimport' exits 0 "$update" --unimport two
check 'takes it away' [ ! -e "$admin/two" ]
check 'from the kernel as well, before its package takes the import file away' gone two
rm "$import/two"

# A colon in a magic.
check 'a magic with a colon' exits 0 "$update" --install colon /mnt/run --magic 'CO:LON'
check 'is registered' there colon
check 'as it was given' says 'magic 434f3a4c4f4e' cat "$binfmt_misc/colon"
"$update" --remove colon /mnt/run

# A broken admin file stops nothing else.
printf 'p\nmagic\n0\n' >"$admin/short"
: >"$admin/empty"
printf 'p\nnonsense\n0\nNONS\n\n/mnt/run\n' >"$admin/wrong"
binfmt() { echo "$binfmt_misc/one"; }
"$update" --disable one
check 'enabling works beside it' exits 0 "$update" --enable one
check 'it is back, with broken files around' there one
check 'display shows the others' says '^one (enabled):' "$update" --display
check 'and says what is broken' says "warning: $admin/short corrupt: out of binfmt data reading magic" "$update" --display
check 'enabling all says so too' says "warning: $admin/empty corrupt: out of binfmt data reading package" "$update" --enable
check 'displaying it fails' exits 2 "$update" --display short
check 'it can be installed over' exits 0 "$update" --install short /mnt/run --magic SHRT
check 'and works then' there short
rm -f "$admin/short" "$admin/empty" "$admin/wrong"
"$ctl" apply >"$scratch/applied"

# Find.
printf 'ONE! more\n' >/mnt/one
chmod 755 /mnt/one
check 'find' gives 0 "$update" --find /mnt/one <<EOT
/mnt/run
EOT
check 'find nothing' gives 0 "$update" --find /mnt/run </dev/null
check 'find what is not there' exits 2 "$update" --find /mnt/nothing

# Detectors.
printf '#!/bin/sh\ngrep -q more "$1"\n' >/mnt/more
chmod 755 /mnt/more
check 'a detector beside a format without' exits 0 "$update" --install oneplus /mnt/other --magic 'ONE!' --detector /mnt/more
check 'both are enabled' [ "$("$update" --display | grep -c ' (enabled):')" -eq 2 ]
check 'by one entry' [ "$(names | wc -l)" -eq 1 ]
check 'which apply leaves as it is' settled
check 'the detector decides' says 'other: /mnt/one' /mnt/one
check 'find asks it first' gives 0 "$update" --find /mnt/one <<EOT
/mnt/other
/mnt/run
EOT
echo 'ONE! less' >/mnt/one
check 'otherwise it is the other' says 'run: /mnt/one' /mnt/one
check 'whichever goes' exits 0 "$update" --remove oneplus /mnt/other
check 'the other stays' says 'run: /mnt/one' /mnt/one
check 'and needs no dispatcher any more' says 'interpreter /mnt/run' cat "$binfmt_misc/one"
check 'F with a detector' exits 0 "$update" --install fix /mnt/run --magic FIX! --detector /mnt/more --fix-binary yes
check 'is registered' says 'flags: F' cat "$binfmt_misc/fix"
check 'and settled' settled
"$update" --remove fix /mnt/run

# In a chroot that sees the host's table, the host's interpreter stays pinned.
import_file pinned 'package p' 'interpreter /mnt/run' 'magic PINN' 'fix_binary yes'
"$update" --import pinned
there pinned && table >"$scratch/before"
mkdir -p /mnt/chroot
cat >/mnt/in-chroot <<'EOT'
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || exit 1
for d in /*; do
        if [ -L "$d" ]; then
                cp -P "$d" /mnt/chroot/
        elif [ -d "$d" ]; then
                mkdir "/mnt/chroot$d" && mount --rbind "$d" "/mnt/chroot$d" || exit 1
        fi
done
mount --bind /mnt/other /mnt/chroot/mnt/run || exit 1
chroot /mnt/chroot "$@"
exit $?
EOT
in_chroot() { unshare -mpf --mount-proc sh /mnt/in-chroot "$@"; }
check 'a chroot can import the same' exits 0 in_chroot "$update" --import pinned
table >"$scratch/after"
check 'and leaves what the host has pinned' same "$scratch/before" "$scratch/after"
"$update" --package p --remove pinned /mnt/run
rm "$import/pinned"

# What is switched off as a whole is somebody's decision.
echo 0 >"$binfmt_misc/status"
"$update" --disable one
check 'enabling while binfmt_misc is switched off says so' says "binfmt_misc as a whole is switched off" "$update" --enable one
check 'and leaves that alone' says '^disabled' cat "$binfmt_misc/status"
echo 1 >"$binfmt_misc/status"

# A machine on which nobody made the directories.
rm -rf "$admin"
check 'a missing admin directory is an empty one' gives 0 "$update" --display </dev/null
check 'for --find, too' gives 0 "$update" --find /mnt/run </dev/null
check 'import makes it' exits 0 "$update" --import one
check 'and declares the format there' [ -f "$admin/one" ]
rm -rf "$admin"
check 'so does install, with all above it' exits 0 "$update" --admindir /var/lib/new/admin --install deep /mnt/run --magic DEEP
check 'whose file is there' [ -f /var/lib/new/admin/deep ]
rm -rf "$admin" && : >"$admin"
check 'import fails if what it declares cannot be written' fails "$update" --import one
rm "$admin"

# As packages make it: a link, which purging binfmt-support deletes.
mkdir -p /var/lib/binfmtd/binfmts && ln -s binfmtd/binfmts "$admin"
check 'import follows the link' exits 0 "$update" --import one
check 'to where the files stand' [ -f /var/lib/binfmtd/binfmts/one ]
"$update" --display >"$scratch/displayed" 2>&1
displays_the_same() { "$@" >"$scratch/now" 2>&1; same "$scratch/displayed" "$scratch/now"; }
rm -rf "$admin"
check 'without the link, no format goes' settled
check 'and is declared' says '^one .*registered' "$ctl" list one
check '--test shows them' says '^one' "$update" --test --display
check 'and leaves the link' [ ! -e "$admin" ]
mount -o remount,ro /var/lib
check 'who cannot make the link displays the same' displays_the_same "$update" --display
mount -o remount,rw /var/lib
check '--display says the same' displays_the_same "$update" --display
check 'and has made the link again' says '^binfmtd/binfmts$' readlink "$admin"
rm -rf /var/lib/binfmtd
check 'import makes the directory behind it' exits 0 "$update" --import one
check 'which holds the file' [ -f /var/lib/binfmtd/binfmts/one ]
rm -rf "$admin"
check 'removing finds it' exits 0 "$update" --package p --remove one /mnt/run
check 'where it stands' [ ! -e /var/lib/binfmtd/binfmts/one ]
rm -rf "$admin" /var/lib/binfmtd

# Without an instance, what packages call writes files only, as what it mounts would keep an image busy; enable mounts it, as
# it is called at boot.
umount "$binfmt_misc"
check 'import without an instance' exits 0 "$update" --import one
check 'mounts nothing' [ ! -e "$binfmt_misc/register" ]
check 'nor does install, which says so' says 'mounts is not registered now' "$update" --install mounts /mnt/run --magic MOUN
check 'and mounts nothing' [ ! -e "$binfmt_misc/register" ]
check 'but declares it' [ -f "$admin/mounts" ]
check 'enable mounts' exits 0 "$update" --enable mounts
check 'and registers' there mounts


# Where it writes the table itself, too, nothing may stop this machine's programs: the pattern is where a static one begins.
if [ "$(uname -m)" = x86_64 ]; then
        printf '#!/bin/sh\nexit 1\n' >/mnt/fails
        chmod 755 /mnt/fails
        mkdir /mnt/admin
        check 'what stops programs of this machine is taken back' \
                says 'programs of this machine did not run while it was registered, so it was taken back' \
                "$update" --admindir /mnt/admin --install deadly /mnt/fails --magic '\x78\x00\x40' --offset 24
        check 'and not in the table' [ ! -e "$binfmt_misc/deadly" ]
fi

plan
