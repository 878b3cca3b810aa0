#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl's command line, status and colours.
. "${srcdir:-.}/tests/ctl/instance.sh"

check 'an unknown verb is wrong usage, with the nearest one' gives 2 "$ctl" aply <<'X'
binfmtctl: there is no verb 'aply'
  hint: did you mean apply?
X
check 'one that is like none has the list named' gives 2 "$ctl" frobnicate <<'X'
binfmtctl: there is no verb 'frobnicate'
  hint: binfmtctl --help lists them
X
check 'an unknown option is wrong usage, with the nearest one' gives 2 "$ctl" list --colums=name <<'X'
binfmtctl: there is no option --colums
  hint: did you mean --columns?
X
check 'so is an unknown letter' gives 2 "$ctl" -x <<'X'
binfmtctl: there is no option -x
  hint: binfmtctl --help lists them
X
check 'an option of another verb is wrong usage' gives 2 "$ctl" list --strict <<'X'
binfmtctl: the verb list has no option --strict
X
check 'before the verb too' gives 2 "$ctl" --dry-run list <<'X'
binfmtctl: the verb list has no option --dry-run
X
check 'and so even if a fitting one follows' gives 2 "$ctl" --strict apply --dry-run <<'X'
binfmtctl: the verb apply has no option --strict
X
check 'a missing argument is wrong usage' gives 2 "$ctl" list --columns <<'X'
binfmtctl: the option --columns needs an argument
  hint: binfmtctl --help lists them
X
check 'and an argument too many' gives 2 "$ctl" list --json=yes <<'X'
binfmtctl: the option --json takes no argument
  hint: binfmtctl --help lists them
X
check 'too few words are wrong usage' gives 2 "$ctl" show <<'X'
binfmtctl: too few words: binfmtctl show NAME|GLOB…
X
check 'and too many' gives 2 "$ctl" status now <<'X'
binfmtctl: the verb status takes no such word: 'now'
X
check 'a colour that is no choice is wrong usage' gives 2 "$ctl" --color=blue <<'X'
binfmtctl: --color=blue is no choice
  hint: the choices are auto, always and never
X
check 'a time that is no number is wrong usage' gives 2 "$ctl" apply --wait-mount=soon <<'X'
binfmtctl: --wait-mount=soon is no number
  hint: give seconds, or nothing to wait without a limit
X
check 'a root that is not there fails' gives 1 "$ctl" --root=/mnt/nothing <<'X'
binfmtctl: --root=/mnt/nothing: No such file or directory
X

check 'help needs nothing else' says '^  cat-config  ' "$ctl" --help
for verb in list show status enable disable reload monitor save edit apply unregister lint cat-config exec test platforms doctor install uninstall; do
        check "$verb --help tells of the verb" says "^binfmtctl \[OPTION…\] $verb" "$ctl" "$verb" --help
        check "and of examples of $verb" says "^  binfmtctl $verb" "$ctl" --help "$verb"
done
check 'the version is told' says '^binfmtctl [0-9]' "$ctl" --version

printf '[alpha]\nMagic=ALPHA\nInterpreter=/usr/bin/run\n' >"$root/usr/lib/binfmtd/conf.d/alpha.conf"
register ':theirs:E::theirs::/bin/true:'
check 'status counts' gives 0 "$ctl" status --root="$root" <<'X'
      Daemon: not asked: --root is given
    Instance: /proc/sys/fs/binfmt_misc, switched on
     Formats: 2: 1 pending, 1 foreign
 Definitions: 0 errors, 0 warnings
     Pending: 1 change
X
check 'status has JSON' is_json "$ctl" status --root="$root" --json
"$ctl" apply --root="$root" >/dev/null
echo 0 >"$binfmt_misc/status"
check 'status tells that all is switched off' gives 0 "$ctl" status --root="$root" <<'X'
      Daemon: not asked: --root is given
    Instance: /proc/sys/fs/binfmt_misc, switched off
     Formats: 2: 1 registered, 1 foreign
 Definitions: 0 errors, 0 warnings
     Pending: nothing
X
check 'status tells why there is no instance' gives 0 "$ctl" status --root="$root" --binfmt-misc=/mnt <<'X'
      Daemon: not asked: --root is given
    Instance: /mnt, unavailable: binfmt_misc is not mounted
              start proc-sys-fs-binfmt_misc.mount, or mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
     Formats: 1: 1 unavailable
 Definitions: 0 errors, 0 warnings
X
check 'also as JSON' is_json "$ctl" status --root="$root" --binfmt-misc=/mnt --json

escape=$(printf '\033')
colored() { "$@" | grep alpha | grep -q "$escape"; }
plain() { "$@" >"$scratch/plain"; grep -q alpha "$scratch/plain" && ! grep "$escape" "$scratch/plain"; }
check 'a pipe gets no colours' plain "$ctl" list --root="$root"
check 'unless they are asked for' colored "$ctl" list --root="$root" --color=always
check 'even with NO_COLOR' colored env NO_COLOR=1 "$ctl" list --root="$root" --color
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
        terminal() { script -qec "stty cols $1; TERM=xterm $2 $ctl list --root=$root $3" /dev/null </dev/null; }
        check 'a terminal gets colours' colored terminal 100 '' ''
        check 'not with NO_COLOR' plain terminal 100 NO_COLOR=1 ''
        check 'nor where they are declined' plain terminal 100 '' --color=never
        check 'nor on one that has none' plain terminal 100 TERM=dumb ''
        heads() { terminal "$1" '' --color=never | head -n 1 | tr -d '\r' | tr -s ' '; }
        check 'narrow terminals get reason and interpreter in one' gives 0 heads 80 <<'X'
NAME STATE MATCHES DETAILS
X
        check 'wider ones get both' gives 0 heads 140 <<'X'
NAME STATE MATCHES INTERPRETER FLAGS REASON
X
        fits() { terminal 60 '' --color=never | awk 'length($0) > 61 { print; bad = 1 } END { exit bad || NR < 3 }'; }
        check 'lines fit the terminal' fits
fi
full() { "$ctl" list --root="$root" >/dev/full; }
check 'output that cannot be written is a failure' gives 1 full <<'X'
binfmtctl: cannot write the output: No space left on device
X
plan
