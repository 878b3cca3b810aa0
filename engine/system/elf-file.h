/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Finds out what an ELF file on disk needs to run: its loader and its place in memory. Both classes and byte
 * orders are read; a file that lies about its own layout is answered with an error, never believed. */

#include "model/base/macro.h"

/* Reads the program headers of the ELF file open at fd. *ret_loader is the path of its PT_INTERP (owned), or
 * NULL if it has none: then it is statically linked. Returns 0; -ENOEXEC if it is no ELF file or a damaged
 * one; -ENOMEM; read(2)'s errno. */
int elf_file_loader(int fd, char **ret_loader);

struct elf_needs {
        char *loader;    /* the path of its PT_INTERP, or NULL. Owned */
        uint64_t lowest; /* the lowest address that it wants, if it cannot be moved; else UINT64_MAX */
};

/* The same and more. -EIO, as from execve(2), if the file ends before the loader's path does. */
int elf_file_needs(int fd, struct elf_needs *ret);
