/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exit(write(1, text, size) + 64) */
        .include "elf.inc"
        .text
        .set noreorder
        elf64 1, 8, 0x80000007
        li $2, 5001
        li $4, 1
        lui $5, 0x40
        addiu $5, $5, text - begin
        li $6, end - text
        syscall
        addiu $4, $2, 64
        li $2, 5058
        syscall
text:   .ascii "linux/mips64le\n"
end:
