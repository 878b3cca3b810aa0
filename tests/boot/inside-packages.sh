# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine that binfmt-support serves: our packages over it, an upgrade, purges, and back.
. /test/tap.sh
. /test/inside.sh

apt() {
        apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confdef "$@" >"$scratch/apt" 2>&1
        apt_status=$?
        cat "$scratch/apt"
        [ "$apt_status" -eq 0 ] && ! grep -E '^(dpkg: (error|warning)|E: |Failed to )|returned error exit status|: (not found|cannot )' "$scratch/apt"
}
# apt_in_silence …: nor does anybody say anything that he would better not
apt_in_silence() { apt "$@" && ! grep -iE 'warning|error|unable|failed' "$scratch/apt"; }
installed() { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep '^ii'; }
version() { dpkg-query -W -f '${Version}' binfmtd; }

## What there is to run

mkdir /test/programs
cp /test/hello-aarch64 /test/hello-arm /test/empty.jar /test/programs/
printf 'MZ, or nearly\n' >/test/programs/windows.exe
printf 'LOCAL\n' >/test/programs/local
printf '#!/bin/sh\necho local "$@"\n' >/usr/local/bin/local-interpreter
chmod +x /usr/local/bin/local-interpreter
make_programs() {
        (cd /test/programs && echo 'print("python")' >p.py &&
                python3 -c 'import py_compile; py_compile.compile("p.py", cfile="p.pyc")' && rm p.py) &&
                cp /usr/lib/mono/4.5/gacutil.exe /test/programs/net.exe && chmod +x /test/programs/*
}

# What each of them says, and how it ends.
run_programs() {
        for program in /test/programs/*; do
                timeout 60 "$program" >"$scratch/said" 2>&1 </dev/null
                echo "== $program: $?"
                head -n 3 "$scratch/said"
        done
}
display() { update-binfmts --display; }
# What is installed, whether it is enabled or not
description() { display | sed 's/ ([a-z]*):$/:/'; }

## An exec loop: what fails, and when

execute_on() {
        while [ ! -e "$scratch/enough" ]; do
                read -r begin _ </proc/uptime
                [ "$(/test/programs/hello-arm 2>&1)" = "$hello" ] || echo "$begin" >>"$scratch/missing"
                echo run >>"$scratch/runs"
        done
}
begin_loop() {
        rm -f "$scratch/enough" "$scratch/missing" "$scratch/runs"
        execute_on &
        loop=$!
}
end_loop() {
        touch "$scratch/enough" "$scratch/missing" "$scratch/runs"
        wait "$loop"
        # In hundredths of a second, as the kernel tells it; both clocks run from the boot.
        took_over=$(awk "BEGIN { printf \"%d\", $(since binfmtd.service) / 10000 }")
        awk -v t="$took_over" '{ n[$1 * 100 > t]++ }
                END { print n[0] + 0, n[1] + 0 }' "$scratch/missing" >"$scratch/count"
        read -r before after <"$scratch/count"
        echo "# $1: $(wc -l <"$scratch/runs") programs run, $before failed before binfmtd had taken over, $after after"
}
none_missing_after() { [ "$(wc -l <"$scratch/runs")" -ge 20 ] && [ "$after" -eq 0 ]; }
none_missing() { none_missing_after && [ "$before" -eq 0 ]; }

## As it was

cp /test/wine.deb /var/cache/apt/archives/wine_99_all.deb
# shellcheck disable=SC2046
check 'binfmt-support and its callers can be installed' apt install binfmt-support $(cat /test/callers) /test/wine.deb \
        /var/cache/apt/archives/wine-binfmt_*.deb
check 'there are programs to run' make_programs
check 'and somebody has a format of his own' update-binfmts --install local /usr/local/bin/local-interpreter --magic LOCAL
# As after a boot: each time that a package brings a file for binfmt.d, systemd-binfmt flushes the table, also of what
# binfmt-support has registered.
check 'systemd-binfmt has all of its formats' systemctl restart systemd-binfmt.service
check 'binfmt-support has all of its formats' update-binfmts --enable
hello=$(/test/programs/hello-arm)
run_programs >"$scratch/ran"
display >"$scratch/displayed"
sed 's/^/# /' "$scratch/ran"
check 'they all run' fails grep -E ': 12[67]$' "$scratch/ran"
echo "# $(ls $table | wc -l) files in the table"

## Our packages over it

begin_loop
check 'our packages can be installed over them' apt install /test/old/binfmtd_*.deb /test/old/binfmtd-binfmt-support_*.deb
check 'the service is active' active
check 'binfmtctl finds nothing to do' soon nothing_to_do
end_loop 'change-over in one step'
grep -E '^(Removing|Unpacking|Setting up|Selecting)' "$scratch/apt" | sed 's/^/# /'
check 'no program failed once binfmtd had taken over' none_missing_after
check 'binfmt-support is gone' fails installed binfmt-support
ran_the_same() { run_programs | same "$scratch/ran" -; }
displayed_the_same() { display | same "$scratch/displayed" -; }
check 'every program runs as before' ran_the_same
check 'update-binfmts --display says the same as before' displayed_the_same
# Of packages that came while there was no update-binfmts.
python=$(basename /usr/share/binfmts/python3.*)
check 'what packages bring is imported again if it is missing' sh -c "rm /var/lib/binfmts/$python && dpkg-reconfigure binfmtd-binfmt-support"
check 'and nothing else changes' displayed_the_same
check 'callers are installed without a warning' apt_in_silence install --reinstall jarwrapper
check 'and configured in silence' silent dpkg-reconfigure "$python-minimal"
check 'and change nothing' displayed_the_same
check 'no unit has failed' no_failed_unit

## An upgrade

former=$(version)
held=$(since binfmtd.socket)
begin_loop
check 'an upgrade works and writes nothing' writes_nothing apt install /test/new/binfmtd_*.deb /test/new/binfmtd-binfmt-support_*.deb
end_loop upgrade
check 'no program failed' none_missing
stayed() { echo "since $held, $(since binfmtd.socket)"; [ "$held" -gt 0 ] && [ "$(since binfmtd.socket)" = "$held" ]; }
check 'the socket was there all the time' stayed
another_version() { echo "$former, $(version)"; [ "$(version)" != "$former" ]; }
check 'it was one' another_version
restarted() { journalctl -b -u binfmtd | grep -c 'Started\|Starting' | grep -v '^1$'; }
check 'the new daemon runs' restarted
check 'what binfmt-support left can be purged, which writes nothing' writes_nothing apt purge binfmt-support
check 'although it deletes the directory of all formats' fails ls -d /var/lib/binfmts
check 'every program still runs' ran_the_same
# With its socket, which goes by itself, but maybe only after somebody has connected.
without_daemon() {
        systemctl stop binfmtd.socket binfmtd.service && binfmtctl list --no-legend >"$scratch/list"
        systemctl start binfmtd.service
        grep '^local ' "$scratch/list"
}
check 'the format of somebody is there without the daemon, too' without_daemon
check 'which has all of them again' soon nothing_to_do
check 'update-binfmts --display says the same as before it' displayed_the_same
is_link() { [ "$(readlink /var/lib/binfmts)" = binfmtd/binfmts ]; }
check 'and has brought the directory back' is_link
rm /var/lib/binfmts
tmpfiles() { silent systemd-tmpfiles --create binfmtd-binfmt-support.conf; }
check 'so does systemd-tmpfiles, as at boot' tmpfiles
check 'in the same way' is_link
check 'and lets it be' tmpfiles
check 'the package is as it was' silent dpkg --verify binfmtd-binfmt-support

## In a chroot that sees much of this machine: an image that is being built, a rescue system

image=/mnt/image
# One line says that the table is left alone.
silent_install() {
        chroot $image dpkg --install /test/new/binfmtd_*.deb /test/new/binfmtd-binfmt-support_*.deb >"$scratch/dpkg" 2>&1 || { cat "$scratch/dpkg"; return 1; }
        cat "$scratch/dpkg"
        ! grep -E 'update-binfmts|binfmtctl|warning|error|cannot' "$scratch/dpkg" | grep -v 'is left alone (--force'
}
mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work $image
mount -t overlay -o userxattr,lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay $image
mount --rbind /proc $image/proc && mount --rbind /dev $image/dev && mount --rbind /run $image/run && mount --bind /test $image/test
check 'in a chroot they can be purged, and nothing is written' writes_nothing chroot $image \
        dpkg --force-depends --purge binfmtd-binfmt-support binfmtd
check 'which leaves nothing there' fails ls -d $image/var/lib/binfmts $image/var/lib/binfmtd $image/etc/binfmtd
check 'and here all that the daemon has' asked
check 'nor is anybody called back' fails ls /run/binfmtd-hand-back
printf 'package image\ninterpreter /bin/true\nmagic IMAGE\n' >$image/usr/share/binfmts/image
check 'and they can be installed again' writes_nothing chroot $image dpkg --install \
        /test/new/binfmtd_*.deb /test/new/binfmtd-binfmt-support_*.deb
check 'which imports what packages brought' chroot $image update-binfmts --display image
check 'and registers nothing here' not_in_table image
# Without /run, there is no daemon to be asked that knows better.
umount -R $image/run && mount -t tmpfs tmpfs $image/run
check 'without the machine around it in sight, they can be purged' writes_nothing chroot $image \
        dpkg --force-depends --purge binfmtd-binfmt-support binfmtd
check 'and installed again, with hardly a word' writes_nothing silent_install
check 'which imports all the same' chroot $image update-binfmts --display image
check 'and still registers nothing here' not_in_table image
umount -R $image && umount /mnt
check 'here, every program runs' ran_the_same

## Purges

# gone PROGRAM: not run by anybody any more
gone() { ! "/test/programs/$1" >/dev/null 2>&1; }
printf '[python]\nEnabled=no\n' >/etc/binfmtd/override.d/local.conf
check 'wine-binfmt can be purged' apt purge wine-binfmt wine
check 'and takes its format away' soon gone windows.exe
check 'mono-runtime can be purged' apt purge --auto-remove mono-runtime
check 'and takes its format away' soon gone net.exe
check 'jarwrapper can be purged' apt purge jarwrapper
check 'the Java runtime can be purged' apt purge --auto-remove "$(grep openjdk /test/callers)"
check 'and takes its format away' soon gone empty.jar
rm /test/programs/windows.exe /test/programs/net.exe /test/programs/empty.jar
run_programs >"$scratch/ran"
check 'the others run' fails grep -E ': 12[67]$' "$scratch/ran"

## Back, and to us again in two steps

description >"$scratch/described"
begin_loop
check 'binfmt-support can come back' apt install binfmt-support
end_loop 'binfmt-support comes back'
check 'no program failed' none_missing
check 'our update-binfmts went for it' fails installed binfmtd-binfmt-support
described_the_same() { description | same "$scratch/described" -; }
check 'it has all formats that there were' described_the_same
check 'in a directory of its own' fails is_link
check 'the rest of it can be purged' apt purge binfmtd-binfmt-support
check 'which leaves what is not ours' ls -d /var/lib/binfmts /usr/sbin/update-binfmts
check 'binfmtd can be purged' apt purge --auto-remove binfmtd
ours() { find $table -perm -1000 | grep .; }
left() { find /etc /run /usr/lib /usr/share /var/lib -path /var/lib/dpkg -prune -o -iname '*binfmtd*' -print | grep .; }
check 'it leaves no entry' fails ours
check 'and nothing else' fails left
check 'every program runs by those before us' ran_the_same
check 'no unit has failed then' no_failed_unit

check 'binfmtd can be installed beside binfmt-support' apt install /test/new/binfmtd_*.deb
check 'binfmtctl finds nothing to do then' soon nothing_to_do
begin_loop
check 'and then update-binfmts replaced' apt install /test/new/binfmtd-binfmt-support_*.deb
end_loop 'change-over in two steps'
check 'no program failed in all that time' none_missing
check 'every program runs then' ran_the_same
check 'and has the same formats' described_the_same
check 'removing it leaves them' sh -c 'dpkg --remove binfmtd-binfmt-support && ls /var/lib/binfmts/local'
check 'where they stood' fails is_link
check 'and nothing to do' soon nothing_to_do
check 'for the next one' apt install /test/new/binfmtd-binfmt-support_*.deb
check 'which has the same formats' described_the_same
check 'qemu-user-static can be purged' apt purge --auto-remove qemu-user-static qemu-user qemu-user-binfmt
check 'and takes its formats away' soon gone hello-arm
# Nobody kept the table when ours was disabled, so nobody has to be called back, who would flush it.
stands() { ls $table/marker; }
check 'binfmtd can be disabled' systemctl disable --now binfmtd.service
printf ':marker:M::MARKER::/bin/true:' >$table/register
check 'all of ours can be purged' apt purge --auto-remove binfmtd binfmtd-binfmt-support
check 'which starts nobody who flushes the table' stands
echo -1 >$table/marker
check 'and nothing is left' fails left
check 'nor the admin files' fails ls /var/lib/binfmts
check 'no package is half installed' silent dpkg --audit
finish
