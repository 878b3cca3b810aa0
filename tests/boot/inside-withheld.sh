# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine that has no module binfmt_misc at first, as after an upgrade of the running kernel; then it comes.
. /test/tap.sh
. /test/inside.sh

# By what the service says of itself: looking at the table would ask for the mount.
status_says() { systemctl show --value --property=StatusText binfmtd | grep -E "$1"; }
complains() { journalctl -b --no-pager --unit=binfmtd --priority=warning | grep binfmtd; }
not_loaded() { ! lsmod | grep binfmt_misc; }

bring() {
        mv /test/binfmt_misc.ko "/lib/modules/$(uname -r)/" && depmod && modprobe binfmt_misc
}

check 'there is no module' not_loaded
check 'the service is active' active
check 'it was active before sysinit.target was' before_sysinit
check 'it is unavailable, which it says' status_says '^unavailable: '
check 'and that is neither an error nor a warning' fails complains
check 'it has not failed' fails systemctl is-failed binfmtd
check 'no unit has an ordering cycle' no_cycle

check 'the module comes' bring
check 'all comes to life' soon status_says '^[1-9][0-9]* registered'
check 'all formats are registered' in_table machine-plain machine-pinned machine-home vendor
check 'a foreign program runs' runs /test/hello.machine /test/hello.machine
check 'a pinned interpreter runs' runs /test/hello.pinned 'PINNED || exit 99'
check 'no unit has failed' no_failed_unit
check 'binfmtctl finds nothing to do' nothing_to_do
check 'a restart writes nothing' writes_nothing restarts
finish
