# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine whose kernel has binfmt_misc as a module, and which systemd's automount brings in at the first access: ours.
. /test/tap.sh
. /test/inside.sh

automount=proc-sys-fs-binfmt_misc.automount
mount=proc-sys-fs-binfmt_misc.mount

loaded() { lsmod | grep '^binfmt_misc '; }
unload() { systemctl stop $automount $mount && rmmod binfmt_misc; }

# No namespaces of their own there: it must say so, not touch the machine's table.
exec_is_refused() { ! binfmtctl exec --only-added -- true 2>"$scratch/why" && grep 'user namespace' "$scratch/why"; }

check 'the automount is the one of systemd' systemctl is-active $automount
check 'the service is active' active
check 'it was active before sysinit.target was' before_sysinit
check 'the module is loaded' loaded
check 'a unit right after sysinit.target could run a foreign program' grep -x 'early /test/hello.machine' /test/early
check 'all formats are registered' in_table machine-plain machine-pinned machine-home vendor
check 'a foreign program runs' runs /test/hello.machine /test/hello.machine
check 'a pinned interpreter runs' runs /test/hello.pinned 'PINNED || exit 99'
check 'an interpreter below /home runs' runs /test/hello.home /test/hello.home
check 'no unit has failed' no_failed_unit
check 'no unit has an ordering cycle' no_cycle
check 'systemd-binfmt was neither started nor stopped' vendor_rests
check 'binfmtctl finds nothing to do' nothing_to_do
check 'binfmtctl exec says what this kernel lacks' exec_is_refused

printf ':foreign:E::foreign::/usr/bin/true:' >$table/register
check 'a restart writes nothing' writes_nothing restarts
check 'killed, it comes back and writes nothing' writes_nothing comes_back
printf '[late]\nExtension=late\nInterpreter=/usr/bin/echo\n' >/etc/binfmtd/conf.d/late.conf
check 'a new drop-in is registered without a command' soon in_table late
rm /etc/binfmtd/conf.d/late.conf
check 'and is gone with its file' soon not_in_table late
echo -1 >$table/machine-plain
check 'an entry that somebody removed is back' soon in_table machine-plain
echo -1 >$table/status
check 'after a flush all of ours are back' soon in_table machine-plain machine-pinned machine-home vendor

check 'a stop works' systemctl stop binfmtd
check 'it holds neither mount nor module then' unload
check 'the automount comes back' systemctl start $automount
check 'a start works' systemctl start binfmtd
check 'its first access brings module and formats back' in_table machine-plain machine-pinned machine-home vendor
check 'still no unit has failed' no_failed_unit
finish
