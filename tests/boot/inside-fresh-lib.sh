# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For scripts in a machine to which nothing was done; to be sourced after inside.sh.

warning='warning|error|unable|failed|cannot|no such file|not found|read-only'

apt() {
        apt-get -q -y --no-install-recommends "$@" >"$scratch/apt" 2>&1
        apt_status=$?
        cat "$scratch/apt"
        [ "$apt_status" -eq 0 ]
}
apt_without_warning() {
        apt "$@" && ! grep -iE "^W:|$warning" "$scratch/apt" | grep -vE "^(Get:|Selecting|Preparing|Unpacking|Setting up) "
}
# packages APT: as somebody installs what was downloaded; apt or apt_without_warning
packages() { "$1" install /test/new/binfmtd_*.deb /test/new/binfmtd-binfmt-support_*.deb; }

without_warning() {
        "$@" >"$scratch/verb" 2>&1 || { cat "$scratch/verb"; return 1; }
        cat "$scratch/verb"
        ! grep -iqE "$warning" "$scratch/verb"
}
# As update-binfmts does its work, which maintainer scripts show.
without_a_word() {
        "$@" >"$scratch/verb" 2>&1 || { cat "$scratch/verb"; return 1; }
        cat "$scratch/verb"
        [ ! -s "$scratch/verb" ]
}
display_shows() {
        update-binfmts --display "$1" >"$scratch/display"
        cat "$scratch/display"
        grep -q "^$1 ($2):" "$scratch/display"
}

hello='Hello from a 32-bit ARM program (arm)'
arm_runs() { runs /test/hello-arm "$hello"; }
arm_stays_out() { ! /test/hello-arm >"$scratch/hello" 2>&1 && ! grep '^Hello' "$scratch/hello"; }
local_runs() { runs /test/hello.local 'local /test/hello.local'; }
local_stays_out() { ! /test/hello.local >/dev/null 2>&1; }
ours_in_table() { find $table -type f -perm -1000 | grep .; }
ours_on_disk() { find /etc /run /usr/lib /usr/share /var/lib -path /var/lib/dpkg -prune -o -iname '*binfmtd*' -print | grep .; }
