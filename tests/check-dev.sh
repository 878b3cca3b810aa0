#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# ./dev before it installs or builds anything: what cannot work is refused in one line, and only what is missing is named. Programs are
# hidden from it by a folder of links that is its whole PATH; nothing can be installed from there.
#
# Functions that check runs look unreachable to shellcheck; tests/tap.sh makes $scratch.
# shellcheck disable=SC1091,SC2016,SC2154,SC2317
set -u
. "${srcdir:-.}/tests/tap.sh"
[ -e "$srcdir/dev" ] || skip_all 'dev is not part of a release'

# copy_dev FOLDER: a source tree that has only what dev looks at first.
copy_dev() {
        mkdir -p "$1" && cp "$srcdir/dev" "$1/dev" && : >"$1/configure"
}

# hide PROGRAM…: makes $tools, a PATH that has all programs of this machine but these, and of which the user is not root.
hide() {
        tools=$scratch/tools-$*
        mkdir "$tools"
        for tool_folder in /usr/bin /bin /usr/sbin /sbin; do
                find "$tool_folder/" -maxdepth 1 ! -type d -exec ln -sf -t "$tools" {} +
        done
        # What takes the place of a link must not be written through it.
        for hidden in sudo id apt-get "$@"; do
                rm -f "$tools/$hidden"
        done
        printf '#!/bin/sh\necho 1000\n' >"$tools/id"
        printf '#!/bin/sh\necho "$0 $*" >>%s\n' "$scratch/installed" >"$tools/apt-get"
        chmod 755 "$tools/id" "$tools/apt-get"
        # dev looks into sbin as well, so that is out of sight.
        sed 's,^PATH=.*,,' "$srcdir/dev" >"$scratch/source/dev"
}

# refuses TEXT COMMAND…: it fails, and all that it says is one line with that text.
refuses() {
        refused_text=$1
        shift
        fails "$@" >"$scratch/said" 2>&1 || return 1
        cat "$scratch/said"
        [ "$(grep -c . "$scratch/said")" -eq 1 ] && grep -qF -- "$refused_text" "$scratch/said"
}

# named HIDDEN…: what dev names as missing, one package on a line.
named() {
        hide "$@"
        PATH=$tools "$scratch/source/dev" build 2>&1 | sed -n 's/.*needs root: //p' | tr ' ' '\n' | grep . | sort
}

# Hiding a program more makes dev name its package more, and nothing else.
names_only() {
        named >"$scratch/before"
        named scdoc >"$scratch/after"
        comm -13 "$scratch/before" "$scratch/after" >"$scratch/more"
        comm -23 "$scratch/before" "$scratch/after" >"$scratch/less"
        cat "$scratch/more"
        [ "$(cat "$scratch/more")" = scdoc ] && [ ! -s "$scratch/less" ] && [ ! -e "$scratch/installed" ]
}

copy_dev "$scratch/source"
copy_dev "$scratch/with blank"
chmod 755 "$scratch/source/dev" "$scratch/with blank/dev"
check 'a path with a blank is refused in one line' refuses 'with a blank' "$scratch/with blank/dev" build
check 'so is a build folder with one' refuses 'with a blank' env BUILDDIR="$scratch/b c" "$scratch/source/dev" build
check 'nothing was made there' [ ! -e "$scratch/b c" ]
check 'a build folder that cannot be made is refused in one line' \
        refuses 'cannot be written to' env BUILDDIR=/proc/self/build "$scratch/source/dev" run
if command -v apt-get >/dev/null && command -v scdoc >/dev/null; then
        check 'only what is missing is named' names_only
fi
plan
