#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Inside of `binfmtctl exec`: what belongs to root outside is trusted as it is outside, and who changes definitions is told whose.

. "${srcdir:-.}/tests/ctl/instance.sh"

# Other users have to get there.
chmod 755 /mnt "$root"
define() { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$1" "$2" >"$root/etc/binfmtd/conf.d/$1.conf"; }
define first AAAA

check 'the verbs are sound as root' says 'nothing to do' "$ctl" --root="$root" exec -- "$ctl" --root="$root" \
        --binfmt-misc="$binfmt_misc" apply

# As root of the machine, and as somebody who maps nobody but himself.
if [ "$(id -u)" -eq 0 ] && [ "$(wc -l </proc/self/uid_map)" -eq 1 ] && [ "$(awk '{ print $3 }' /proc/self/uid_map)" -gt 65534 ]; then
        user() { setpriv --reuid=1000 --regid=1000 --clear-groups env HOME=/tmp "$@"; }
        if user test -x "$ctl" && user "$ctl" --root="$root" exec -- true 2>/dev/null; then
                inside() { (cd / && user "$ctl" --root="$root" exec -- "$ctl" --root="$root" --binfmt-misc="$binfmt_misc" "$@"); }
                check 'an ordinary user has nothing to do in there' says 'nothing to do' inside apply
                check 'lint finds nothing' exits 0 inside lint
                check 'status has nothing stale' fails says 'stale' inside status
                check 'list neither' says '^first .*registered' inside list
                check 'doctor says that the table is the own one' says 'own' inside doctor
                chown 1001 "$root/etc/binfmtd/conf.d/first.conf"
                check 'what belongs to another user is not trusted outside' says 'belongs to user 1001' "$ctl" --root="$root" lint
                chown 0 "$root/etc/binfmtd/conf.d/first.conf"
        fi
fi

mount -t tmpfs -o mode=755 etc /etc && mkdir -p /etc/binfmtd/conf.d
printf '[own]\nMagic=OWN\nInterpreter=/bin/sh\n' >/etc/binfmtd/conf.d/own.conf
check 'disable says whose definitions it changes' says "the machine's own definitions" \
        "$ctl" exec --only-added -- "$ctl" disable own
check 'and changes them' grep -q '^\[own\]' /etc/binfmtd/override.d/zz-switched.conf
check 'it says nothing of the kind where they are in force' fails says 'own definitions' "$ctl" enable own
umount /etc
plan
