# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a root without a running systemd: nothing fails, and binfmtctl does the work once.
. /src/tap.sh

table=/proc/sys/fs/binfmt_misc
in_table() { ls "$table/$1"; }
runs() { [ "$(/src/hello.machine)" = /src/hello.machine ] || { /src/hello.machine; return 1; }; }

mkdir -p /etc/binfmtd/conf.d
printf '[machine]\nExtension=machine\nInterpreter=/usr/bin/echo\n' >/etc/binfmtd/conf.d/machine.conf
echo 'exit 99' >/src/hello.machine
chmod +x /src/hello.machine

check 'there is no systemd' fails ls /run/systemd/system
# shellcheck disable=SC2046
packages() { echo /src/new/binfmtd_*.deb /src/new/binfmtd-binfmt-support_*.deb; }
# shellcheck disable=SC2046
check 'dpkg -i does not fail' dpkg -i $(packages)
check 'nor has it registered anything' fails in_table machine
check 'binfmtctl apply works' binfmtctl apply
check 'and registers' in_table machine
check 'and a program runs' runs
# shellcheck disable=SC2046
check 'nor does it fail where they are installed' dpkg -i $(packages)
check 'what is registered stays' in_table machine
check 'binfmtctl unregister works' binfmtctl unregister
check 'dpkg --purge does not fail' dpkg --purge binfmtd-binfmt-support binfmtd
left() { find /etc /run /usr/lib /usr/share /var/lib -path /var/lib/dpkg -prune -o -iname '*binfmtd*' -print | grep .; }
check 'and leaves nothing' fails left
plan
