#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtd in an instance of its own: what changes on disk or in the table is put right by itself.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

daemon=$BUILDDIR/binfmtd
[ -x "$daemon" ] || skip_all 'binfmtd is not built'
conf=$root/usr/lib/binfmtd/conf.d
log=$scratch/log
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$scratch"' EXIT

# soon COMMAND…: for check; the command has ten seconds to become true
soon() {
        soon_tries=0
        until "$@" >"$scratch/soon" 2>&1; do
                soon_tries=$((soon_tries + 1))
                [ "$soon_tries" -lt 500 ] || { cat "$scratch/soon" "$log"; return 1; }
                sleep 0.02
        done
}
start() {
        : >"$log"
        "$daemon" --root="$root" "$@" 2>>"$log" &
        pid=$!
        soon grep -q '^binfmtd: ready: ' "$log"
}
# stop SIGNAL: 0 if it ends well
stop() {
        kill "-$1" "$pid"
        wait "$pid"
        stop_status=$?
        pid=
        return $stop_status
}
there() { [ -e "$binfmt_misc/$1" ]; }
gone() { [ ! -e "$binfmt_misc/$1" ]; }
entry_has() { grep -q -- "$2" "$binfmt_misc/$1" || { cat "$binfmt_misc/$1"; return 1; }; }
logged() { grep -q -- "$1" "$log" || { cat "$log"; return 1; }; }
times_logged() { [ "$(grep -c -- "$2" "$log")" -eq "$1" ] || { cat "$log"; return 1; }; }
count() { names | wc -l; }
has_count() { [ "$(count)" -eq "$1" ] || { names; return 1; }; }
pin() { stat -c %X "$binfmt_misc/$1"; }
# How long nothing was said; to be asked for only where nothing is expected.
quiet() {
        quiet_before=$(wc -l <"$log")
        sleep 0.3
        [ "$(wc -l <"$log")" -eq "$quiet_before" ] || { tail -n "+$((quiet_before + 1))" "$log"; return 1; }
}

# format NAME MAGIC [LINE…]: a drop-in, put in place by a rename
format() {
        { printf '[%s]\nMagic=%s\nInterpreter=/usr/bin/run\n' "$1" "$2"; shift 2; [ $# -eq 0 ] || printf '%s\n' "$@"; } \
                >"$conf/.new"
        mv "$conf/.new" "$conf/${format_file:-a}.conf"
}

format alpha AAAA
check 'it says when it is ready' start --log-level=debug
check 'and what is declared is registered then' there alpha
check 'an entry of ours is marked' [ "$(stat -c %a "$binfmt_misc/alpha")" = 1644 ]

second() { timeout 60 "$daemon" --root="$root" "$@"; }
check 'a second one in the same instance ends' exits 1 second
mkdir /mnt/same && mount -t binfmt_misc binfmt_misc /mnt/same
check 'also where that is mounted elsewhere' exits 1 second --binfmt-misc=/mnt/same
check 'and says why' says 'another binfmtd keeps the instance on /mnt/same' second --binfmt-misc=/mnt/same
umount /mnt/same
check 'all entries are left' there alpha

format alpha BBBB
check 'a changed drop-in is followed' soon entry_has alpha 'magic 42424242'
format_file=b format beta CCCC
check 'a new one, too' soon there beta
rm "$conf/b.conf"
check 'and one that goes' soon gone beta
printf '[alpha]\nMagic=\\x4\nInterpreter=/usr/bin/run\n' >"$conf/a.conf"
check 'nonsense is told' soon logged 'alpha is stale'
check 'and leaves the working entry' entry_has alpha 'magic 42424242'
echo 'no drop-in at all' >"$conf/a.conf"
check 'a file without any section is told, too' soon logged 'a.conf:1: .*first section'
check 'and takes nothing away' quiet
check 'and nothing away later' entry_has alpha 'magic 42424242'
kill -STOP "$pid"
rm "$conf/a.conf"
mkdir "$conf/a.conf"
kill -CONT "$pid"
sleep 0.1
check 'so does a directory in the place of the file' entry_has alpha 'magic 42424242'
rmdir "$conf/a.conf"
check 'that no definition is left removes it' soon gone alpha
format alpha BBBB
check 'and that it is back brings it back' soon there alpha

mkdir -p "$root/opt"
printf '[linked]\nMagic=LINK\nInterpreter=/usr/bin/run\n' >"$root/opt/linked.conf"
ln -s /opt/linked.conf "$conf/linked.conf"
check 'a drop-in may be a link' soon there linked
printf '[linked]\nMagic=KNIL\nInterpreter=/usr/bin/run\n' >"$root/opt/linked.conf"
check 'and is followed at its end' soon entry_has linked 'magic 4b4e494c'
rm "$conf/linked.conf"
check 'until it goes' soon gone linked

mv "$root/usr/lib/binfmtd" "$root/usr/lib/elsewhere"
check 'a source directory may be moved away' soon gone alpha
mv "$root/usr/lib/elsewhere" "$root/usr/lib/binfmtd"
check 'and back' soon there alpha
mkdir -p "$root/usr/local/lib/binfmtd/conf.d"
printf '[late]\nMagic=LATE\nInterpreter=/usr/bin/run\n' >"$root/usr/local/lib/binfmtd/conf.d/late.conf"
check 'one that was not there when it began is found' soon there late
rm -r "$root/usr/local"
check 'and missed when it is gone' soon gone late

format alpha BBBB Enabled=no
check 'a format that is disabled goes' soon gone alpha
printf '[alpha]\nEnabled=yes\n' >"$root/etc/binfmtd/override.d/x.conf"
check 'an override brings it back' soon there alpha
rm "$root/etc/binfmtd/override.d/x.conf"
check 'as long as it stands' soon gone alpha
format alpha BBBB
check 'and so does the definition' soon there alpha

# Interpreters.
format_file=c format gamma GGGG Interpreter=/usr/bin/other
sed -i 's,/usr/bin/run,/usr/bin/gone,' "$conf/c.conf"
check 'without its interpreter a format is inactive' soon logged 'gamma is inactive'
cp "$root/usr/bin/run" "$root/usr/bin/other"
check 'and comes alive when one of them appears' soon there gamma
rm "$root/usr/bin/other"
check 'and goes with it' soon gone gamma
cp "$root/usr/bin/run" "$root/etc/real"
ln -s /etc/alternative "$root/usr/bin/gone"
ln -s /etc/real "$root/etc/alternative"
check 'it may be a chain of links' soon there gamma
rm "$root/etc/alternative"
check 'that breaks anywhere' soon gone gamma
rm "$conf/c.conf"

cp "$root/usr/bin/run" "$root/usr/bin/pinned"
format_file=d format delta DDDD FixBinary=yes
sed -i 's,/usr/bin/run,/usr/bin/pinned,' "$conf/d.conf"
check 'an interpreter can be pinned' soon entry_has delta '^flags: F'
before=$(pin delta)
: >"$log"
cp "$root/usr/bin/run" "$root/usr/bin/.new"
echo '# longer' >>"$root/usr/bin/.new"
mv "$root/usr/bin/.new" "$root/usr/bin/pinned"
pin_changed() { [ "$(pin delta)" != "$before" ]; }
check 'one that was upgraded is pinned anew' soon pin_changed
check 'and it is said why' soon logged 'replaced delta: the interpreter was upgraded'
check 'once' times_logged 1 'replaced delta'
before=$(pin delta)
rm "$root/usr/bin/pinned"
exec 8>"$root/usr/bin/pinned"
chmod 755 "$root/usr/bin/pinned"
printf '#!/bin/sh\n' >&8
sleep 0.2
check 'one that is still being written is left alone' [ "$(pin delta)" = "$before" ]
exec 8>&-
check 'until it is closed' soon pin_changed
rm "$root/usr/bin/pinned"
check 'that one is gone under F is said' soon logged 'delta is registered: .*pinned is not there'
check 'and the entry stays, as it works' there delta
rm "$conf/d.conf"
check 'until nobody wants it' soon gone delta

# Others.
check 'where nothing changes nothing is said' quiet
: >"$log"
echo -1 >"$binfmt_misc/alpha"
check 'an entry that somebody removes is put back' soon there alpha
check 'and it is said' soon logged 'added alpha'
echo 0 >"$binfmt_misc/alpha"
check 'one that is switched off is switched on' soon entry_has alpha '^enabled'
register ':theirs:M::THEIRS::/bin/true:'
echo -1 >"$binfmt_misc/status"
check 'after a flush ours are back' soon there alpha
check 'and theirs are not' gone theirs
register ':theirs:M::THEIRS::/bin/true:'
check 'what others register is seen' soon logged 'theirs is foreign'
check 'and stays' there theirs
check 'what it did itself wakes it no more' quiet

: >"$log"
kill -HUP "$pid"
check 'SIGHUP reads everything again' soon logged '^binfmtd: ready: '
check 'and writes nothing if nothing differs' fails logged 'alpha'

i=0
while [ $i -lt 200 ]; do
        i=$((i + 1))
        format_file=n$i format "n$i" "N\\x$(printf %02x $i)"
done
check 'a burst of drop-ins ends well' soon has_count 202
rm "$conf"/n*.conf
check 'and so does their removal' soon has_count 2

# Ends.
before=$(table)
check 'SIGUSR1 stops it' stop USR1
check 'and leaves everything in use' [ "$(table)" = "$before" ]
check 'the next one' start
check 'finds all as it should be and writes nothing' [ "$(table)" = "$before" ]
check 'SIGTERM stops it' stop TERM
check 'and removes what is ours' gone alpha
check 'and only that' there theirs

start
kill -KILL "$pid"
wait "$pid" 2>/dev/null
echo -1 >"$binfmt_misc/alpha"
register ':alpha~binfmtd:M::OLD::/bin/true:'
format alpha DDDD
start
check 'after a death in the middle the next one puts all right' entry_has alpha 'magic 44444444'
check 'and leaves no stand-in' gone alpha~binfmtd

# A fight: somebody removes it again and again.
: >"$log"
i=0
while [ $i -lt 100 ] && ! grep -q 'alpha is contended' "$log"; do
        i=$((i + 1))
        echo -1 >"$binfmt_misc/alpha" 2>/dev/null
        sleep 0.03
done
check 'a fight is given up' soon logged 'alpha is contended'
check 'and it is told what to do' logged 'alpha is contended.*hint: .*Enabled=no'
echo -1 >"$binfmt_misc/alpha" 2>/dev/null
sleep 0.3
check 'for a while' gone alpha
check 'with one line' times_logged 1 'alpha is contended'
format_file=e format epsilon EEEE
check 'other formats are kept all the same' soon there epsilon
check 'and that is all' stop INT

# Without an instance.
umount "$binfmt_misc"
check 'in a user namespace of its own it mounts an instance itself' start
check 'and uses it' there epsilon
check 'it ends' stop TERM
check '--once makes the table as declared' exits 0 "$daemon" --root="$root" --once
check 'and leaves it' there epsilon
check 'without an instance it is ready as well' start --binfmt-misc=/mnt/instance
check 'and says what it waits for' logged 'there is no directory for binfmt_misc; waiting for it'
check 'then --once fails' exits 1 "$daemon" --root="$root" --binfmt-misc=/mnt/instance --once
mkdir /mnt/instance
echo -1 >"$binfmt_misc/epsilon"
mount -t binfmt_misc binfmt_misc /mnt/instance
check 'an instance is used as soon as it is mounted' soon there epsilon
check 'and it is said' logged 'using the instance of binfmt_misc at /mnt/instance'
check 'it ends well' stop TERM

check 'a wrong option is an error of usage' exits 2 "$daemon" --no-such-option
check 'so is a wrong level' exits 2 "$daemon" --log-level=loud
check 'and a word' exits 2 "$daemon" word
check 'a root that is not there is a failure' exits 1 "$daemon" --root=/nowhere
check '--help helps' says '--binfmt-misc=DIR' "$daemon" --help
check '--version says which' says '^binfmtd [0-9]' "$daemon" --version
plan
