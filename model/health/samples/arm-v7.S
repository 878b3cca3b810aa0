/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exit(write(1, text, size) + 64) */
/* movw is what ARMv7 brought. */
        .include "elf.inc"
        .text
        .arch armv7-a
        .arm
        elf32 1, 40, 0x05000400
        movw r7, #4
        mov r0, #1
        adr r1, text
        mov r2, #(end - text)
        svc #0
        movw r7, #1
        add r0, r0, #64
        svc #0
text:   .ascii "linux/arm/v7\n"
end:
