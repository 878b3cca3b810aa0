/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What an ELF file on disk needs to run: its loader. Reads both classes and byte orders; a file that lies
 * about its own layout is answered with an error, never believed. */

#include "core/macro.h"

/* Reads the program headers of the ELF file open at fd. *ret_loader is the path of its PT_INTERP (owned), or
 * NULL if it has none: then it is statically linked. Returns 0; -ENOEXEC if it is no ELF file or a damaged
 * one; -ENOMEM; read(2)'s errno. */
int elf_file_loader(int fd, char **ret_loader);
