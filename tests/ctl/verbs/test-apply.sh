#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl apply: what it changes, what it says, and that it writes nothing where nothing differs.
. "${srcdir:-.}/tests/ctl/instance.sh"

conf=$root/usr/lib/binfmtd/conf.d
define() { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$1" "$2" >"$conf/$1.conf"; }
define alpha ALPHA
define beta BETA

check 'a dry run says what would be done' gives 0 "$ctl" apply --root="$root" --dry-run <<'X'
would add beta
would add alpha
2 changes would be made
X
check 'and does nothing' gives 0 table </dev/null
check 'what is missing is added' gives 0 "$ctl" apply --root="$root" <<'X'
added beta
added alpha
2 changes made, 2 formats are registered
X
printf 'ALPHA\n' >/mnt/file
chmod 755 /mnt/file
check 'and runs programs' gives 0 /mnt/file argument <<'X'
/mnt/file argument
X
check 'a second one has nothing to do' gives 0 "$ctl" apply --root="$root" <<'X'
nothing to do: 2 formats are registered as declared
X
check 'which need not be said' gives 0 "$ctl" apply --root="$root" --no-legend </dev/null

# Whoever has no strace loses this one check, not all.
writes_nothing() {
        table >"$scratch/before"
        ASAN_OPTIONS=detect_leaks=0 strace -f -o "$scratch/trace" \
                -e trace=write,writev,pwrite64,pwritev,openat,open,creat,utimensat,fchmodat,fchmod,unlinkat,renameat2 \
                "$ctl" apply --root="$root" >/dev/null || return 1
        # reading is open without O_WRONLY and O_RDWR; writing is only to standard output and standard error
        grep -E 'O_WRONLY|O_RDWR|O_CREAT|creat\(|utimensat\(|fchmod|unlinkat\(|renameat2\(' "$scratch/trace" && return 1
        grep -E '(write|writev|pwrite64|pwritev)\(' "$scratch/trace" | grep -vE 'write\((1|2),' && return 1
        grep -q "openat(.*binfmt_misc" "$scratch/trace" || { echo 'strace saw nothing'; return 1; }
        table | same "$scratch/before" -
}
if strace -o /dev/null true 2>/dev/null; then
        check 'a second one opens nothing for writing and writes nothing' writes_nothing
else
        echo '# no strace here: not checked that a second apply writes nothing'
fi

define alpha ALPHA2
check 'what changed is replaced' gives 0 "$ctl" apply --root="$root" <<'X'
replaced alpha: its definition changed
1 change made, 2 formats are registered
X
rm "$conf/beta.conf"
check 'what is declared no more is removed' gives 0 "$ctl" apply --root="$root" <<'X'
removed beta: it is no longer wanted
1 change made, 1 format is registered
X
define beta BETA
check 'changes come as JSON' gives 0 "$ctl" apply --root="$root" --json <<'X'
{
  "changes": [
    {
      "change": "add",
      "cause": "new",
      "name": "beta",
      "above": null,
      "done": true,
      "error": null
    }
  ],
  "writes": 1,
  "failed": 0,
  "diagnostics": []
}
X

printf '[alpha]\nMagic=\\x4\nInterpreter=/usr/bin/run\n' >"$conf/alpha.conf"
printf '[gamma]\nMagic=GAMMA\nInterpreter=/usr/bin/run\n' >"$conf/gamma.conf"
check 'an error is told and makes it fail, and the other formats are registered' \
        gives 1 "$ctl" apply --root="$root" <<'X'
/mnt/root/usr/lib/binfmtd/conf.d/alpha.conf:2: error: [alpha] Magic= has \x without two hex digits at character 1
  hint: write two hex digits behind \x, such as \x7f
added gamma
1 change made, 2 formats are registered
X
check 'the entry of before stays' gives 0 "$ctl" list --root="$root" --no-legend --columns=state alpha <<'X'
stale
X
define alpha ALPHA2

# One program of this machine's kind: what Machine= names may be installed everywhere.
cp /bin/sh "$root/usr/bin/native"
printf '[native]\nMachine=%s\nInterpreter=/usr/bin/native\n' "$(uname -m)" >"$conf/native.conf"
check 'that the own machine is refused is no failure' gives 0 "$ctl" apply --root="$root" --no-legend </dev/null
check 'and can be seen' gives 0 "$ctl" list --root="$root" --no-legend --columns=state native <<'X'
refused
X
rm "$conf/native.conf"

# What is open for writing cannot be executed, and so not pinned.
cp "$root/usr/bin/run" "$root/usr/bin/busy"
exec 9>>"$root/usr/bin/busy"
printf '[pinned]\nMagic=PINNED\nInterpreter=/usr/bin/busy\nFixBinary=yes\n' >"$conf/pinned.conf"
check 'what the kernel refuses makes it fail' exits 1 "$ctl" apply --root="$root"
check 'and is told' says '^binfmtctl: cannot add pinned: ' "$ctl" apply --root="$root"
exec 9>&-
check 'it is added once the kernel takes it' says '^added pinned$' "$ctl" apply --root="$root"

mkdir /mnt/ro
mount -t binfmt_misc -o ro binfmt_misc /mnt/ro
rm "$conf/pinned.conf"
check 'an instance that cannot be written makes it fail' exits 1 "$ctl" apply --root="$root" --binfmt-misc=/mnt/ro
check 'and is told' says 'Read-only file system\|read-only' "$ctl" apply --root="$root" --binfmt-misc=/mnt/ro
umount /mnt/ro

echo 0 >"$binfmt_misc/status"
check 'that the instance is switched off is told' says 'the whole instance is switched off' "$ctl" apply --root="$root"
echo 1 >"$binfmt_misc/status"

umount "$binfmt_misc"
check 'waiting for an instance ends' exits 1 "$ctl" apply --root="$root" --wait-mount=0
mkdir /mnt/late
# Mounted only once it is known to wait: it holds mountinfo open then, and sleeps.
is_waiting() { grep -q '^State:.*S (sleeping)' "/proc/$1/status" && ls -l "/proc/$1/fd" | grep -q mountinfo; }
mount_late() {
        "$ctl" apply --root="$root" --binfmt-misc=/mnt/late --wait-mount >"$scratch/waited" 2>&1 &
        waiting=$!
        until is_waiting $waiting; do sleep 0.05; done
        mount -t binfmt_misc binfmt_misc /mnt/late
        wait $waiting
        waits_status=$?
        cat "$scratch/waited"
        umount /mnt/late
        return $waits_status
}
check 'once one is mounted, it goes on' mount_late
check 'without an instance it fails and says so' gives 1 "$ctl" apply --root="$root" <<'X'
binfmtctl: /proc/sys/fs/binfmt_misc: binfmt_misc is not mounted
  hint: start proc-sys-fs-binfmt_misc.mount, or mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
X
mkdir /mnt/instance
mount -t binfmt_misc binfmt_misc /mnt/instance
check 'another place of the instance can be named' exits 0 "$ctl" apply --root="$root" --binfmt-misc=/mnt/instance
check 'and is used' says '^alpha$' ls /mnt/instance

# /bin/sh, behind the script, is a native program, too: then each exec would end in ELOOP.
printf '[native]\nMagic=\\x7fELF\nAllowNative=yes\nInterpreter=%s/usr/bin/run\n' "$root" >/mnt/native.conf
check 'a script is refused as interpreter of native programs' gives 1 "$ctl" apply --only-added --add=/mnt/native.conf --quiet --no-legend --binfmt-misc=/mnt/instance <<X
/mnt/native.conf:1: error: [native] the pattern matches /bin/sh, which its own interpreter $root/usr/bin/run, a script, needs: neither could ever start
  hint: make the pattern more specific, or use an interpreter of another kind
X
check 'and they run' /bin/true
plan
