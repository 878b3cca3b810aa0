/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known of a file that somebody wants to execute: facts, found out by engine/system/examine (or sent
 * by a client) and judged by model/explain/explain and model/explain/verdict. */

#include "model/format/pattern.h"

struct program {
        char *path;    /* as it was looked for */
        int error;     /* what execve(2) gets from opening it: 0, -ENOENT, -EACCES … */
        bool readable; /* the header is known */
        uint8_t header[PATTERN_HEADER_SIZE]; /* zeros behind the end */
        uint64_t size;                       /* bytes */

        /* ELF programs alone: */
        int damaged;     /* what execve(2) says if the kernel is to load it: 0, -ENOEXEC, -EIO */
        char *loader;    /* its PT_INTERP; NULL: statically linked, or unknown */
        uint64_t lowest; /* where it wants to stand in memory; UINT64_MAX: anywhere, or unknown */

        /* What the words need. mode 0: unknown, as all of these. */
        unsigned mode, uid; /* of stat(2) */
        bool noexec, nosuid;
        bool may_read;     /* this user may */
        char *mount_point; /* of the file system that it lies on, if that is noexec or nosuid; NULL */
        uint64_t pin;      /* interpreter_pin() of it; 0 if unknown */
};

struct program *program_free(struct program *p); /* returns NULL */
DEFINE_CLEANUP(struct program *, program_free);
