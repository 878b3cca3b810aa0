# SPDX-License-Identifier: LGPL-2.1-or-later
#
# TAP for shell tests; to be sourced. Every test script gets BUILDDIR and srcdir from make.
#
#   check "what holds" COMMAND…   ok if the command succeeds; its output is shown if it does not
#   plan                          at the end: how many there were, and the exit status

# What a group may write is not read: many users have 002.
umask 022
tap_count=0 tap_failed=0
srcdir=${srcdir:-.}
BUILDDIR=${BUILDDIR:-$PWD}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

skip_all() {
        echo "1..0 # SKIP $*"
        exit 0
}

check() {
        tap_count=$((tap_count + 1)) tap_name=$1
        shift
        if "$@" >"$scratch/.output" 2>&1; then
                echo "ok $tap_count - $tap_name"
        else
                echo "not ok $tap_count - $tap_name"
                echo "# $* failed:"
                sed 's/^/# /' "$scratch/.output"
                tap_failed=$((tap_failed + 1))
        fi
}

# same EXPECTED-FILE ACTUAL-FILE, for check
same() { diff -u "$1" "$2"; }

# fails COMMAND…: for check; the command must fail
fails() { ! "$@"; }

# exits STATUS COMMAND…: for check
exits() {
        tap_expected=$1
        shift
        "$@"
        tap_status=$?
        [ "$tap_status" -eq "$tap_expected" ] || { echo "exit status $tap_status, expected $tap_expected"; return 1; }
}

plan() {
        echo "1..$tap_count"
        [ "$tap_failed" -eq 0 ]
        exit $?
}
