# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# To be sourced by what runs many tests in steps and counts them: .ci/run and tests/release.sh. A test that skips has failed there, as
# the machine is one that can run them all.
#
#   $logs                   a folder that is gone at the end
#   step NAME COMMAND…      runs it, counts its TAP lines, and says how it went
#   steps_end               says the sum, on the last line; succeeds if nothing failed

passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# step_said LOG: what the tests that failed said of it, which the summary leaves out.
step_said() {
        grep -E '^(FAIL|ERROR): ' "$1" | cut -d' ' -f2 | sort -u | while read -r test; do
                find . -path "*/${test%.sh}.log" -newer "$logs/begin" -exec grep -hE -A40 '^(not ok|#|Bail)' {} + | head -n 200
        done
}

step() {
        name=$1 log=$logs/$(echo "$1" | tr -c 'a-z0-9\n' -)
        shift
        begin=$(date +%s)
        touch "$logs/begin"
        printf '\n== %s\n' "$name"
        if "$@" >"$log" 2>&1; then
                result=passed
        else
                result=FAILED
                failed=$((failed + 1))
                tail -n 60 "$log"
                step_said "$log"
        fi
        p=$(grep -cE '^PASS: ' "$log") f=$(grep -cE '^(FAIL|ERROR|XPASS): ' "$log") s=$(grep -cE '^SKIP: ' "$log")
        grep -E '^(FAIL|ERROR|XPASS|SKIP): ' "$log"
        passed=$((passed + p)) failed=$((failed + f + s))
        [ "$p" -gt 0 ] || [ "$result" = FAILED ] || passed=$((passed + 1))
        [ "$s" -eq 0 ] || echo "$s skipped, which counts as failed here"
        printf '== %s: %s in %s s\n' "$name" "$result" "$(($(date +%s) - begin))"
}

steps_end() {
        printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
        [ "$failed" -eq 0 ]
}
