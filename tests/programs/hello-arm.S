/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* write(1, text, length); exit(0) */
        .text
        .arm
        .globl _start
_start:
        mov r7, #4
        mov r0, #1
        adr r1, text
        mov r2, #(end - text)
        svc #0
        mov r7, #1
        mov r0, #0
        svc #0
text:   .ascii "Hello from a 32-bit ARM program (arm)\n"
end:
        .balign 4
