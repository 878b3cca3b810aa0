# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The machine of inside-fresh.sh after a boot: what was switched stays so, the packages go and come back, and they stand beside others.
. /test/tap.sh
. /test/inside.sh
. /test/inside-fresh-lib.sh

removed() { apt_without_warning "$1" binfmtd binfmtd-binfmt-support; }
vendor_since() { systemctl show --value --property=ActiveEnterTimestampMonotonic systemd-binfmt.service; }

## After a boot

check 'the service is active' active
check 'systemd-binfmt did not start' vendor_rests
check 'what was disabled before the boot is so' soon lists qemu-arm disabled
check 'and its programs do not run' arm_stays_out
check 'those of another machine do' runs /test/hello-aarch64 'Hello from a 64-bit ARM program (aarch64)'
check 'it is enabled again' binfmtctl enable qemu-arm
check 'and runs' arm_runs
check 'the format of somebody'"'"'s own works' local_runs
check 'nothing is left to do' soon nothing_to_do

## Removed, and back

# For it, apt would bring binfmt-support in our place.
check 'what depends on update-binfmts is removed' apt_without_warning purge jarwrapper
check 'the format is switched off again' binfmtctl disable qemu-arm
check 'the packages are removed' removed remove
check 'with the service' fails systemctl is-active binfmtd
check 'and all entries of ours' fails ours_in_table
check 'systemd-binfmt registers its own again' soon arm_runs
check 'what is nobody'"'"'s now does not run' local_stays_out
check 'what was said in /etc stays' grep -x 'Enabled=no' /etc/binfmtd/override.d/zz-switched.conf
check 'no unit has failed' no_failed_unit
check 'they come back' packages apt_without_warning
check 'the service is active again' soon active
check 'and has what was said' soon lists qemu-arm disabled
check 'so that it does not run' arm_stays_out
check 'the format of somebody'"'"'s own works again' local_runs
check 'it is enabled' binfmtctl enable qemu-arm
check 'and runs' arm_runs

## Purged, and back

check 'the packages are purged' removed purge
check 'with all that they had on disk' fails ours_on_disk
check 'the admin files' fails ls -d /var/lib/binfmts
check 'and all entries of ours' fails ours_in_table
check 'systemd-binfmt registers its own again' soon arm_runs
check 'no unit has failed' no_failed_unit
check 'they come back from nothing' packages apt_without_warning
check 'an ARM program runs' arm_runs
check 'what was purged is forgotten' local_stays_out
check 'what packages brought is imported' display_shows "$(basename /usr/share/binfmts/python3.*)" enabled
check 'nothing is left to do' soon nothing_to_do

## Over binfmt-support, which is removed but not purged

check 'it takes the place of ours' apt install binfmt-support
check 'and ours is gone' apt_without_warning purge binfmtd binfmtd-binfmt-support
check 'it takes a format of somebody'"'"'s own' update-binfmts --install local /usr/local/bin/local-interpreter --magic LOCAL
check 'which works' local_runs
check 'ours take its place' packages apt_without_warning
is_rc() { dpkg-query -W -f '${db:Status-Abbrev}\n' binfmt-support | grep '^rc'; }
check 'and leave it as what was removed' is_rc
check 'the format works' soon local_runs
check 'what is left of it is purged' apt_without_warning purge binfmt-support
check 'the format is still shown' display_shows local enabled
check 'still works' local_runs
check 'and does so without the daemon of before' restarts
check 'whose successor has it' soon local_runs

## Never enabled

check 'the packages are purged again' removed purge
check 'an administrator says that it shall not start' systemctl mask binfmtd.service
# That Debian's own scripts warn of.
check 'the packages are installed' packages apt
check 'the service does not start' fails systemctl is-active binfmtd
echo ':marker:E::marker::/bin/true:' >$table/register
vendor_since >"$scratch/vendor"
check 'the packages are removed' removed remove
check 'which leaves the entry of somebody else' in_table marker
vendor_since >"$scratch/vendor-now"
check 'as it starts nobody' same "$scratch/vendor" "$scratch/vendor-now"
check 'so does a purge' removed purge
check 'leave it' in_table marker
check 'no package is half installed' silent dpkg --audit
check 'no unit has failed then' no_failed_unit
finish
