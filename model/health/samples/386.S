/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* exit(write(1, text, size) + 64) */
        .include "elf.inc"
        .text
        elf32 1, 3, 0
        mov $4, %eax
        mov $1, %ebx
        mov $text, %ecx
        mov $(end - text), %edx
        int $0x80
        lea 64(%eax), %ebx
        mov $1, %eax
        int $0x80
text:   .ascii "linux/386\n"
end:
