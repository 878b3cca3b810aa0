#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# In a machine in which qemu-arm was switched off before it was booted again.
. /test/tap.sh
. /test/inside.sh

arm=/org/binfmtd1/format/qemu_2darm
state_is() { busctl get-property org.binfmtd1 $arm org.binfmtd1.Format State | grep -x "s \"$1\""; }
enables() { busctl call org.binfmtd1 /org/binfmtd1 org.binfmtd1.Manager Enable asb 1 qemu-arm false; }

check 'after a reboot it is still off' soon state_is disabled
check '… in the kernel' not_in_table qemu-arm
check 'the others are not' in_table qemu-aarch64
[ ! -e /test/hello-arm ] || check 'an ARM program does not run' fails /test/hello-arm
check 'binfmtctl says so' binfmtctl list qemu-arm
check 'it is switched on' enables
check '… at once' in_table qemu-arm
[ ! -e /test/hello-arm ] || check 'an ARM program runs again' /test/hello-arm
check 'what is declared as if nothing had been' soon nothing_to_do
finish
