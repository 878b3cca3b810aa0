/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exit(write(1, text, size) + 64) */
        .include "elf.inc"
        .text
        elf64 1, 21, 2
        li 0, 4
        li 3, 1
        lis 4, 0x40
        addi 4, 4, text - begin
        li 5, end - text
        sc
        li 0, 1
        addi 3, 3, 64
        sc
text:   .ascii "linux/ppc64le\n"
end:
