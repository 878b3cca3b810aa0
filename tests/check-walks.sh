#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# HACKING.md walks through the code, function by function. A walk is only good as long as all that it names is there: this test looks
# for each function in the file that the walk names.
#
#   check-walks.sh [TREE]   TREE is the source tree of this test, unless another one is given
#
# The walks stand below a heading of the second level that ends in "walks", each below a heading of the third, as a numbered list. A
# step begins with a function and its file; other functions that its text names need no file, but have to be there, too:
#
#   1. `daemon_pass()` (daemon/daemon.c) has the keeper make a pass, by `keeper_pass()`.
#
# The lines of README.md and HACKING.md end in time to be read on a terminal, unless they hold nothing that could be broken.
#
# Functions that check runs look unreachable to shellcheck, and so do the backquotes of Markdown; tests/tap.sh makes $scratch.
# shellcheck disable=SC1091,SC2016,SC2154,SC2317
set -u
. "${srcdir:-.}/tests/tap.sh"
tree=${1:-$srcdir}
walks=$scratch/walks
STEPS_MAX=10 WALKS_MIN=4 LINE_MAX=120

# list_walks FILE: what its walks name, one on a line. WALK is a number.
#
#   walk WALK TITLE…
#   step WALK FUNCTION FILE
#   loose WALK LINE…           a step that does not begin with a function and a file
#   named WALK FUNCTION        in the text of a step
list_walks() {
        awk '
        function print_named(text) {
                while (match(text, /`[a-z_0-9]+\(\)`/)) {
                        print "named", walk, substr(text, RSTART + 1, RLENGTH - 4)
                        text = substr(text, RSTART + RLENGTH)
                }
        }

        /^## / { inside = /[Ww]alks$/; step = 0; next }
        !inside { next }
        sub(/^### /, "") { print "walk", ++walk, $0; step = 0; next }
        /^[0-9]+[.] / {
                step = 1
                if (!match($0, /^[0-9]+[.] `[a-z_0-9]+\(\)` \([^ )]+\)/)) {
                        print "loose", walk, $0
                        next
                }
                split(substr($0, 1, RLENGTH), word, " ")
                gsub(/[`()]/, "", word[2])
                gsub(/[()]/, "", word[3])
                print "step", walk, word[2], word[3]
                print_named(substr($0, RLENGTH + 1))
                next
        }
        /^$/ { step = 0 }
        step { print_named($0) }' "$1"
}

# is_defined FUNCTION FILE…: does a line in one of the files begin with its type and go on with its name and arguments?
is_defined() {
        function=$1
        shift
        grep -qE "^[A-Za-z_][^;=(]*[ *]$function\([^;]*\$" "$@"
}

# The checks. Each prints what is wrong, and fails if that is anything.

walks_are_enough() {
        n=$(grep -c '^walk ' "$1")
        [ "$n" -ge $WALKS_MIN ] || { echo "There are $n walks"; return 1; }
}

walks_are_short() {
        awk -v most=$STEPS_MAX '
        $1 == "walk" { number = $2; $1 = $2 = ""; title[number] = substr($0, 3); walks = number }
        $1 == "step" || $1 == "loose" { steps[$2]++ }
        END {
                for (i = 1; i <= walks; i++)
                        if (steps[i] == 0 || steps[i] > most) {
                                print title[i] ": " steps[i] + 0 " steps"
                                bad = 1
                        }
                exit bad
        }' "$1"
}

steps_have_functions() { ! sed -n 's/^loose [0-9]* //p' "$1" | grep .; }

files_are_there() {
        grep '^step ' "$1" | {
                bad=0
                while read -r _ _ _ file; do
                        [ -f "$tree/$file" ] || { echo "There is no $file"; bad=1; }
                done
                return $bad
        }
}

functions_are_there() {
        grep '^step ' "$1" | {
                bad=0
                while read -r _ _ function file; do
                        [ -f "$tree/$file" ] || continue
                        is_defined "$function" "$tree/$file" || { echo "$file does not define $function()"; bad=1; }
                done
                return $bad
        }
}

# Rooms are in folders that have a fragment of the Makefile.
named_functions_are_there() {
        for fragment in "$tree"/*/local.mk; do
                case $fragment in */tests/local.mk | */bench/local.mk) continue ;; esac
                find "${fragment%/local.mk}" -name '*.c'
        done >"$scratch/sources"
        grep '^named ' "$1" | {
                bad=0
                while read -r _ _ function; do
                        # shellcheck disable=SC2046
                        is_defined "$function" $(cat "$scratch/sources") || { echo "Nothing defines $function()"; bad=1; }
                done
                return $bad
        }
}

# Counts characters, not bytes: of each, only one byte is no continuation. A line of one word cannot be broken.
lines_are_short() {
        for file in "$@"; do
                LC_ALL=C tr -d '\200-\277' <"$file" |
                        awk -v file="${file##*/}" -v most=$LINE_MAX 'length > most && / / { print file ":" NR ": " length " characters" }'
        done >"$scratch/long"
        ! grep . "$scratch/long"
}

list_walks "$tree/HACKING.md" >"$walks"
sed -n 's/^walk [0-9]* /# walk: /p' "$walks"
check 'HACKING.md has its walks' walks_are_enough "$walks"
check 'no walk is longer than anybody can remember' walks_are_short "$walks"
check 'each step names a function and its file' steps_have_functions "$walks"
check 'the files are there' files_are_there "$walks"
check 'they define the functions' functions_are_there "$walks"
check 'functions that are named besides are defined somewhere' named_functions_are_there "$walks"
check 'lines of README.md and HACKING.md end in time' lines_are_short "$tree/README.md" "$tree/HACKING.md"

# Are such mistakes seen? They are made in a copy.

# complains LINE COMMAND…: for check; the command must fail, and print this line
complains() {
        complaint=$1
        shift
        if "$@" >"$scratch/complaints"; then
                echo 'It does not fail.'
                return 1
        fi
        grep -qxF -e "$complaint" "$scratch/complaints" || { echo "Not said: $complaint"; cat "$scratch/complaints"; return 1; }
}

# is_silent_of WORD COMMAND…: for check; the command must not print this word
is_silent_of() {
        word=$1
        shift
        "$@" >"$scratch/complaints"
        ! grep -F -e "$word" "$scratch/complaints"
}

cat >"$scratch/HACKING.md" <<'EOF_COPY'
## Wrong walks

### A walk that leads nowhere

1. `no_such_function()` (model/plan/plan.c) is not defined there.
2. `plan_make()` (model/plan/no-such-file.c) is not defined there either.
3. `plan_make()` has no file.
4. `main()` (ctl/main.c) is right, but what it is said to call by
   `no_such_helper()` is nowhere.
5. `plan_make()` (model/plan/plan.h) is declared there, and no more.

### A walk without an end

1. `plan_make()` (model/plan/plan.c)
2. `plan_make()` (model/plan/plan.c)
3. `plan_make()` (model/plan/plan.c)
4. `plan_make()` (model/plan/plan.c)
5. `plan_make()` (model/plan/plan.c)
6. `plan_make()` (model/plan/plan.c)
7. `plan_make()` (model/plan/plan.c)
8. `plan_make()` (model/plan/plan.c)
9. `plan_make()` (model/plan/plan.c)
10. `plan_make()` (model/plan/plan.c)
11. `plan_make()` (model/plan/plan.c)

### A walk without a step

## Anything else

1. `no_such_step()` (nowhere.c) is in no walk.
EOF_COPY
{
        printf '%120s\n' 'long enough'
        printf '%118s…\n' 'as many characters, of more bytes'
        printf '%121s\n' 'too long'
        printf '%0121d\n' 0
} >>"$scratch/HACKING.md"
last=$(wc -l <"$scratch/HACKING.md")
list_walks "$scratch/HACKING.md" >"$walks"

check 'a walk that is missing is seen' complains 'There are 3 walks' walks_are_enough "$walks"
check 'a walk that is too long is seen' complains 'A walk without an end: 11 steps' walks_are_short "$walks"
check 'a walk without a step is seen' complains 'A walk without a step: 0 steps' walks_are_short "$walks"
check 'a step without a file is seen' complains '3. `plan_make()` has no file.' steps_have_functions "$walks"
check 'a file that is not there is seen' complains 'There is no model/plan/no-such-file.c' files_are_there "$walks"
check 'a function that is not there is seen' \
        complains 'model/plan/plan.c does not define no_such_function()' functions_are_there "$walks"
check 'a function that is only declared is seen' \
        complains 'model/plan/plan.h does not define plan_make()' functions_are_there "$walks"
check 'a function that is named besides and not there is seen' \
        complains 'Nothing defines no_such_helper()' named_functions_are_there "$walks"
check 'a step that is right is fine' is_silent_of ctl/main.c functions_are_there "$walks"
check 'what is in no walk is none' is_silent_of no_such_step cat "$walks"
check 'a line that is too long is seen' \
        complains "HACKING.md:$((last - 1)): 121 characters" lines_are_short "$scratch/HACKING.md"
check 'a line of many bytes is fine, and so is one that cannot be broken' \
        sh -c '[ "$(wc -l <"$1")" -eq 1 ]' sh "$scratch/long"
plan
