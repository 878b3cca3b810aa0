# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a root without a running systemd: nothing fails, and binfmtctl does the work once.
. /src/tap.sh

table=/proc/sys/fs/binfmt_misc
in_table() { ls "$table/$1"; }
registered() { ls $table | grep -vE '^(register|status)$'; }
silent_of_warnings() { "$@" >"$scratch/said" 2>&1 || { cat "$scratch/said"; return 1; }; cat "$scratch/said"; ! grep -iE 'warning|error|unable|failed' "$scratch/said"; }
shows_local() { update-binfmts --display local | grep '^local (enabled):'; }
runs() { [ "$(/src/hello.machine)" = /src/hello.machine ] || { /src/hello.machine; return 1; }; }

echo 'exit 99' >/src/hello.machine
chmod +x /src/hello.machine

check 'there is no systemd' fails ls /run/systemd/system
# shellcheck disable=SC2046
packages() { echo /src/new/binfmtd_*.deb /src/new/binfmtd-binfmt-support_*.deb; }
# shellcheck disable=SC2046
check 'dpkg -i does not fail' silent_of_warnings dpkg -i $(packages)
check 'nor has it registered anything' fails registered
# What people write goes to a directory that the package has brought.
printf '[machine]\nExtension=machine\nInterpreter=/usr/bin/echo\n' >/etc/binfmtd/conf.d/machine.conf
check 'there is a place for local formats' update-binfmts --install local /usr/bin/echo --magic LOCAL
check 'which is shown' shows_local
check 'and disabling has its place, too' binfmtctl disable machine
check 'as has enabling' binfmtctl enable machine
check 'binfmtctl apply works' binfmtctl apply
check 'and registers' in_table machine
check 'and a program runs' runs
# shellcheck disable=SC2046
check 'nor does it fail where they are installed' dpkg -i $(packages)
check 'what is registered stays' in_table machine
check 'and what was installed locally' shows_local
removed() { dpkg --remove binfmtd-binfmt-support && ls /var/lib/binfmts/local; }
check 'one without the other leaves the local format' removed
# shellcheck disable=SC2046
check 'for when it comes back' dpkg -i $(packages)
check 'and has it' shows_local
check 'binfmtctl unregister works' binfmtctl unregister
check 'dpkg --purge does not fail' dpkg --purge binfmtd-binfmt-support binfmtd
left() { find /etc /run /usr/lib /usr/share /var/lib -path /var/lib/dpkg -prune -o -iname '*binfmtd*' -print | grep .; }
check 'and leaves nothing' fails left
check 'nor any format' fails ls -d /var/lib/binfmts

# Into a root that maintainer scripts do not enter: its dpkg knows what stands here.
mkdir -p /target/etc /target/var/lib/dpkg/info /target/var/lib/dpkg/updates && cp /var/lib/dpkg/status /target/var/lib/dpkg/
cp /var/lib/dpkg/info/*.list /target/var/lib/dpkg/info/
elsewhere() { silent_of_warnings dpkg --root=/target --force-script-chrootless "$@"; }
# shellcheck disable=SC2046
check 'dpkg --root does not fail' elsewhere -i $(packages)
check 'there is the directory of admin files' ls -d /target/var/lib/binfmts/
check 'and none here' fails ls -d /var/lib/binfmts
printf ':\nextension\n0\nx\n\n/bin/x\n\nno\nno\nno\n' >/target/var/lib/binfmts/local
check 'one without the other can be removed there' elsewhere --remove binfmtd-binfmt-support
check 'and leaves what was in it' ls /target/var/lib/binfmts/local
check 'both can be purged' elsewhere --purge binfmtd-binfmt-support binfmtd
check 'and leave nothing' fails ls -d /target/var/lib/binfmts /target/var/lib/binfmtd /target/etc/binfmtd
check 'nothing was registered' fails registered
plan
