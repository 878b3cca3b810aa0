# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine to which nothing was done: our packages and QEMU's are installed by apt-get, and that is all. Then what somebody does
# with them on the first day, as a user reads it in the manual. Nothing here makes a directory for binfmtd.
. /test/tap.sh
. /test/inside.sh

apt() {
        apt-get -q -y --no-install-recommends "$@" >"$scratch/apt" 2>&1
        apt_status=$?
        cat "$scratch/apt"
        [ "$apt_status" -eq 0 ]
}
apt_in_silence() { apt "$@" && ! grep -iE 'warning|error|unable|failed|cannot' "$scratch/apt"; }
switched() { grep -qx "\[$1\]" /etc/binfmtd/override.d/zz-switched.conf; }
arm() { runs /test/hello-arm "$hello"; }
no_arm() { ! /test/hello-arm >/dev/null 2>&1; }
switches() { # switches VERB STATE: a user does it, and sees it
        silent_verb "$1" qemu-arm && soon lists qemu-arm "$2"
}
silent_verb() { binfmtctl "$@" >"$scratch/verb" 2>&1 || { cat "$scratch/verb"; return 1; }; ! grep -iE 'cannot|error|warning' "$scratch/verb"; }
off_and_on() {
        switches disable disabled && switched qemu-arm && no_arm && switches enable registered && arm
}
set_priority() {
        printf '#!/bin/sh\nprintf "[qemu-arm]\\nPriority=%s\\n" >"$1"\n' "$1" >"$scratch/editor"
        chmod +x "$scratch/editor"
        EDITOR=$scratch/editor binfmtctl edit qemu-arm
}
edits() { set_priority 7 >"$scratch/edit" 2>&1 || { cat "$scratch/edit"; return 1; }; soon shows Priority=7; }
shows() { binfmtctl show qemu-arm | grep -iE "priority.*${1#*=}"; }
in_silence() { "$@" >"$scratch/silent" 2>&1; silent_status=$?; cat "$scratch/silent"; [ $silent_status -eq 0 ] && ! grep -iE 'warning|error|cannot|unable' "$scratch/silent"; }
says_local() { [ "$(/test/local)" = 'local /test/local' ]; }

## Installed

check 'our packages and QEMU are installed without a warning' apt_in_silence install /test/new/binfmtd_*.deb \
        /test/new/binfmtd-binfmt-support_*.deb qemu-user-static
hello=$(/test/hello-arm)
check 'an ARM program runs' [ "${hello%% *}" = Hello ]
check 'the service is active' active
check 'and enabled' systemctl is-enabled binfmtd
check 'nothing is left to do' soon nothing_to_do
check 'doctor has no error' doctor_is_silent_of '"severity":"error"'
check 'the directories for files of one'"'"'s own are there' ls -d /etc/binfmtd/conf.d /etc/binfmtd/override.d /var/lib/binfmts

## binfmtctl

check 'a format is switched off and on' off_and_on
check 'edit changes a key of it' edits
check 'and the program runs' arm

## update-binfmts

# Since Debian 13, QEMU has files for binfmt.d alone, which --display does not show.
displays_all() {
        update-binfmts --display >"$scratch/displayed" || return 1
        for imported in /usr/share/binfmts/*; do
                [ ! -e "$imported" ] || grep "^${imported##*/} (enabled)" "$scratch/displayed" || return 1
        done
}
check 'update-binfmts --display shows what packages brought for it' displays_all
check '--import has nothing to say' in_silence update-binfmts --import
printf '#!/bin/sh\necho local "$@"\n' >/usr/local/bin/local-interpreter && chmod +x /usr/local/bin/local-interpreter
printf 'LOCAL\n' >/test/local && chmod +x /test/local
check '--install takes a format of one'"'"'s own' in_silence update-binfmts --install local /usr/local/bin/local-interpreter --magic LOCAL
check 'which works' says_local
check '--disable switches it off' in_silence update-binfmts --disable local
check 'so that it is not there' not_in_table local
check '--enable switches it on' in_silence update-binfmts --enable local
check 'and it works' says_local
check 'packages that call it are installed without a warning' apt_in_silence install python3-minimal jarwrapper
check 'their formats are there' soon in_table jarwrapper

## /etc/binfmtd, moved, replaced, removed

mv /etc/binfmtd /etc/away
check 'without /etc/binfmtd, a format is switched off and on' off_and_on
rm -rf /etc/binfmtd && mv /etc/away /etc/binfmtd
check 'so it is once it is back' off_and_on
cp -a /etc/binfmtd /etc/copy && rm -rf /etc/binfmtd && mv /etc/copy /etc/binfmtd
check 'and with a copy in its place' off_and_on
check 'edit works with that' set_priority 8
rm -rf /etc/binfmtd
check 'and where it was removed' off_and_on
check 'the service is the same' active
check 'it may write below /run only where it has to' fails nsenter -t "$(property MainPID)" -m touch /run/x
check 'which is there' nsenter -t "$(property MainPID)" -m touch /run/binfmtd/x

## What lasts over a boot

check 'a format is switched off for good' switches disable disabled
check 'no unit has failed' no_failed_unit
finish
