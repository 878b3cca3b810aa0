#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# completions/: what bash, zsh and fish offer, by driving them. What may stand where, binfmtctl says itself.
set -u
. "${srcdir:-.}/tests/ctl/instance.sh"

here=$(cd "${srcdir:-.}" && pwd)
conf=$root/usr/lib/binfmtd/conf.d
for name in alpha alto beta 'two words' 'two;tricky$(words)'; do
        printf '[%s]\nExtension=%s\nInterpreter=/usr/bin/run\n' "$name" "$(echo "$name" | tr -cd a-z)" >"$conf/${name%% *}.conf"
done
register ':theirs:E::theirs::/bin/true:'
mkdir /mnt/bin /mnt/files /mnt/files/folder
ln -s "$ctl" /mnt/bin/binfmtctl
: >/mnt/files/file.conf
PATH=/mnt/bin:$PATH
export PATH
cd /mnt/files || exit 99

words() { "$ctl" complete -- "$@" | cut -f 1; }
all_verbs() {
        "$ctl" --help | sed -n '/^Verbs:/,/^Options:/s/^  \([a-z][a-z-]*\) .*/\1/p' >"$scratch/helped"
        words '' | same "$scratch/helped" -
}
check 'all verbs that --help has are offered, in its order' all_verbs
check 'each with what it does' says '^lint	Check definition files' "$ctl" complete -- ''
verb_options() {
        "$ctl" "$1" --help | sed -n '/^Options:/,$s/^  .*  --\([a-z-]*\).*/\1/p; /^Options:/,$s/^  -.*, --\([a-z-]*\).*/\1/p' |
                sort >"$scratch/helped"
        words "$1" -- | sed 's/^--//; s/=$//' | sort | same "$scratch/helped" -
}
for verb in list enable lint exec; do
        check "and the options of $verb" verb_options "$verb"
done
check 'the real names of formats' gives 0 words --root="$root" show '' <<'X'
alpha
alto
beta
theirs
two words
two;tricky$(words)
X
check 'columns, one behind another' says '^--columns=NAME,STATE$' words list --columns=NAME,
check 'an argument that may be left out, with what stands in front' says '^--color=never$' words list --color=
check 'which is none in a word of its own' says '^alpha$' words --root "$root" list --color al
check 'files where a verb takes files' gives 0 words lint '' <<'X'
:files
X
check 'directories' gives 0 words list --root '' <<'X'
:directories
X
check 'commands' gives 0 words exec '' <<'X'
:command
X
check 'nothing where no word may stand' gives 0 words reload '' </dev/null
check 'what is asked for by completions is not offered itself' fails sh -c '"$@" | grep complete' sh "$ctl" complete -- ''
quiet() { [ -z "$("$@" 2>&1)" ]; }
check 'no complaint is heard' quiet "$ctl" complete -- --root=/nowhere reload ''

# A bare chroot may have none.
terminals=
script -qec true /dev/null </dev/null >/dev/null 2>&1 && terminals=yes

if command -v bash >/dev/null 2>&1; then
        # completes WORD…: what bash offers for the last one, with the words as bash cuts a line
        cat >"$scratch/bash" <<'X'
. "$1"
shift
compopt() { case $* in *nospace*) echo "(no blank)" ;; esac }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_binfmtctl "$1"
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
X
        completes() { bash "$scratch/bash" "$here/completions/binfmtctl" "$@"; }
        check 'bash: verbs' gives 0 completes binfmtctl li <<'X'
list
lint
X
        check 'bash: an option that wants an argument gets no blank' gives 0 completes binfmtctl list --col <<'X'
(no blank)
--color
--columns=
X
        check 'bash: names' gives 0 completes binfmtctl --root = "$root" show al <<'X'
alpha
alto
X
        check 'bash: names of several words are quoted' gives 0 completes binfmtctl --root = "$root" show two <<'X'
two\ words
two\;tricky\$\(words\)
X
        check 'bash: and found again when they are' gives 0 completes binfmtctl --root = "$root" show 'two\ w' <<'X'
two\ words
X
        check 'bash: in quotes they need none' gives 0 completes binfmtctl --root = "$root" show "'two w" <<'X'
two words
X
        check 'bash: arguments, without what stands in front' gives 0 completes binfmtctl list --color = a <<'X'
auto
always
X
        check 'bash: also if there is nothing yet' says '^never$' completes binfmtctl list --color =
        check 'bash: files' gives 0 completes binfmtctl lint fi <<'X'
file.conf
X
        check 'bash: directories' gives 0 completes binfmtctl list --root = fo <<'X'
folder
X
        check 'bash: commands' says '^setpriv$' completes binfmtctl exec setpr
        # As on a terminal: readline cuts the line, and inserts the only match when Tab is pressed.
        on_terminal() {
                printf '. %s/completions/binfmtctl\nbinfmtctl --root=%s show be\t --json | grep -c beta >typed\nexit\n' \
                        "$here" "$root" |
                        script -qec 'PS1= TERM=dumb bash --norc --noprofile -i' /dev/null
                cat typed
                grep -q '^[1-9]' typed
        }
        if [ -n "$terminals" ]; then
                check 'bash: Tab on a terminal' on_terminal
        else
                check 'bash: Tab on a terminal # SKIP there are no pseudo-terminals here' true
        fi
else
        check 'bash # SKIP there is none' true
fi

if command -v fish >/dev/null 2>&1; then
        HOME=$scratch XDG_CONFIG_HOME=$scratch XDG_DATA_HOME=$scratch
        export HOME XDG_CONFIG_HOME XDG_DATA_HOME
        offers() { fish --no-config -c "source $here/completions/binfmtctl.fish; complete -C '$1'"; }
        check 'fish: verbs, with what they do' gives 0 offers 'binfmtctl lin' <<'X'
lint	Check definition files, without the kernel
X
        check 'fish: options' says '^--columns=	' offers 'binfmtctl list --col'
        check 'fish: names, with their states' gives 0 offers "binfmtctl --root=$root show al" <<'X'
alpha	pending
alto	pending
X
        check 'fish: names of several words' says '^two words	' offers "binfmtctl --root=$root show two"
        check 'fish: arguments' gives 0 offers 'binfmtctl list --color=al' <<'X'
--color=always	in pipes as well
X
        check 'fish: files' says '^file.conf' offers 'binfmtctl lint fi'
        check 'fish: directories' says '^--root=folder/' offers 'binfmtctl list --root=fo'
        check 'fish: commands' says '^setpriv' offers 'binfmtctl exec setpr'
else
        check 'fish # SKIP there is none' true
fi

if command -v zsh >/dev/null 2>&1 && [ -n "$terminals" ]; then
        # A shell on a terminal of its own, in which each match is printed besides.
        cat >"$scratch/zsh" <<'X'
zmodload zsh/zpty
cat >$3 <<E
stty -echo
path=(/mnt/bin \$path)
fpath=($1 \$fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
        local -a found
        if [[ " \$* " != *" -[OAD] "* ]]; then
                builtin compadd -O found "\$@"
                print -rl -- "<"\${^found}">"
        fi
        builtin compadd "\$@"
}
show() { zle complete-word; print "<end>"; BUFFER= }
zle -C complete-word complete-word _main_complete
zle -N show
bindkey "^I" show
print "<ready>"
E
zpty shell "PS1= PS2= zsh -f -i"
zpty -w shell ". $3"
zpty -m -r shell line "*<ready>*"
zpty -n -w shell "$2"$'\t'
zpty -m -r shell line "*<end>*"
print -r -- "$line"
X
        zoffers() {
                timeout 20 zsh -f "$scratch/zsh" "$here/completions" "$1" "$scratch/zshrc" | tr -d '\r' |
                        sed -n 's/.*<\([^>]*\)>.*/\1/p'
        }
        check 'zsh: verbs' says '^lint$' zoffers 'binfmtctl lin'
        check 'zsh: options' says '^--columns=$' zoffers 'binfmtctl list --col'
        check 'zsh: names' says '^alto$' zoffers "binfmtctl --root=$root show al"
        check 'zsh: names of several words' says '^two words$' zoffers "binfmtctl --root=$root show two"
        check 'zsh: arguments' says '^--color=always$' zoffers 'binfmtctl list --color=al'
        check 'zsh: files' says '^file.conf$' zoffers 'binfmtctl lint fi'
        check 'zsh: directories' says '^folder' zoffers 'binfmtctl list --root=fo'
        check 'zsh: commands' says '^setpriv$' zoffers 'binfmtctl exec setpr'
else
        check 'zsh # SKIP there is none, or no pseudo-terminal' true
fi
plan
