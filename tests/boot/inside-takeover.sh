# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine that systemd-binfmt has served so far: `systemctl enable --now binfmtd` is all that a user types, and no format is
# missing for a moment.
. /test/tap.sh
. /test/inside.sh

# execve fails with ENOENT, ENOEXEC or EACCES when the format is missing: the shell says so, and counts 126 or 127.
execute_on() {
        while [ ! -e "$scratch/enough" ]; do
                /test/hello.vendor >/dev/null 2>&1 || echo failed >>"$scratch/missing"
                echo run >>"$scratch/runs"
        done
}

enable() { systemctl enable --now binfmtd; }

none_missing() {
        touch "$scratch/enough"
        wait
        [ "$(wc -l <"$scratch/runs")" -ge 50 ] || { echo 'too few programs ran to tell'; return 1; }
        [ ! -e "$scratch/missing" ]
}

check 'systemd-binfmt has registered its formats' in_table vendor
check 'doctor sees that it is active' doctor_says '"systemdBinfmt":{"installed":true,"enabled":true,"active":true},"systemdBinfmtWithheld":false'
check 'and that binfmtd is not' doctor_says '"binfmtd":{"installed":true,"enabled":false,"active":false}'
printf ':foreign:E::foreign::/usr/bin/true:' >$table/register
execute_on &
check 'enable --now succeeds' enable
check 'the service is active' active
check 'what systemd-binfmt registered is there, and what we declare' soon in_table vendor machine-plain machine-pinned
sleep 0.2
check 'no program failed in between' none_missing
check 'what is foreign was not flushed' in_table foreign
check 'systemd-binfmt was not stopped' vendor_stays
check 'doctor sees who serves now' doctor_says '"daemonAnswers":true,"binfmtd":{"installed":true,"enabled":true,"active":true}'
check 'and that systemd-binfmt is withheld from then on' doctor_says '"systemdBinfmtWithheld":true'
check 'so that it has nothing against it' doctor_is_silent_of systemd-binfmt
check 'no unit has failed' no_failed_unit
check 'binfmtctl finds nothing to do' nothing_to_do
finish
