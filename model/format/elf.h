/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Machines by name, and the ELF pattern of each: what `Machine=` means. One static table, after QEMU's
 * qemu-binfmt-conf.sh where that is right, with the names that QEMU, Debian, the kernel (uname -m), LLVM/GNU
 * triplets and OCI use for the same machine. */

#include "model/format/pattern.h"

struct elf_machine {
        const char *name;           /* QEMU's: "aarch64"; the part behind "qemu-" */
        const char *const *aliases; /* NULL-terminated: "arm64", "arm64v8" …; may overlap with no other
                                       machine's */
        const char *words;          /* "64-bit ARM" */
        const char *debian;         /* Debian's architecture, "arm64"; NULL if there is none */
        const char *platform;       /* OCI's, "linux/arm64"; NULL if there is none */
        uint8_t elf_class;          /* ELFCLASS32 or ELFCLASS64 */
        uint8_t elf_data;           /* ELFDATA2LSB or ELFDATA2MSB */
        uint16_t e_machine;         /* EM_… */
};

/* The fields of an ELF header that explain and list put into words. */
struct elf_header {
        uint8_t elf_class, elf_data, osabi;
        uint16_t type, machine;
        uint32_t flags; /* e_flags; 0 if the bytes end before */
};

/* By any of its names, case ignored; NULL if there is none. */
const struct elf_machine *elf_machine_by_name(const char *name);

/* By index, for completion, suggestions and tests; NULL past the end. The order is the one of QEMU's script.
 */
const struct elf_machine *elf_machine_at(size_t index);

/* The machine whose pattern matches this header; the one that fixes more bits if several do (mipsn32 before
 * mips is told apart by e_flags); NULL if none. */
const struct elf_machine *elf_machine_of(const uint8_t header[static PATTERN_HEADER_SIZE]);

/* A new reference to the pattern that matches the machine's programs. 0 or -ENOMEM. */
int elf_machine_pattern(const struct elf_machine *m, struct pattern **ret);

/* The machine whose programs the host's kernel runs by itself, by the machine of uname(2) ("x86_64",
 * "armv7l", "i686", "ppc64le" …); NULL if unknown. */
const struct elf_machine *elf_machine_of_uname(const char *machine);

/* A pattern for programs that a kernel of this machine would run natively: ELF, EXEC or DYN, the ABIs of
 * System V and GNU, padding zero. Tighter than elf_machine_pattern(): an AppImage or a FreeBSD program is
 * not in it. i386's takes EM_486 too, as the kernel does. 0 or -ENOMEM. */
int elf_machine_native_pattern(const struct elf_machine *m, struct pattern **ret);

/* False if the bytes do not begin with an ELF identification, or n < 20. Reads both byte orders. */
bool elf_header_parse(const uint8_t *bytes, size_t n, struct elf_header *ret);
