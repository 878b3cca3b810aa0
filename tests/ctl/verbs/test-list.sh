#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl list and show: what is declared joined with what the kernel holds.
. "${srcdir:-.}/tests/ctl/instance.sh"

cat >"$root/usr/lib/binfmtd/conf.d/alpha.conf" <<'X'
[alpha]
Description=Alpha files
Magic=ALPHA
Interpreter=/usr/bin/run
X
cat >"$root/usr/lib/binfmtd/conf.d/beta.conf" <<'X'
[beta]
Extension=beta
Interpreter=/usr/bin/missing
Priority=3

[broken]
Magic=BROKEN
X
echo ':gamma:M::GAMMA::/usr/bin/run:P' >"$root/usr/lib/binfmt.d/gamma.conf"
printf '[gamma]\nEnabled=no\n' >"$root/etc/binfmtd/override.d/gamma.conf"
register ':theirs:M::THEIRS::/bin/true:P'
register ':off:E::off::/bin/true:'
echo 0 >"$binfmt_misc/off"

check 'every format is listed, by name, with its state and why' gives 0 "$ctl" list --root="$root" \
        --columns=name,state,matches,interpreter,flags,reason <<'X'
NAME     STATE      MATCHES                        INTERPRETER           FLAGS REASON
alpha    pending    files that begin with "ALPHA"  /mnt/root/usr/bin/run -
beta     inactive   files named *.beta             /usr/bin/missing      -     /usr/bin/missing is not there
broken   invalid    files that begin with "BROKEN" -                     -     Interpreter= is missing
gamma    disabled   files that begin with "GAMMA"  /usr/bin/run          P
off      foreign    files named *.off              /bin/true             -     the entry is switched off in the kernel
theirs   foreign    files that begin with "THEIRS" /bin/true             P
X
check 'the same is said without a verb' gives 0 "$ctl" --root="$root" --columns=name,state <<'X'
NAME     STATE
alpha    pending
beta     inactive
broken   invalid
gamma    disabled
off      foreign
theirs   foreign
X
check 'columns come as asked for, without the legend if that is asked for' \
        gives 0 sh -c '"$@" | tr -s " "' sh "$ctl" list --root="$root" --no-legend --columns=PRIORITY,NAME beta <<'X'
3 beta
X
check 'globs and names choose, each format once' gives 0 "$ctl" list --root="$root" --columns=name '*a' beta <<'X'
NAME
alpha
beta
gamma
X
check 'a name that is not there fails, with the nearest one' gives 1 "$ctl" list --root="$root" --columns=name alhpa <<'X'
binfmtctl: there is no format 'alhpa'
  hint: did you mean alpha?
X
check 'a column that is not there is wrong usage, with the nearest one' gives 2 "$ctl" list --columns=name,intepreter <<'X'
binfmtctl: there is no column 'intepreter'
  hint: did you mean INTERPRETER?
X

cat >"$scratch/state.py" <<'X'
import json, sys
print(*(f["name"] + "=" + f["state"] for f in json.load(sys.stdin)))
X
states() { "$ctl" list --root="$root" --json "$@" | python3 "$scratch/state.py"; }
check 'JSON has the same formats and states' gives 0 states <<'X'
alpha=pending beta=inactive broken=invalid gamma=disabled off=foreign theirs=foreign
X
check 'JSON without any format is an empty array' gives 1 "$ctl" list --json --root=/mnt/root/etc 'nothing*' <<'X'
binfmtctl: there is no format 'nothing*'
  hint: binfmtctl list shows all formats
[]
X

check 'show tells all that is declared, done and wrong' gives 0 "$ctl" show --root="$root" alpha beta broken <<'X'
alpha - Alpha files
         State: pending
       Matches: files that begin with "ALPHA"
         Magic: ALPHA
   Interpreter: /usr/bin/run (a script, needs /bin/sh; this one is used)
      Priority: 0
    Defined at: /mnt/root/usr/lib/binfmtd/conf.d/alpha.conf:1 (binfmtd)

beta
         State: inactive
        Reason: /usr/bin/missing is not there
       Matches: files named *.beta
     Extension: beta
   Interpreter: /usr/bin/missing (not there)
      Priority: 3
    Defined at: /mnt/root/usr/lib/binfmtd/conf.d/beta.conf:1 (binfmtd)

broken
         State: invalid
        Reason: Interpreter= is missing
       Matches: files that begin with "BROKEN"
         Magic: BROKEN
      Priority: 0
    Defined at: /mnt/root/usr/lib/binfmtd/conf.d/beta.conf:6 (binfmtd)
/mnt/root/usr/lib/binfmtd/conf.d/beta.conf:6: error: [broken] Interpreter= is missing
  hint: give the path of the program that runs such files
X
check 'show tells what was amended, and where' gives 0 "$ctl" show --root="$root" gamma <<'X'
gamma
         State: disabled
       Matches: files that begin with "GAMMA"
         Magic: GAMMA
   Interpreter: /usr/bin/run (a script, needs /bin/sh; this one is used)
         Flags: P: the interpreter is told the program's own argv[0]
      Priority: 0
       Enabled: no
    Defined at: /mnt/root/usr/lib/binfmt.d/gamma.conf:1 (binfmt.d)
    Amended at: /mnt/root/etc/binfmtd/override.d/gamma.conf:1 (Enabled)
X
check 'show tells what is known of a foreign entry' gives 0 "$ctl" show --root="$root" theirs off <<'X'
off
         State: foreign
        Reason: the entry is switched off in the kernel
       Matches: files named *.off
     Extension: off
   Interpreter: /bin/true
        Kernel: disabled, registered by somebody else, number 1 of 2 to be asked
                interpreter /bin/true
                flags: none
                extension .off

theirs
         State: foreign
       Matches: files that begin with "THEIRS"
         Magic: THEIRS
   Interpreter: /bin/true
         Flags: P: the interpreter is told the program's own argv[0]
        Kernel: enabled, registered by somebody else, number 2 of 2 to be asked
                interpreter /bin/true
                flags: P
                offset 0, magic THEIRS
X
printf '[alpha]\nMagic=OTHER\nInterpreter=/usr/bin/run\n' >"$root/etc/binfmtd/conf.d/zeta.conf"
check 'show tells which definition counts' says 'zeta.conf:1 (binfmtd)$' "$ctl" show --root="$root" alpha
check 'and which does not' says 'alpha.conf:1 (binfmtd; does not count)$' "$ctl" show --root="$root" alpha
check 'show of an unknown name fails' exits 1 "$ctl" show --root="$root" nothing
check 'show prints JSON' is_json "$ctl" show --root="$root" --json '*'

# Names and paths are other people's choice.
register ":evil$(printf '\033[31m')	$(printf '\377'):M::EVIL::/bin/tr$(printf '\342\200\256')ue:"
check 'control characters in names and paths are neutralised' \
        gives 0 "$ctl" list --root="$root" --no-legend --columns=name,interpreter 'evil*' <<'X'
evil\x1b[31m\x09\xff /bin/tr\xe2\x80\xaeue
X
check 'in show too' says '^evil\\x1b\[31m\\x09\\xff$' "$ctl" show --root="$root" 'evil*'
check 'and JSON stays JSON' is_json "$ctl" list --root="$root" --json
cat >"$scratch/name.py" <<'X'
import json, sys
print([f["name"] for f in json.load(sys.stdin)])
X
json_name() { "$ctl" list --root="$root" --json 'evil*' | python3 "$scratch/name.py"; }
check 'in JSON a name that is no UTF-8 is escaped' gives 0 json_name <<'X'
['evil\\x1b[31m\\x09\\xff']
X

umount "$binfmt_misc"
check 'without an instance the definitions are listed all the same' \
        gives 0 "$ctl" list --root="$root" --no-legend --columns=name,state alpha <<'X'
binfmtctl: /proc/sys/fs/binfmt_misc: binfmt_misc is not mounted
  hint: start proc-sys-fs-binfmt_misc.mount, or mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
alpha    unavailable
X
plan
