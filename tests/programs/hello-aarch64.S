/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* write(1, text, length); exit(0) */
        .text
        .globl _start
_start:
        mov x8, #64
        mov x0, #1
        adr x1, text
        mov x2, #(end - text)
        svc #0
        mov x8, #93
        mov x0, #0
        svc #0
text:   .ascii "Hello from a 64-bit ARM program (aarch64)\n"
end:
