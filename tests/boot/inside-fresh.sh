# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine to which nothing was done: our packages and QEMU's are installed by apt-get, and that is all. Then what somebody does
# with them on the first day, as a user reads it in the manual. Nothing here makes a directory for binfmtd.
. /test/tap.sh
. /test/inside.sh
. /test/inside-fresh-lib.sh

switches=/etc/binfmtd/override.d/zz-switched.conf
switched_off() { grep -A1 -Fx '[qemu-arm]' $switches | grep -x 'Enabled=no'; }
turns_off() { without_warning binfmtctl disable qemu-arm && switched_off && soon lists qemu-arm disabled && arm_stays_out; }
turns_on() { without_warning binfmtctl enable qemu-arm && soon lists qemu-arm registered && arm_runs; }
# What is in the editor then is the whole of the override.
edits() {
        printf '#!/bin/sh\nprintf "[qemu-arm]\\nPriority=%s\\n" >"$1"\n' "$1" >"$scratch/editor" && chmod +x "$scratch/editor" &&
                without_warning env EDITOR="$scratch/editor" binfmtctl edit qemu-arm &&
                grep -x "Priority=$1" /etc/binfmtd/override.d/qemu-arm.conf && soon has_priority "$1"
}
has_priority() { binfmtctl show qemu-arm >"$scratch/show"; cat "$scratch/show"; grep -iE "priority[:=]? *$1\$" "$scratch/show"; }
all_of_it() {
        check "$1, a format is switched off" turns_off
        check 'and on' turns_on
        check 'and edited' edits "$2"
}

## Installed

echo "# $(systemctl --version | head -n 1)"
check 'there is no trace of binfmtd' fails ours_on_disk
check 'nor of binfmt-support' fails ls -d /var/lib/binfmts
check 'our packages and QEMU are installed without a warning' apt_without_warning install /test/new/binfmtd_*.deb \
        /test/new/binfmtd-binfmt-support_*.deb qemu-user-static
check 'the service is active' active
check 'and enabled' systemctl is-enabled binfmtd
check 'systemd-binfmt has gone out of its way' fails systemctl is-active systemd-binfmt
check 'nothing is left to do' soon nothing_to_do
doctor_is_content() { binfmtctl doctor >"$scratch/doctor"; cat "$scratch/doctor"; grep -qE '^0 errors, 0 warnings' "$scratch/doctor"; }
check 'doctor has neither error nor warning' doctor_is_content
check 'an ARM program runs' arm_runs
check 'the directories for files of one'"'"'s own are there' ls -d /etc/binfmtd/conf.d /etc/binfmtd/override.d /var/lib/binfmts/

## binfmtctl

all_of_it 'right away' 7

## update-binfmts

# Since Debian 13, QEMU brings definitions for systemd-binfmt only.
check 'update-binfmts --display works' without_warning update-binfmts --display
[ ! -e /usr/share/binfmts/qemu-arm ] || check 'and shows QEMU' display_shows qemu-arm enabled
check '--import has nothing to say' without_a_word update-binfmts --import
printf '#!/bin/sh\necho local "$@"\n' >/usr/local/bin/local-interpreter && chmod +x /usr/local/bin/local-interpreter
printf 'LOCAL || exit 99\n' >/test/hello.local && chmod +x /test/hello.local
check '--install takes a format of one'"'"'s own' without_a_word update-binfmts --install local /usr/local/bin/local-interpreter \
        --magic LOCAL
check 'which works' local_runs
check '--disable switches it off' without_a_word update-binfmts --disable local
check 'as it says' display_shows local disabled
check 'so that it is not there' not_in_table local
check '--enable switches it on' without_a_word update-binfmts --enable local
check 'and it works' local_runs
check 'there is no Python, nor jarwrapper' fails ls /usr/bin/python3 /usr/bin/jarwrapper /usr/share/binfmts/jarwrapper
check 'packages that call it are installed without a warning' apt_without_warning install python3-minimal jarwrapper
python=$(basename /usr/share/binfmts/python3.*)
check 'their formats are there' soon in_table jarwrapper "$python"
check 'as it says, too' display_shows "$python" enabled
check 'doctor is content with that' doctor_is_content

## /etc/binfmtd, moved, replaced, removed

mv /etc/binfmtd /etc/away
all_of_it 'without /etc/binfmtd' 8
rm -rf /etc/binfmtd && mv /etc/away /etc/binfmtd
all_of_it 'once it is back' 9
cp -a /etc/binfmtd /etc/copy && rm -rf /etc/binfmtd && mv /etc/copy /etc/binfmtd
all_of_it 'with a copy in its place' 11
rm -rf /etc/binfmtd
all_of_it 'where it was removed' 12
check 'nothing is left to do then' soon nothing_to_do
check 'all that is one and the same daemon' [ "$(property NRestarts)" = 0 ]

# As the daemon sees it: util-linux goes into its mount namespace.
daemon_writes() { nsenter --mount --target "$(property MainPID)" touch "$1/x" && rm "$1/x"; }
check 'the daemon may write below its directory in /run' daemon_writes /run/binfmtd
check 'not beside it' fails daemon_writes /run
check 'nor to systemd'"'"'s' fails daemon_writes /run/systemd/system
check 'nor to /etc' fails daemon_writes /etc

## What lasts over a boot

check 'a format is switched off for good' turns_off
check 'no unit has failed' no_failed_unit
finish
