#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# binfmtctl(1) against the program: each verb has a section of its own, with the syntax that its help has, and a verb
# and an option stand together in the page where the program takes that option for that verb, and nowhere else.
#
# What the program takes is found out by giving it the option behind --help: an option that the verb does not take is
# refused before the help is printed, and the verb itself never runs.
set -u
. "${srcdir:-.}/tests/tap.sh"

ctl=$BUILDDIR/binfmtctl
page=${srcdir:-.}/man/binfmtctl.1.scd

# Succeeds if the verb takes the option. An option that wants an argument is given one that some option can use.
takes() {
        for argument in '' =1 =/; do
                said=$("$ctl" "$1" --help "$2$argument" 2>&1) && return 0
                case $said in
                *"has no option --"* | *"there is no option $2"* | *"there is no verb"*) return 1 ;;
                esac
        done
        echo "it cannot be told whether $1 takes $2: $said" >&2
        return 1
}

# What is said of the program by the page, one line each:
#
#   heading SYNTAX…        a heading in the section VERBS
#   section VERB OPTION    the section of a verb names an option
#   option VERB OPTION     the section OPTIONS says that the verb takes it; "every" stands for all verbs
#   example VERB OPTION    a command line uses them together, as in "binfmtctl apply --dry-run"
#
# Options are in bold, *--json*, and so are verbs. Of a verb that passes its words on, only what stands in front of them
# counts.
claims() {
        awk -v verbs="$(tr '\n' ' ' <"$scratch/verbs")" '
        BEGIN {
                n = split(verbs, list, " ")
                for (i = 1; i <= n; i++)
                        known[list[i]] = 1
        }
        function is_option(word) { return word ~ /^--?[a-z]/ }
        function bare(word) { sub(/[^a-z-].*/, "", word); return word }
        # The words of one command line; `own` is the verb whose section it stands in.
        function command(line, own,     w, n, i, verb, named) {
                n = split(line, w, " ")
                i = w[1] == "binfmtctl" ? 2 : 1
                named = i == 2
                for (; i <= n; i++)
                        if (!is_option(w[i]) && verb == "") {
                                verb = w[i]
                                if (!named && !(verb in known))
                                        return
                        }
                if (verb == "" && named)
                        verb = "list"
                for (i = named ? 2 : 1; i <= n; i++) {
                        if (is_option(w[i]) && verb != "")
                                print "example", verb, bare(w[i])
                        else if (is_option(w[i]) && own != "")
                                print "section", own, bare(w[i])
                        else if (verb == "exec" && w[i] != "exec" && w[i] != "binfmtctl")
                                return
                }
        }
        # Calls command() for each span of bold text.
        function spans(text, own,     s) {
                while (match(text, /[*][^*]+[*]/)) {
                        s = substr(text, RSTART + 1, RLENGTH - 2)
                        text = substr(text, RSTART + RLENGTH)
                        command(s, own)
                }
        }
        # "*list* and *show* take this option", below the options that are in `entry`.
        function taken(text,     end, s, o, i, n) {
                n = split(entry, o, " ")
                if (general) {
                        for (i = 1; i <= n; i++)
                                print "option", "every", o[i]
                        return
                }
                end = match(text, /takes?[ ]this[ ]option/)
                if (!end)
                        return
                text = substr(text, 1, end)
                while (match(text, /[*][^*]+[*]/)) {
                        s = substr(text, RSTART + 1, RLENGTH - 2)
                        text = substr(text, RSTART + RLENGTH)
                        for (i = 1; i <= n; i++)
                                print "option", s, o[i]
                }
        }
        function flush() {
                if (entry != "")
                        taken(body)
                entry = ""
                spans(body, part == "VERBS" ? verb : "")
                body = ""
        }
        /^[ \t]*```/ { flush(); code = !code; next }
        code {
                if (!sub(/^[ \t]*[$#] /, ""))
                        next
                if (!match($0, /binfmtctl[^|>)]*/))
                        next
                command(substr($0, RSTART, RLENGTH), "")
                next
        }
        /^# / { flush(); part = substr($0, 3); verb = ""; next }
        /^## / {
                flush()
                if (part == "VERBS") {
                        verb = $2
                        print "heading", substr($0, 4)
                }
                general = $0 ~ /General/
                next
        }
        /^[ \t]*$/ { flush(); next }
        part == "OPTIONS" && /^[*]-/ {
                flush()
                while (match($0, /[*]-[a-z-]+[*]/)) {
                        entry = entry " " substr($0, RSTART + 1, RLENGTH - 2)
                        $0 = substr($0, RSTART + RLENGTH)
                }
                next
        }
        { sub(/^[ \t]+/, ""); body = body " " $0 }
        END { flush() }' "$1"
}

# claimed PLACES: the pairs of verb and option that the page has there, of the last claims
claimed() {
        awk -v places=" $1 " '
        FILENAME != ARGV[1] && $1 != "heading" && index(places, " " $1 " ") {
                for (i = 1; i <= n; i++)
                        if ($2 == "every")
                                print verbs[i], $3
                if ($2 != "every")
                        print $2, $3
        }
        FILENAME == ARGV[1] { verbs[++n] = $1 }' "$scratch/verbs" "$scratch/claims" | sort -u
}

# complain WHAT: for each pair on standard input a line that says so of the page; fails if there is one
complain() { ! sed "s/^/the page $1: /" | grep .; }

# Succeeds if the page is right, and prints a sentence about each thing that is not.
page_is_right() {
        right=0
        claims "$1" >"$scratch/claims" || return 1
        sed -n 's/^heading //p' "$scratch/claims" | diff "$scratch/syntax" - >"$scratch/difference" || {
                sed -n 's/^< /the page has no such heading, or not at this place: /p
                        s/^> /the page has a heading of its own, which the help has not: /p' "$scratch/difference"
                right=1
        }
        claimed 'section option example' | comm -23 - "$scratch/taken" |
                complain 'puts together what the program refuses' || right=1
        claimed section | comm -13 - "$scratch/special" |
                complain 'does not name an option in the section of a verb that takes it' || right=1
        claimed option | comm -13 - "$scratch/taken" |
                complain 'does not say in OPTIONS that a verb takes an option' || right=1
        return "$right"
}

"$ctl" --help | sed -n '/^Verbs:/,/^Options:/s/^  \([a-z][a-z-]*\) .*/\1/p' >"$scratch/verbs"
while read -r verb; do
        "$ctl" "$verb" --help >"$scratch/help"
        sed -n '1s/^binfmtctl \[[^]]*\] //p' "$scratch/help" | sed 's/…/.../g' >>"$scratch/syntax"
        sed -n '/^Options:/,$p' "$scratch/help" | tr ', =[' '\n\n\n\n' | grep '^--*[a-z]' |
                sed "s/^/$verb /" >>"$scratch/helped.raw"
done <"$scratch/verbs"
sort -u "$scratch/helped.raw" >"$scratch/helped"

# Every option of the program or of the page, tried with every verb.
claims "$page" | sed -n '/^heading/!s/.* //p' >"$scratch/options.raw"
cut -d ' ' -f 2 "$scratch/helped" >>"$scratch/options.raw"
sort -u "$scratch/options.raw" >"$scratch/options"
while read -r verb; do
        while read -r option; do
                if takes "$verb" "$option" 2>>"$scratch/untold"; then echo "$verb $option"; fi
        done <"$scratch/options"
done <"$scratch/verbs" | sort >"$scratch/taken"
# Long options that not all verbs take.
n_verbs=$(wc -l <"$scratch/verbs")
awk -v n="$n_verbs" 'NR == FNR { count[$2]++; next } count[$2] < n && $2 ~ /^--/' \
        "$scratch/taken" "$scratch/taken" >"$scratch/special"

check 'of every verb and option it can be told whether they go together' fails test -s "$scratch/untold"
check 'there are verbs' test "$n_verbs" -gt 10
check 'there are options that all verbs take' grep -q '^list --json$' "$scratch/taken"
check 'and options that some take' grep -q '^apply --wait-mount$' "$scratch/special"
check 'and none is taken for what is refused' fails grep -q '^list --wait-mount$' "$scratch/taken"
check 'a verb'\''s help lists the options that it takes, and no others' same "$scratch/taken" "$scratch/helped"
check 'the page tells of every verb and option as the program has them' page_is_right "$page"

# broken_by PATTERN SED-SCRIPT: for check; what such a change breaks is found, in a sentence that has the pattern
broken_by() {
        sed "$2" "$page" >"$scratch/broken"
        ! cmp -s "$page" "$scratch/broken" || { echo 'the page was not changed'; return 1; }
        if page_is_right "$scratch/broken" >"$scratch/found"; then
                echo 'nothing is found to be wrong'
                return 1
        fi
        cat "$scratch/found"
        grep -q -- "$1" "$scratch/found"
}
check 'a heading that is missing is found' broken_by 'no such heading.*: status$' '/^## status$/d'
check 'and one of a verb that there is not' broken_by 'which the help has not: stats$' 's/^## status$/## stats/'
check 'and one with another syntax' broken_by 'which the help has not: show FILE$' 's/^## show .*/## show FILE/'
check 'an option that was moved to another verb is found there' broken_by 'refuses: cat-config --strict$' \
        '/^## lint/,/^## cat-config/s/\*--strict\*/it/; s/^\*cat-config\* takes/& *--strict*,/'
check 'and missed where it was' grep -q 'that takes it: lint --strict$' "$scratch/found"
check 'an option is found that only the list of options has with another verb' broken_by 'refuses: apply --offline$' \
        '/^\*--offline\*/,/^$/s/\*reload\*/*apply*/'
check 'and missed, too' grep -q 'OPTIONS.*: reload --offline$' "$scratch/found"
check 'an option for all verbs that some refuse is found' broken_by 'refuses: list --strict$' \
        's/^## Options of some verbs$//'
check 'an option that there is not is found' broken_by 'refuses: doctor --deep$' \
        's/^\*doctor\* takes/& *--deep*,/'
check 'an example that would be refused is found' broken_by 'refuses: cat-config --quiet$' \
        's/^\$ binfmtctl cat-config/& --quiet/'
plan
