# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine that was booted with binfmtd enabled: what the service may write to, and that formats are switched whatever happens to
# /etc/binfmtd while it runs. vendor is defined in /usr/lib/binfmt.d, so it stays declared.
. /test/tap.sh
. /test/inside.sh

switched=/etc/binfmtd/override.d/zz-switched.conf
within() { nsenter --target "$(property MainPID)" --mount -- "$@"; }
may_write() { for dir in "$@"; do within touch "$dir/x" && rm "$dir/x" || { echo "$dir is read-only"; return 1; }; done; }
may_only_read() {
        for dir in "$@"; do
                within test -d "$dir" || { echo "$dir is not there"; return 1; }
                ! within touch "$dir/x" 2>/dev/null || { rm "$dir/x"; echo "$dir can be written"; return 1; }
        done
}
switches() { binfmtctl "$1" vendor && lists vendor "$2"; }
file_says() { cat $switched; grep -x "$1" $switched; }
bus_disables() { busctl call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Disable asb 1 vendor false; }
replace() { cp -a /etc/binfmtd /etc/copy && mv /etc/binfmtd /etc/away && mv /etc/copy /etc/binfmtd; }
put_back() { rm -rf /etc/binfmtd && mv /etc/away /etc/binfmtd; }
mode_of() { stat -c %a "$1" | grep -x "$2"; }

check 'the service is active' active

## The sandbox

check 'it may write to two directories' may_write /run/binfmtd /etc/binfmtd /etc/binfmtd/override.d
check 'of /run, to no other one' may_only_read /run /run/systemd /run/lock /run/user
check 'of /etc, to no other one' may_only_read /etc /etc/binfmt.d /etc/systemd/system
check 'nor anywhere else' may_only_read / /usr /var /var/tmp /tmp /dev /dev/shm /dev/mqueue /home /root /sys /proc/sys/fs
bounded() { property "$1" | tee "$scratch/bound" | grep -E '^[0-9]+(ms)?$'; }
check 'its memory is bounded' bounded MemoryMax
check 'and its share of the processors' bounded CPUQuotaPerSecUSec

many=/etc/binfmtd/conf.d/many.conf
peak() { sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' "/proc/$(property MainPID)/status"; }
with_many() {
        for i in $(seq 10000); do printf '[many%s]\nExtension=many%s\nInterpreter=/usr/bin/echo\n\n' "$i" "$i"; done >/etc/many.conf
        mv /etc/many.conf $many && soon in_table many1 many10000 && systemctl restart binfmtd && active
}
far_below() { echo "at most $(peak) KiB"; [ "$(($(peak) * 4096))" -lt "$(property MemoryMax)" ]; }
check '10,000 definitions come to life' with_many
instrumented() { grep -q __asan_init /usr/sbin/binfmtd; }
instrumented || check 'for which a quarter of the bound is enough' far_below
rm $many
check 'and they go' soon not_in_table many1 many10000

## /etc/binfmtd is replaced

check 'a format can be switched off' switches disable disabled
check 'and on' switches enable registered
check 'the directory can be replaced' replace
check 'then a format can be switched off' switches disable disabled
check 'which a file in the new directory says' file_says Enabled=no
check 'and on, to go on with' switches enable registered

# What a client on the bus gets to know, and whether it is true.
refused() { ! bus_disables >"$scratch/refusal" 2>&1; }
advised() { grep -o 'systemctl restart binfmtd' "$scratch/refusal"; }
check 'on the bus it cannot be switched' refused
check 'the error says what helps' advised
check 'that can be done' sh -c "$(advised)"
check 'and does help' soon bus_disables
check 'as the file says' file_says Enabled=no

check 'the directory that was there at first can be put back' put_back
check 'the daemon follows it' soon lists vendor registered
check 'a format can be switched off then' switches disable disabled
check 'the directory can be removed' rm -rf /etc/binfmtd
check 'the daemon follows that' soon lists vendor registered
umask 077
check 'a format can be switched off then, too' switches disable disabled
umask 022
check 'everyone may look into what was made' mode_of /etc/binfmtd 755
check 'and read the file' mode_of $switched 644
check 'it can be switched on' switches enable registered
check 'and the directory be removed once more' rm -rf /etc/binfmtd
check 'for update-binfmts, which switches it off' update-binfmts --disable vendor
check 'as the file says' file_says Enabled=no
check 'and the daemon' lists vendor disabled
check 'it can be switched on again' switches enable registered
check 'where it is missing at a start' sh -c 'rm -rf /etc/binfmtd && systemctl restart binfmtd'
check 'it is made' mode_of /etc/binfmtd 755
check 'and a client on the bus has its way' bus_disables
check 'binfmtctl, too' switches enable registered

## A read-only /etc

read_only() { mount --bind /etc /etc && mount -o remount,bind,ro /etc && systemctl restart binfmtd; }
hint() { sed -n 's/^ *hint: \(--[a-z]*\) .*/\1/p' "$scratch/refusal"; }
fails_to_disable() {
        ! binfmtctl disable vendor >"$scratch/refusal" 2>&1 || return 1
        cat "$scratch/refusal"
        grep -q 'Read-only file system$' "$scratch/refusal"
}
check 'with a read-only /etc the service starts' read_only
check 'and is active' active
check 'the error says why nothing can be switched' fails_to_disable
check 'and what can be done' [ "$(hint)" = --runtime ]
check 'which works' binfmtctl disable "$(hint)" vendor
check 'the format is disabled' lists vendor disabled
umount /etc
check 'no unit has failed' no_failed_unit
finish
