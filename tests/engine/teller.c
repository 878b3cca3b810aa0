/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program that ends at once with a status that tells which copy of it ran: the byte in its own ELF header
 * that the kernel does not look at. */

#include <elf.h>
#include <sys/syscall.h>
#include <unistd.h>

extern const unsigned char __ehdr_start[];
void _start(void);

void _start(void) {
        for (;;)
                syscall(SYS_exit_group, __ehdr_start[EI_PAD]);
}
