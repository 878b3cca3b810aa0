# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The machine of inside-fresh.sh after a boot: what was switched stays so, and the packages go and come back.
. /test/tap.sh
. /test/inside.sh

apt() { apt-get -q -y --no-install-recommends "$@" >"$scratch/apt" 2>&1 || { cat "$scratch/apt"; return 1; }; }
packages() { apt install /test/new/binfmtd_*.deb /test/new/binfmtd-binfmt-support_*.deb; }
ours_are_gone() { ! find $table -type f -perm -1000 | grep .; }
hello_of_arm() { [ "$(/test/hello-arm)" = "$(cat /test/hello)" ]; }

check 'the service is active' active
check 'what was disabled before the boot is so' soon lists qemu-arm disabled
check 'and its programs do not run' fails /test/hello-arm
check 'other machines'"'"' do' /test/hello-aarch64
check 'it is enabled again' binfmtctl enable qemu-arm
/test/hello-arm >/test/hello
check 'and runs' grep -q Hello /test/hello
check 'the format of somebody is there' in_table local

check 'the packages are removed' apt remove binfmtd binfmtd-binfmt-support
check 'with the service' fails systemctl is-active binfmtd
check 'and all entries of ours' ours_are_gone
check 'they come back' packages
check 'the service is active again' soon active
check 'an ARM program runs' hello_of_arm
check 'the format of somebody is still there' soon in_table local
check 'the packages are purged' apt purge binfmtd binfmtd-binfmt-support
check 'with all that they had' fails ls -d /etc/binfmtd /run/binfmtd
check 'they come back from nothing' packages
check 'an ARM program runs' hello_of_arm

# Where it never was enabled, its removal is nobody's business: systemd-binfmt, started, would flush the table.
systemctl disable --now binfmtd.service >/dev/null 2>&1
check 'the service is disabled' fails systemctl is-active binfmtd
echo ':marker:E::marker::/bin/true:' >$table/register
check 'an entry of somebody else is there' in_table marker
check 'the packages are removed once more' apt remove binfmtd binfmtd-binfmt-support
check 'and leave the entry' in_table marker
check 'no unit has failed' no_failed_unit
finish
