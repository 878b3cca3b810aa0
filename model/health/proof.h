/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does a format work, and not only stand in the table? This says which program proves it, and what follows
 * from how that program ran: once where the caller is, once in a chroot that holds nothing else. */

#include "model/format/format.h"
#include "model/health/sample.h"

/* The end of one execution. */
enum run_end {
        RUN_PROVED,    /* the program itself ran (sample_ran()) */
        RUN_REFUSED,   /* execve(2) failed with `error` */
        RUN_EXITED,    /* something ran and ended with `status`, but it was not the program */
        RUN_KILLED,    /* by signal `status` */
        RUN_TIMED_OUT, /* it had to be killed */
};

#define RUN_SAID_MAX 160u

struct run {
        enum run_end end;
        int error;               /* with RUN_REFUSED: negative errno */
        int status;              /* with RUN_EXITED or RUN_KILLED */
        char said[RUN_SAID_MAX]; /* the beginning of its output, NUL-terminated; any bytes */
};

enum proof_result {
        PROOF_WORKS,
        PROOF_OUTSIDE, /* not in a chroot, so not in a container either */
        PROOF_FAILS,
        PROOF_UNTESTABLE, /* there is no program that this entry would be asked for */
};

struct proof {
        enum proof_result result;
        char *reason; /* one sentence without a full stop, NULL for PROOF_WORKS */
        char *hint;   /* what to do, may be NULL */
};

/* The entry that the kernel hands p to: of those that are switched on and match, the one at the highest
 * place. NULL: none, so p runs natively or not at all. */
const struct format *proof_winner(const struct formats *formats, const struct sample *p);

/* A program that f's entry is asked for. NULL: none; then *ret_rival is an entry that is asked before it for
 * all of those that it matches, or NULL if it matches none. f->have is not NULL. */
const struct sample *proof_sample(const struct formats *formats, const struct format *f,
                                  const struct format **ret_rival);

/* The proof without running anything: `p` and `rival` are what proof_sample() said (NULL if f has no entry).
 * 1: only running p tells; 0 or -ENOMEM. */
int proof_without_run(const struct format *f, const struct sample *p, const struct format *rival,
                      bool switched_off, struct proof *ret);

/* The proof from two runs of one program that `entry` takes; `interpreter` is what is known of its
 * interpreter's file. 0 or -ENOMEM. */
int proof_conclude(const struct entry *entry, const struct interpreter *interpreter, const struct run *here,
                   const struct run *in_chroot, struct proof *ret);

void proof_clear(struct proof *p);

/* "works", "outside-chroots", "fails", "untestable": stable words. */
const char *proof_result_name(enum proof_result result);
