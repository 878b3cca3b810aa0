# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine that was booted with binfmtd enabled: the boot, then a life.
. /test/tap.sh
. /test/inside.sh

conf=/etc/binfmtd/conf.d
status_counts() {
        systemctl show --property=StatusText binfmtd
        systemctl show --property=StatusText binfmtd | grep -E '=.*[0-9]+ registered'
}

# What the journal holds of one format, by our own field.
journal_knows() { journalctl -b --no-pager "BINFMT_NAME=$1" | tee "$scratch/journal" | grep "$1"; }

only_foreign() {
        (cd $table && printf '%s\n' *) | grep -vxE 'register|status|foreign' && return 1
        in_table foreign
}

## The boot

check 'the service is active' active
check 'it was active before sysinit.target was' before_sysinit
check 'formats of ours and of binfmt.d are registered' soon in_table machine-plain machine-pinned vendor
check 'one that a credential defines, too' in_table machine-extra
check 'a unit right after sysinit.target could run a foreign program' grep -x 'early /test/hello.machine' /test/early
check 'a foreign program runs' runs /test/hello.machine /test/hello.machine
check 'the pinned interpreter runs' runs /test/hello.pinned 'PINNED || exit 99'
check 'F pins what it says, inside the sandbox' grep -x 'flags: F' $table/machine-pinned
check 'an interpreter below /home is seen in the sandbox' runs /test/hello.home /test/hello.home
check 'no unit has failed' no_failed_unit
check 'no unit has an ordering cycle' no_cycle
check 'systemd-binfmt was neither started nor stopped' vendor_rests
check 'as doctor sees' doctor_says '"active":false},"systemdBinfmtWithheld":true'
check 'the status counts' status_counts
check 'the journal can be asked for one format' journal_knows machine-plain
check 'systemd-analyze verify is silent' silent systemd-analyze verify --man=no "$(property FragmentPath)"
check 'systemd-analyze security says at most 1.5' \
        systemd-analyze security --no-pager --offline=yes --threshold=15 "$(property FragmentPath)"
check 'binfmtctl finds nothing to do' nothing_to_do

## A life

printf ':foreign:E::foreign::/usr/bin/true:' >$table/register
check 'a restart writes nothing' writes_nothing restarts
check 'a reload writes nothing' writes_nothing systemctl reload binfmtd
check 'killed, it comes back and writes nothing' writes_nothing comes_back

printf '[late]\nExtension=late\nInterpreter=/usr/bin/echo\n' >"$conf/late.conf"
check 'a new drop-in is registered without a command' soon in_table late
rm "$conf/late.conf"
check 'and is gone with its file' soon not_in_table late

# Static programs of this machine, by an interpreter that runs none: the canary has to live in the sandbox.
taken_back() { journal_knows deadly | grep 'programs of this machine did not run while it was registered, so it was taken back'; }
printf '#!/bin/sh\nexit 1\n' >/usr/local/bin/runs-nothing
chmod 755 /usr/local/bin/runs-nothing
printf '[deadly]\nMagic=\\x02\\x00\nOffset=16\nInterpreter=/usr/local/bin/runs-nothing\nAllowNative=yes\n' >"$conf/deadly.conf"
check 'what stops programs of this machine is taken back' soon taken_back
check 'and not in the table' not_in_table deadly
rm "$conf/deadly.conf" /usr/local/bin/runs-nothing

echo -1 >$table/machine-plain
check 'an entry that somebody removed is back' soon in_table machine-plain
echo 0 >$table/machine-plain
check 'and one that somebody switched off' soon grep -x enabled $table/machine-plain
echo -1 >$table/status
check 'after a flush all of ours are back' soon in_table machine-plain machine-pinned machine-home vendor
printf ':foreign:E::foreign::/usr/bin/true:' >$table/register

packaged() { sed -n 's/^:\([^:]*\):.*/\1/p' /usr/lib/binfmt.d/qemu-*.conf; }
# shellcheck disable=SC2046
all_packaged() {
        [ "$(packaged | wc -l)" -ge 29 ] || { echo 'less than 29 formats are packaged'; return 1; }
        in_table $(packaged)
}
none_packaged() { ! (cd $table && ls -d qemu-* 2>/dev/null); }
memory() { sed -n "s/^$1:[[:space:]]*\([0-9]*\) kB$/\1/p" "/proc/$(property MainPID)/smaps_rollup"; }
instrumented() { grep -q __asan_init /usr/sbin/binfmtd; }
install() { apt-get -q install -y --no-download --no-install-recommends "$@" qemu-user-static; }

check 'apt-get install qemu-user-static works' install
check 'all its formats come to life without a command' soon all_packaged
check 'binfmtctl finds nothing to do then' soon nothing_to_do
# With 100 formats or so; the PSS of some 30 is checked below.
own=$(memory Pss_Anon)
echo "# PSS $(memory Pss) KiB, of which $own KiB are its own"
instrumented || check 'with all of them less than 1 MiB of memory is its own' [ "$own" -lt 1024 ]
check 'a reinstallation works' install --reinstall
check 'no pin is stale after it' soon nothing_to_do
check 'and all formats are there' all_packaged
check 'apt-get remove works' apt-get -q remove -y --auto-remove qemu-user-static
check 'it takes all its formats away' soon none_packaged
check 'binfmtctl finds nothing to do after it' soon nothing_to_do

check 'a stop works' systemctl stop binfmtd
check 'it leaves only what is foreign' only_foreign
check 'a start works' systemctl start binfmtd
check 'all is back' soon in_table machine-plain machine-pinned machine-home vendor foreign

mount=proc-sys-fs-binfmt_misc.mount
status_says() { systemctl show --value --property=StatusText binfmtd | grep -E "$1"; }
without_mount() { systemctl stop binfmtd $mount && systemctl start binfmtd; }
check 'it starts where nothing is mounted' without_mount
check 'and says so' status_says '^unavailable: '
check 'the mount comes' systemctl start $mount
check 'and all formats with it' soon in_table machine-plain machine-pinned machine-home vendor

# What it needs among a machine's other processes, with whom it shares the libraries: some 30 formats, and no others declared.
with_thirty() {
        for file in /usr/lib/binfmtd/conf.d/*.conf; do ln -s /dev/null "$conf/${file##*/}"; done
        for i in $(seq 26); do printf '[thirty%s]\nExtension=thirty%s\nInterpreter=/usr/bin/echo\n' "$i" "$i"; done >"$conf/thirty.conf"
        soon status_says '^3[0-9] registered(, 1 foreign)?$' && systemctl reset-failed binfmtd && systemctl restart binfmtd &&
                soon status_says '^3[0-9] registered(, 1 foreign)?$'
}
needs_less() { echo "PSS $(memory Pss) KiB, of which $(memory Pss_Anon) KiB are its own"; [ "$(memory Pss)" -lt "$1" ]; }
check 'it has some 30 formats' with_thirty
instrumented || check 'and needs less than 2 MiB of memory' needs_less 2048
find "$conf" -type l -delete
rm "$conf/thirty.conf"

check 'still no unit has failed' no_failed_unit
check 'systemd-binfmt did nothing in all that time' vendor_rests
finish
