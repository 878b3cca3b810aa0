#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The house has rooms, and a room uses rooms below it, never one beside or above it. To use a room is to include one of its headers.
# The table below says which rooms there are and which of them each may use; this test holds the #include lines against it.
#
#   check-arrows.sh [TREE]   TREE is the source tree of this test, unless another one is given
#
# A room is a folder, without the folders in it. A few rooms are single modules, which stand above or below the rest of their folder;
# the modules are then written out, and the first is the room's name. All that a room may use stands further down in the table;
# "model/*" means every room of model/ that does.
#
# A module is X.c, X.h and X-private.h of one folder. Modules that include each other's headers, directly or by way of others, form a
# circle: none can be understood or tested without the rest. A circle is a mistake, unless a header in it says why there has to be
# one, in a comment that begins with "Circle:" and names all the other modules:
#
#   /* Circle: verdict. A remedy is part of a verdict, and … */
#
# tests/ and bench/ may include whatever they like.
#
# Functions that check runs look unreachable to shellcheck, $1 in awk looks like one of the shell, and tests/tap.sh makes $scratch.
# shellcheck disable=SC1091,SC2016,SC2154,SC2317
set -u
. "${srcdir:-.}/tests/tap.sh"
tree=${1:-$srcdir}
facts=$scratch/facts

cat >"$scratch/rooms" <<'EOF'
daemon/main daemon/loop:            daemon/front daemon daemon/watch daemon/log api engine/* varlink model/*
daemon/front:                       daemon daemon/log api engine/* varlink model/*
daemon:                             daemon/watch daemon/log engine/* model/*
daemon/watch:                       daemon/log engine/* model/*
daemon/log daemon/names:            model/base

ctl/verbs:                          ctl api engine/* model/*
ctl:                                api engine/* varlink model/*
compat:                             api engine/* varlink model/*

api:                                engine/pass model/*
varlink:                            model/base

engine/pass:                        engine/read engine/system model/*
engine/read:                        engine/system model/format model/base
engine/system:                      model/*

model/health model/health/samples:  model/explain model/plan model/format model/base
model/explain:                      model/plan model/format model/base
model/plan:                         model/format model/base
model/format:                       model/base
model/base:
EOF

# The first thing to know of a tree is where its sources are. A folder that was configured, or could be, is another tree inside this
# one: where it is built, or what `make dist` is about to pack. `make distcheck` configures one folder deeper, in _build/sub.
list_sources() {
        for folder in */; do
                folder=${folder%/}
                case $folder in tests | bench) continue ;; esac
                if [ ! -e "$folder/configure.ac" ] && [ ! -e "$folder/config.status" ] && [ ! -e "$folder/sub/config.status" ]; then
                        find "$folder" -name '*.[ch]' -o -name '*.inc'
                fi
        done
}

# Reads a table of rooms and a tree. All checks ask the facts that it prints, one on a line:
#
#   file FILE ROOM                             ROOM is "-" if the file is in none
#   include FILE LINE ROOM INCLUDED ROOM       both rooms, of the file and of what it includes
#   edge MODULE MODULE                         the first includes a header of the second
#   excuse MODULE WORD…                        what its "Circle:" comment says
read_tree() {
        (cd "$2" && list_sources | sort | xargs awk '
        function folder_of(file) { sub("/[^/]*$", "", file); return file }
        function module_of(file) { sub("[.][a-z]+$", "", file); sub("-private$", "", file); return file }
        function room_of(file) {
                if (module_of(file) in rooms)
                        return rooms[module_of(file)]
                return folder_of(file) in rooms ? rooms[folder_of(file)] : "-"
        }

        # The table.
        NR == FNR {
                n = split(substr($0, 1, index($0, ":") - 1), words, " ")
                for (i = 1; i <= n; i++)
                        rooms[words[i]] = words[1]
                next
        }

        # The sources.
        FNR == 1 { print "file", FILENAME, room_of(FILENAME); excusing = 0 }

        /^[ \t]*#[ \t]*include[ \t]*"/ {
                split($0, quoted, "\"")
                included = quoted[2]
                if (included !~ "/")
                        included = folder_of(FILENAME) "/" included
                print "include", FILENAME, FNR, room_of(FILENAME), included, room_of(included)
                if (included ~ /[.]h$/ && module_of(included) != module_of(FILENAME))
                        print "edge", module_of(FILENAME), module_of(included)
        }

        FILENAME ~ /[.]h$/ && sub(/^.*Circle:/, "") { excusing = 1 }
        excusing {
                ends = sub("[*]/.*", "")
                gsub("[^A-Za-z0-9/-]+", " ")
                print "excuse", module_of(FILENAME), $0
                excusing = !ends
        }' "$1")
}

# Writes the table out, one permission on a line: "may ROOM ROOM", or "nowhere ROOM WORD" if what it may use is no room further down.
list_permissions() {
        awk -F: '
        NF == 2 { name[++n] = $1; uses[n] = $2; sub(" .*", "", name[n]) }
        END {
                for (i = 1; i <= n; i++) {
                        words = split(uses[i], word, " ")
                        for (w = 1; w <= words; w++) {
                                found = 0
                                for (j = i + 1; j <= n; j++)
                                        if (name[j] == word[w] || word[w] == substr(name[j], 1, index(name[j], "/")) "*") {
                                                print "may", name[i], name[j]
                                                found = 1
                                        }
                                if (!found)
                                        print "nowhere", name[i], word[w]
                        }
                }
        }' "$1"
}

# The checks. Each prints what is wrong, and fails if that is anything.

table_points_down() {
        list_permissions "$1" | awk '
        $1 == "nowhere" { print $2 " may use " $3 ", but no such room stands further down"; bad = 1 }
        END { exit bad }'
}

files_have_rooms() {
        awk '$1 == "file" && $3 == "-" { print $2 " is in no room"; bad = 1 } END { exit bad }' "$1"
}

# Each folder and each module that the table names needs a file.
rooms_have_files() {
        awk '
        NR == FNR {
                if ($1 == "file") {
                        sub("[.][a-z]+$", "", $2)
                        there[$2]
                        sub("/[^/]*$", "", $2)
                        there[$2]
                }
                next
        }
        sub(":.*", "") {
                for (i = 1; i <= NF; i++)
                        if (!($i in there)) {
                                print $i " has no files"
                                bad = 1
                        }
        }
        END { exit bad }' "$1" "$2"
}

includes_point_down() {
        list_permissions "$2" | awk '
        $1 == "may" { may[$2, $3] }
        $1 == "include" && $6 == "-" { print $2 ":" $3 ": " $5 " is in no room"; bad = 1; next }
        $1 == "include" && $4 != "-" && $4 != $6 && !(($4, $6) in may) {
                print $2 ":" $3 ": " $4 " may not use " $6 " (" $5 ")"
                bad = 1
        }
        END { exit bad }' - "$1"
}

# Prints the shortest circle through each edge, so that there is no edge of a circle that is not printed: "a -> b -> a", with the
# first by name at both ends, and " (explained)" behind it where a header does.
list_circles() {
        awk '
        # Goes from module to module, the nearest first, and remembers where it came from. "" if there is no way.
        function shortest_way(from, to,    came, queue, first, last, next_ones, n, i, way) {
                came[from] = ""
                queue[first = last = 1] = from
                for (; first <= last && !(to in came); first++) {
                        n = split(uses[queue[first]], next_ones, " ")
                        for (i = 1; i <= n; i++)
                                if (!(next_ones[i] in came)) {
                                        came[next_ones[i]] = queue[first]
                                        queue[++last] = next_ones[i]
                                }
                }
                if (!(to in came))
                        return ""
                for (way = to; came[to] != ""; to = came[to])
                        way = came[to] " " way
                return way
        }

        # A comment may name a module by its path, or without the folder.
        function is_named(module, comment) {
                if (index(comment, " " module " "))
                        return 1
                sub(".*/", "", module)
                return index(comment, " " module " ")
        }

        # Does a header of one of these modules name all the others?
        function is_explained(modules, n,    i, j, named) {
                for (i = 1; i <= n; i++) {
                        named = 0
                        for (j = 1; j <= n; j++)
                                if (j != i && is_named(modules[j], excuses[modules[i]] " "))
                                        named++
                        if (named == n - 1)
                                return 1
                }
                return 0
        }

        function print_circle(modules, n,    least, i, text) {
                least = 1
                for (i = 2; i <= n; i++)
                        if (modules[i] < modules[least])
                                least = i
                for (i = 0; i < n; i++)
                        text = text modules[(least - 1 + i) % n + 1] " -> "
                text = text modules[least] (is_explained(modules, n) ? " (explained)" : "")
                if (!printed[text]++)
                        print text
        }

        $1 == "edge" && !seen[$2, $3]++ { uses[$2] = uses[$2] " " $3; user[++edges] = $2; used[edges] = $3 }
        $1 == "excuse" { module = $2; $1 = $2 = ""; excuses[module] = excuses[module] " " $0 }
        END {
                for (e = 1; e <= edges; e++) {
                        n = split(shortest_way(used[e], user[e]), circle, " ")
                        if (n > 0)
                                print_circle(circle, n)
                }
        }' "$1" | sort
}

modules_form_no_circle() { ! list_circles "$1" | grep -v ' (explained)$'; }

# Prints the arrows that there really are, as TAP comments, in the order of the table.
print_arrows() {
        awk '
        NR == FNR {
                if ($1 == "include" && $4 != $6) {
                        uses[$4, $6]
                        any[$4]
                }
                next
        }
        sub(":.*", "") { name[++n] = $1 }
        END {
                for (i = 1; i <= n; i++) {
                        line = "# " name[i] " ->"
                        for (j = 1; j <= n; j++)
                                if ((name[i], name[j]) in uses)
                                        line = line " " name[j]
                        print line ((name[i] in any) ? "" : " nothing")
                }
        }' "$1" "$2"
}

read_tree "$scratch/rooms" "$tree" >"$facts"
check 'a room may use nothing but rooms below it' table_points_down "$scratch/rooms"
check 'every source is in a room' files_have_rooms "$facts"
check 'every room has sources' rooms_have_files "$facts" "$scratch/rooms"
print_arrows "$facts" "$scratch/rooms"
check 'every include is one that the table allows' includes_point_down "$facts" "$scratch/rooms"
list_circles "$facts" | sed 's/^/# circle: /'
check 'modules form no circle that no header explains' modules_form_no_circle "$facts"

# Are such mistakes seen? They are made in a copy.

copy=$scratch/copy
copy_sources() {
        (cd "$tree" && list_sources | sed 's|/[^/]*$||' | sort -u | (mkdir "$copy" && cd "$copy" && xargs mkdir -p))
        (cd "$tree" && list_sources | xargs awk -v copy="$copy" '
        FNR == 1 { if (to) close(to); to = copy "/" FILENAME }
        { print > to }')
}

# plant FILE LINE…: a source file with these lines, in the copy
plant() {
        planted=$copy/$1
        shift
        printf '%s\n' "$@" >"$planted"
}

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

copy_sources
plant model/base/upward.h '#pragma once' '#include "model/plan/plan.h"'
plant ctl/sideways.c '' '' '#  include "compat/match.h"'
plant model/plan/outside.c '#include "tests/test.h"'
plant model/plan/downward.c '#include "model/base/text.h"' '#include <model/explain/explain.h>'
plant model/nowhere.c ''
mkdir -p "$copy/build/api" "$copy/_build/sub/api"
plant build/config.status ''
plant build/api/generated.inc ''
plant _build/sub/config.status ''
plant _build/sub/api/generated.inc ''
rm "$copy"/varlink/*
plant model/format/one.c '#include "one-private.h"'
plant model/format/one-private.h '#include "model/format/two.h"'
plant model/format/two.c '#include "model/format/three.h"'
plant model/format/three.h '#include "model/format/one.h"'
plant model/format/explained.h '/* Circle: other. There is a' ' * reason. */' '#include "model/format/other.h"'
plant model/format/other.c '#include "model/format/explained.h"'
plant model/format/wrong.h '/* Circle: stranger. */' '#include "model/format/unnamed.h"'
plant model/format/unnamed.h '#include "model/format/wrong.h"'
read_tree "$scratch/rooms" "$copy" >"$facts"
{ cat "$scratch/rooms"; echo 'attic: model/base'; } >"$scratch/upside-down"

check 'an include that goes up is seen' \
        complains 'model/base/upward.h:2: model/base may not use model/plan (model/plan/plan.h)' \
        includes_point_down "$facts" "$scratch/rooms"
check 'an include that goes to a room beside is seen' \
        complains 'ctl/sideways.c:3: ctl may not use compat (compat/match.h)' \
        includes_point_down "$facts" "$scratch/rooms"
check 'an include that leaves the house is seen' \
        complains 'model/plan/outside.c:1: tests/test.h is in no room' includes_point_down "$facts" "$scratch/rooms"
check 'an include that goes down is fine' is_silent_of downward includes_point_down "$facts" "$scratch/rooms"
check 'a file in no room is seen' complains 'model/nowhere.c is in no room' files_have_rooms "$facts"
check 'a folder where something is built has no sources' is_silent_of generated.inc files_have_rooms "$facts"
check 'a room without files is seen' complains 'varlink has no files' rooms_have_files "$facts" "$scratch/rooms"
check 'a table that points up is seen' \
        complains 'attic may use model/base, but no such room stands further down' table_points_down "$scratch/upside-down"
check 'a circle is seen, through files of every kind' \
        complains 'model/format/one -> model/format/two -> model/format/three -> model/format/one' modules_form_no_circle "$facts"
check 'a circle that a header explains is fine' is_silent_of explained modules_form_no_circle "$facts"
check 'a circle is not explained by a comment on another' \
        complains 'model/format/unnamed -> model/format/wrong -> model/format/unnamed' modules_form_no_circle "$facts"
plan
