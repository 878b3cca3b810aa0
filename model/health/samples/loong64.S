/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exit(write(1, text, size) + 64) */
        .include "elf.inc"
        .text
        elf64 1, 258, 0x43
        addi.w $a7, $zero, 64
        addi.w $a0, $zero, 1
        lu12i.w $a1, 0x400
        ori $a1, $a1, 0x9c /* text - begin */
        addi.w $a2, $zero, 14 /* end - text */
        syscall 0
        addi.w $a7, $zero, 93
        addi.w $a0, $a0, 64
        syscall 0
text:   .ascii "linux/loong64\n"
end:
