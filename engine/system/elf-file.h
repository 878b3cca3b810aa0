/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an ELF file on disk needs to run: its loader, its place in memory. Reads both classes and byte
 * orders; a file that lies about its own layout is answered with an error, never believed. */

#include "model/base/macro.h"

/* Reads the program headers of the ELF file open at fd. *ret_loader is the path of its PT_INTERP (owned), or
 * NULL if it has none: then it is statically linked. Returns 0; -ENOEXEC if it is no ELF file or a damaged
 * one; -ENOMEM; read(2)'s errno. */
int elf_file_loader(int fd, char **ret_loader);

struct elf_needs {
        char *loader;    /* as above. Owned */
        uint64_t lowest; /* of a program that cannot be moved: the lowest address that it wants; else
                            UINT64_MAX */
};

/* The same and more. -EIO, as execve(2) says, if the file ends before the loader's path does. */
int elf_file_needs(int fd, struct elf_needs *ret);
