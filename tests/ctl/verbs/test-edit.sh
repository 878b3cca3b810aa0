#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl edit: an override in an editor, in its place only if it is sound.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"
. "${srcdir:-.}/tests/ctl/with-daemon.sh"

conf=$root/usr/lib/binfmtd/conf.d
override=$root/etc/binfmtd/override.d/alpha.conf
printf '[alpha]\nDescription=Alpha files\nMagic=ALPHA\nInterpreter=/usr/bin/run\nFixBinary=yes\n' >"$conf/alpha.conf"
register ':theirs:E::theirs::/bin/true:'

# An editor writes what stands in $scratch/text, and keeps what it was shown.
cat >"$scratch/editor" <<'E'
#!/bin/sh
cp "$1" "$SCRATCH/shown"
echo "$1" >>"$SCRATCH/copies"
[ ! -e "$SCRATCH/text" ] || cat "$SCRATCH/text" >"$1"
[ ! -e "$SCRATCH/next" ] || mv "$SCRATCH/next" "$SCRATCH/text"
E
chmod 755 "$scratch/editor"
SCRATCH=$scratch VISUAL="$scratch/editor"
export SCRATCH VISUAL
edit() { "$ctl" edit --root="$root" --binfmt-misc="$binfmt_misc" "$@" </dev/null; }
text() { printf '%s\n' "$@" >"$scratch/text"; }

check 'an editor that changes nothing changes nothing' gives 0 edit alpha <<'E'
nothing was changed
E
check 'it was shown every key with its present value' gives 0 cat "$scratch/shown" <<'E'
# What is given here changes just that key of whatever defines the format; the rest stays as it is.
# Below are all keys with their present values: binfmtd-conf(5) tells of each.
[alpha]
#Description=Alpha files
#Magic=ALPHA
#Interpreter=/usr/bin/run
#FixBinary=yes
#PreserveArgv0=no
#OpenBinary=no
#Credentials=no
#Flags=
#Detector=
#Platform=
#Priority=0
#Enabled=yes
#AllowNative=no
E
check 'there is no override then' fails test -e "$override"
text '[alpha]' 'Priority=7' 'PreserveArgv0=yes'
check 'what was written takes effect' gives 0 edit alpha <<'E'
alpha is registered
1 format changed without the daemon: --root is given
E
check 'in the kernel' grep -q '^flags: PF$' "$binfmt_misc/alpha"
check 'and is there' same "$scratch/text" "$override"
text '[alpha]' 'Priority=many' 'Prioriti=7'
check 'a mistake is told with its line, and nothing is changed' gives 1 edit alpha <<'E'
/mnt/root/etc/binfmtd/override.d/alpha.conf:2: error: [alpha] Priority= is "many", not a number from -1000 to 1000
  hint: write a whole number, such as 10 or -10
/mnt/root/etc/binfmtd/override.d/alpha.conf:3: warning: [alpha] Prioriti= is unknown and ignored
  hint: did you mean Priority=?
binfmtctl: nothing was changed
E
check 'the file is as it was' grep -q Priority=7 "$override"
check 'the next time one sees what one wrote' sh -c 'grep -q Priority=7 "$1"' sh "$scratch/shown"
text '[alpha]' 'Interpreter=run' 'Credentials=yes'
check 'so is a mistake that only shows in the whole' says 'Credentials=yes' edit alpha
check 'which is not put in its place either' grep -q Priority=7 "$override"
text '# nothing'
check 'an override that says nothing is removed' says '^alpha is registered$' edit alpha
check 'as was said' fails test -e "$override"
check 'no copy is left' sh -c 'while read -r f; do [ ! -e "$f" ] || exit 1; done' <"$scratch/copies"

if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
        text '[alpha]' 'Priority=many'
        printf '[alpha]\nPriority=3\n' >"$scratch/next"
        again() { printf '%s\n' "$1" | script -qec "$ctl edit --root=$root --color=never alpha" /dev/null; }
        check 'on a terminal the editor is offered again' says 'Edit it again' again y
        check 'and what it leaves then counts' grep -q Priority=3 "$override"
        text '[alpha]' 'Priority=many'
        check 'no is an answer, too' says 'nothing was changed' again n
        check 'which leaves the file' grep -q Priority=3 "$override"
        rm "$override"
fi

text '[alpha]' 'Enabled=no'
check '--runtime writes below /run' says '^alpha is disabled$' edit --runtime alpha
check 'there' test -e "$root/run/binfmtd/override.d/alpha.conf"
check 'and not below /etc' fails test -e "$override"
rm "$root/run/binfmtd/override.d/alpha.conf"
check 'an editor that fails changes nothing' gives 1 env VISUAL=false "$ctl" edit --root="$root" alpha <<'E'
binfmtctl: the editor false failed
  hint: $VISUAL or $EDITOR says which one to use
E
check '$EDITOR is taken, with its arguments' says '^alpha is disabled$' \
        env VISUAL= EDITOR="sh $scratch/editor" "$ctl" edit --root="$root" --binfmt-misc="$binfmt_misc" alpha
rm "$override"
check 'without an instance that was named, nothing is registered' \
        says 'nothing was registered, as no --binfmt-misc is' "$ctl" edit --root="$root" alpha
rm "$override"
check 'a name that is not there has the nearest one told' gives 1 edit alhpa <<'E'
binfmtctl: there is no format 'alhpa'
  hint: did you mean alpha?
E
check 'what is foreign has to be saved first' gives 1 edit theirs <<'E'
binfmtctl: nothing declares theirs: the kernel's entry is somebody else's
  hint: binfmtctl save theirs makes it ours first
E

check 'the daemon starts' start_daemon
text '[alpha]' 'Enabled=no'
check 'it has the override take effect at once' gives 0 "$ctl" edit --root="$root" --socket="$socket" alpha <<'E'
alpha is disabled
1 format changed by the daemon
E
check 'in the kernel' fails test -e "$binfmt_misc/alpha"
check 'the daemon ends well' stop_daemon
plan
