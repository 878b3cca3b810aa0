# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For scripts that run inside a machine; to be sourced after tap.sh.

table=/proc/sys/fs/binfmt_misc

# soon COMMAND…: true as soon as the command succeeds; false, with its output, if it does not in 10 s.
soon() {
        for _ in $(seq 100); do
                "$@" >"$scratch/soon" 2>&1 && return
                sleep 0.1
        done
        cat "$scratch/soon"
        "$@"
}

in_table() {
        for name in "$@"; do
                [ -e "$table/$name" ] || { echo "$name is missing"; return 1; }
        done
}

not_in_table() {
        for name in "$@"; do
                [ ! -e "$table/$name" ] || { echo "$name is there"; return 1; }
        done
}

# The end: where something failed, what the service said of it
finish() {
        [ "$tap_failed" -eq 0 ] || journalctl -b --no-pager --unit=binfmtd --output=short-monotonic | tail -n 60 | sed 's/^/# /'
        plan
}

# The table as it stands, to the inode: an entry that was written again is another one.
entries() { (cd "$table" && stat -c '%n %i %a %X %z' -- * | grep -vE '^(register|status) ' | sort) >"$1"; }

active() { [ "$(systemctl is-active binfmtd)" = active ] || { systemctl status binfmtd; return 1; }; }
journal_lacks() { ! journalctl -b --no-pager _PID=1 | grep -E "$1"; }
# What is said before there is a journal goes to the console, which the test outside looks at.
no_cycle() { journal_lacks '[Oo]rdering cycle|deleted to break'; }

nothing_to_do() {
        binfmtctl apply --dry-run >"$scratch/dry-run" 2>&1
        cat "$scratch/dry-run"
        grep -q '^nothing to do' "$scratch/dry-run"
}

# doctor_says JSON: without blanks
doctor_says() {
        binfmtctl doctor --json >"$scratch/doctor"
        cat "$scratch/doctor"
        tr -d ' \n' <"$scratch/doctor" | grep -qF -- "$1"
}
doctor_is_silent_of() { ! doctor_says "\"code\":\"$1\""; }

# Does binfmtctl ask the daemon?
asked() {
        binfmtctl status >"$scratch/status"
        cat "$scratch/status"
        grep -q 'Daemon: runs, version .*, and was asked$' "$scratch/status"
}
not_asked() { ! asked && grep -q 'Daemon: not asked: ' "$scratch/status"; }
# lists NAME STATE: does binfmtctl, too
lists() {
        binfmtctl list "$1" >"$scratch/list" || return 1
        cat "$scratch/list"
        grep -qE "^$1 +$2( |$)" "$scratch/list"
}

# runs FILE OUTPUT: by its name, as a user would
runs() { [ "$("$1")" = "$2" ] || { "$1"; return 1; }; }
silent() { [ -z "$("$@" 2>&1)" ] || { "$@"; return 1; }; }
no_failed_unit() { ! systemctl list-units --state=failed --no-legend --plain | grep .; }

since() { systemctl show --value --property=ActiveEnterTimestampMonotonic "$1"; }
property() { systemctl show --value --property="$1" binfmtd; }

# The unit that is replaced: did it never start, did it never stop?
vendor() { systemctl show --value --property="$1" systemd-binfmt.service; }
vendor_rests() { [ "$(vendor InactiveExitTimestampMonotonic)" = 0 ] || { systemctl status systemd-binfmt; return 1; }; }
vendor_stays() { [ "$(vendor ActiveExitTimestampMonotonic)" = 0 ] || { systemctl status systemd-binfmt; return 1; }; }

before_sysinit() {
        echo "binfmtd: $(since binfmtd.service), sysinit.target: $(since sysinit.target)"
        [ "$(since binfmtd.service)" -gt 0 ] && [ "$(since binfmtd.service)" -le "$(since sysinit.target)" ]
}

# writes_nothing COMMAND…: every entry is the very same one afterwards
writes_nothing() {
        entries "$scratch/before"
        "$@" || return 1
        soon active || return 1
        entries "$scratch/after"
        same "$scratch/before" "$scratch/after"
}

restarts() {
        pid=$(property MainPID)
        systemctl restart binfmtd
        [ "$(property MainPID)" != "$pid" ]
}

comes_back() {
        pid=$(property MainPID)
        kill -9 "$pid"
        soon another_process "$pid"
}
another_process() { active && [ "$(property MainPID)" != "$1" ] && [ "$(property MainPID)" -gt 0 ]; }
