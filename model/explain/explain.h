/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Follows what execve(2) does with a file, step by step: which entry takes it, or the kernel itself, and
 * then the interpreter as the next file, to the end. The kernel's rules are fs/exec.c (exec_binprm()),
 * fs/binfmt_misc.c (load_misc_binary()), fs/binfmt_script.c and fs/binfmt_elf.c.
 *
 * No file is looked at here: a callback gives the files that the chain leads to. So whoever knows the
 * entries can explain a file of which a client sent only the header and the path. model/explain/verdict puts
 * it into words. */

#include "model/format/entry.h"
#include "model/format/script.h"
#include "model/plan/guard.h"

/* The file and five interpreters run; the sixth is opened still, but not started: ELOOP. */
#define EXPLAIN_STEPS_MAX 7u

/* Facts about a file that somebody wants to execute: engine/system/examine finds them, or a client sends
 * them. */
struct program {
        char *path;    /* as it was looked up */
        int error;     /* what execve(2) gets from opening it: 0, -ENOENT, -EACCES … */
        bool readable; /* the header is known */
        uint8_t header[PATTERN_HEADER_SIZE]; /* zeros behind the end */
        uint64_t size;                       /* bytes */

        /* ELF programs alone: */
        int damaged;     /* what execve(2) says if the kernel is to load it: 0, -ENOEXEC, -EIO */
        char *loader;    /* its PT_INTERP; NULL: statically linked, or unknown */
        uint64_t lowest; /* its first address in memory; UINT64_MAX: any, or unknown */

        /* Facts for the words of a verdict. mode 0: all of these are unknown. */
        unsigned mode, uid; /* of stat(2) */
        bool noexec, nosuid;
        bool may_read;     /* this user may */
        char *mount_point; /* of the file system that it lies on, if that is noexec or nosuid; NULL */
        uint64_t pin;      /* interpreter_pin() of it; 0 if unknown */
};

struct program *program_free(struct program *p); /* returns NULL */
DEFINE_CLEANUP(struct program *, program_free);

/* The place where a file fails to match an entry: "byte 18 is b7, and qemu-riscv64 wants f3". */
struct miss {
        const struct entry *entry; /* borrowed; NULL: none comes near */
        unsigned byte;             /* the first of the file that fails; with a magic */
        unsigned n_bytes, n_bits;  /* how many fail */
};

/* The one that takes a file. */
enum taker {
        TAKER_NONE,    /* nobody: ENOEXEC */
        TAKER_ENTRY,   /* an entry of binfmt_misc, which is asked first */
        TAKER_SCRIPT,  /* the kernel, by its #! line */
        TAKER_KERNEL,  /* the kernel, as a program of this machine: the end of the chain */
        TAKER_UNKNOWN, /* that cannot be told: the header is not known, or an entry's text */
        TAKER_UNASKED, /* it cannot be opened, or is one interpreter too many: see explanation.opened_by */
};

enum outcome {
        OUTCOME_RUNS,    /* the last step's file is started */
        OUTCOME_FAILS,   /* with explanation.error */
        OUTCOME_UNKNOWN, /* it depends on something that is not known */
};

struct explain_step {
        char *path;                    /* as execve(2), the entry or the #! line has it. Owned */
        const struct program *program; /* borrowed */
        const struct entry *pinned_by; /* F: opened when that entry was registered; NULL: by its path */
        enum taker taker;
        const struct entry **matching; /* switched on and matching, newest first: the first one takes it, the
                                          others never get it. The array is owned */
        size_t n_matching;
        const struct entry **off; /* would match if they were switched on. The array is owned */
        size_t n_off;
        struct miss miss;                 /* where none matches: the nearest */
        const struct entry *unclear;      /* TAKER_UNKNOWN: an entry whose text cannot be read; else NULL */
        struct script_line script;        /* TAKER_SCRIPT */
        const struct elf_machine *native; /* TAKER_KERNEL */
        const struct program *loader; /* of an ELF program that has one: the file at program->loader; NULL */
};

struct explanation {
        struct explain_step steps[EXPLAIN_STEPS_MAX];
        unsigned n;
        enum outcome outcome;
        int error; /* OUTCOME_FAILS: negative errno of execve(2) */

        /* The first entry in the chain with O (or C): the kernel carries but one open program, so the
         * entry's interpreter must not need another one. If it fails for that reason, the last step is
         * TAKER_UNASKED with ENOEXEC. */
        const struct entry *opened_by;
};

/* Gives the file that the kernel opens at `path`, which may be relative; for `pinned_by`, the one that F
 * opened when that entry was registered. *ret is never NULL and stays as it is for as long as the
 * explanation is used. 0 or -ENOMEM. */
typedef int explain_look(void *userdata, const char *path, const struct entry *pinned_by,
                         const struct program **ret);

struct question {
        const struct program *program; /* the file itself */
        const char *path;              /* as passed to execve(2); for a descriptor the kernel makes one up:
                                          /dev/fd/N */
        struct entry *const *entries;  /* newest first */
        size_t n_entries;
        bool off; /* the whole instance is switched off, or there is none: no entry is asked */
        const struct host *host; /* what this kernel runs by itself */
        explain_look *look;
        void *userdata;
};

/* Fills *ret, which the caller clears with explanation_clear() also after a failure. 0 or -ENOMEM. */
int explain(const struct question *q, struct explanation *ret);

void explanation_clear(struct explanation *e);

/* The step that the outcome is about. */
static inline const struct explain_step *explanation_last(const struct explanation *e) {
        return &e->steps[e->n - 1];
}

/* The nearest of the switched-on entries that do not match. Near is a magic of which at least two bytes that
 * are not zero are in the file; nearest the one that fails in the fewest bytes, then bits; of equals the
 * newest. An extension is near if only upper and lower case differ, or if the path ends in it but it
 * contains a dot: that is nearer than any magic. */
void nearest_miss(struct entry *const *entries, size_t n, const uint8_t header[static PATTERN_HEADER_SIZE],
                  const char *path, struct miss *ret);

/* Does this kernel load the program by itself, as far as its header tells? Its machine, or NULL. */
const struct elf_machine *explain_native(const struct host *host, const struct program *program);
