#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine in which qemu-arm was switched off before it was booted again.
. /test/tap.sh
. /test/inside.sh

arm=/org/binfmtd1/format/qemu_2darm
state_is() { busctl get-property org.binfmtd1 $arm org.binfmtd1.Format State | grep -x "s \"$1\""; }

check 'after a reboot it is still off' soon state_is disabled
check '… in the kernel' not_in_table qemu-arm
check 'the others are not' in_table qemu-aarch64
[ ! -e /test/hello-arm ] || check 'an ARM program does not run' fails /test/hello-arm
check 'binfmtctl says so' lists qemu-arm disabled
check '… as the daemon told it' asked
check 'it is switched on' binfmtctl enable qemu-arm
check '… at once' in_table qemu-arm
check '… which binfmtctl shows' lists qemu-arm registered
[ ! -e /test/hello-arm ] || check 'an ARM program runs again' /test/hello-arm
check 'what is declared as if nothing had been' soon nothing_to_do
finish
