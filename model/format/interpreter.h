/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Facts about an interpreter's file, found out by engine/system/probe and judged by model/plan. */

#include "model/base/text.h"
#include "model/format/elf.h"

enum interpreter_kind {
        INTERPRETER_OTHER,       /* neither ELF nor script (as far as the first bytes tell) */
        INTERPRETER_ELF_STATIC,  /* works in a chroot under F */
        INTERPRETER_ELF_DYNAMIC, /* needs its loader and libraries where it runs */
        INTERPRETER_SCRIPT,      /* #!: likewise needs its own interpreter */
};

struct interpreter {
        char *path;       /* as the definition says */
        char *registered; /* as the running kernel finds it (with --root: below that directory); never NULL
                           */
        int error; /* 0: there, regular, executable. Else -ENOENT, -EACCES (not executable, not regular),
                      -ELOOP … */
        enum interpreter_kind kind;
        char *needs; /* the loader of a dynamic ELF, or the program behind #!; NULL */
        uint8_t header[PATTERN_HEADER_SIZE];
        uint64_t pin; /* digest of device, inode, size and mtime; never 0 where error is 0 */
        const struct interpreter *behind; /* of a script: the facts of the program behind #!, which may be a
                                             script again, also in a circle; borrowed; NULL: not known */
};

/* The kernel goes from interpreter to interpreter that often (fs/exec.c, exec_binprm()). */
#define INTERPRETER_DEPTH_MAX 5u

struct interpreter *interpreter_free(struct interpreter *i); /* returns NULL */
DEFINE_CLEANUP(struct interpreter *, interpreter_free);

/* Appends in words what is known of the file: "statically linked", "a script, needs /bin/sh", or why it
 * cannot be used. */
void append_interpreter_facts(const struct interpreter *i, struct text *t);

const char *interpreter_kind_name(enum interpreter_kind kind);

/* Says why an interpreter cannot be used, for its negative errno, as what follows its path: "is not there".
 * For an errno that no interpreter has by its nature, that is only strerror(3). */
const char *interpreter_error_predicate(int error);

/* The same without the path: "not there"; NULL for 0. */
const char *interpreter_error_words(int error);
