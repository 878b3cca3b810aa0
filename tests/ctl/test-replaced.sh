#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# /etc/binfmtd is moved away, put back, and removed, while a daemon runs whose mounts are as its unit makes them: all is read-only but what
# stood in the place of /etc/binfmtd when it started. tests/boot/inside-boot.sh does the same to a daemon of systemd's.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"
. "${srcdir:-.}/tests/ctl/with-daemon.sh"

switched=$root/etc/binfmtd/override.d/zz-switched.conf
printf '[alpha]\nMagic=ALPHA\nInterpreter=/usr/bin/run\n\n[beta]\nMagic=BETA\nInterpreter=/usr/bin/run\n' \
        >"$root/usr/lib/binfmtd/conf.d/a.conf"
for i in $(seq 16); do printf '[many%s]\nExtension=many%s\nInterpreter=/usr/bin/run\n' "$i" "$i"; done \
        >"$root/usr/lib/binfmtd/conf.d/many.conf"
mkdir -p "$root/run/binfmtd"

# As ProtectSystem=strict and ReadWritePaths= do it. exec keeps the process id.
start_sandboxed() {
        : >"$scratch/log"
        # shellcheck disable=SC2016
        unshare -m sh -c 'mount --rbind "$1" "$1" && { [ ! -d "$1/etc/binfmtd" ] || mount --bind "$1/etc/binfmtd" "$1/etc/binfmtd"; } &&
                mount --bind "$1/run/binfmtd" "$1/run/binfmtd" && mount -o remount,bind,ro "$1" && cd / &&
                exec "$2" --root="$1" --socket="$3"' sh "$root" "$BUILDDIR/binfmtd" "$socket" 2>>"$scratch/log" &
        daemon_pid=$!
        soon grep -q '^binfmtd: ready: ' "$scratch/log" || { cat "$scratch/log"; return 1; }
}
online() { "$ctl" --socket="$socket" --no-legend "$@"; }
call() { python3 "$srcdir/tests/daemon/varlink.py" "$socket" call "org.binfmtd.$1" "$2"; }
there() { [ -e "$binfmt_misc/$1" ]; }
mode_of() { stat -c %a "$1" | grep -x "$2"; }

check 'the daemon starts' start_sandboxed
check 'it writes what was there' call Disable '{"names": ["alpha"]}'
check 'so it does for binfmtctl' gives 0 online enable alpha <<'E'
alpha is registered
E

mv "$root/etc/binfmtd" "$root/etc/away"
cp -a "$root/etc/away" "$root/etc/binfmtd"
check 'with another directory in its place, disable works' gives 0 online disable alpha <<'E'
alpha is disabled
E
check 'a file there says so' says '^Enabled=no$' cat "$switched"
check 'the entry is gone' fails there alpha
check 'the daemon does not see that it may write' says \
        'CannotWrite .*"message": "Read-only file system; if /etc/binfmtd was made or replaced after the service.s start, systemctl restart' \
        call Disable '{"names": ["beta"]}'
check 'and has switched nothing' there beta
check 'what is so already is no reason to write' call Disable '{"names": ["alpha"]}'
# Here the daemon cannot write what one has undone of another's work.
all_at_once() {
        pids=
        for i in $(seq 16); do
                online disable "many$i" >"$scratch/many$i" 2>&1 &
                pids="$pids $!"
        done
        for pid in $pids; do wait "$pid" || { cat "$scratch"/many*; return 1; }; done
}
all_are_written() { grep -c '^\[many[0-9]*\]$' "$switched" | grep -x 16 || { cat "$switched"; return 1; }; }
check 'many may be switched off at once' all_at_once
check 'and none undoes another' all_are_written
rm -rf "$root/etc/binfmtd"
mv "$root/etc/away" "$root/etc/binfmtd"
check 'with the first one back, the daemon follows it' soon there alpha
check 'and disable works' gives 0 online disable beta <<'E'
beta is disabled
E
check 'and so does enable' gives 0 online enable beta <<'E'
beta is registered
E
rm -rf "$root/etc/binfmtd"
umask 077
check 'where nothing is left, disable makes it anew' online disable alpha
umask 022
check 'the entry is gone then' fails there alpha
check 'whatever the umask, everyone may look into the directory' mode_of "$root/etc/binfmtd" 755
check 'and into the one below' mode_of "$root/etc/binfmtd/override.d" 755
check 'and read the file' mode_of "$switched" 644
cat >"$scratch/editor" <<'E'
#!/bin/sh
printf '[beta]\nPriority=7\n' >"$1"
E
chmod 755 "$scratch/editor"
rm -rf "$root/etc/binfmtd"
edit_beta() { EDITOR=$scratch/editor VISUAL='' "$ctl" edit --socket="$socket" --root="$root" --no-legend beta; }
check 'edit makes it as well' gives 0 edit_beta <<'E'
beta is registered
E
check 'and the daemon has read it' says 'Priority: *7\|^ *Priority.*7' "$ctl" show --socket="$socket" beta

check 'a restart' stop_daemon USR1
check 'is what the message advises' start_sandboxed
check 'then the daemon writes' call Disable '{"names": ["beta"]}'
check 'to the directory that is there' says '^Enabled=no$' cat "$switched"

## A read-only /etc

mount --bind "$root/etc" "$root/etc"
mount -o remount,bind,ro "$root/etc"
check 'the daemon starts with a read-only /etc' eval 'stop_daemon USR1; start_sandboxed'
check 'which disable says' gives 1 online disable alpha <<'E'
binfmtctl: cannot write /etc/binfmtd/override.d/zz-switched.conf: Read-only file system
  hint: --runtime writes below /run, until the next boot
E
check 'and nothing has changed' there alpha
check 'the hint helps' gives 0 online disable --runtime alpha <<'E'
alpha is disabled
E
umount "$root/etc"
plan
