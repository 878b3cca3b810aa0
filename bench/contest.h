/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Commands that do the same work, timed as whole processes in turn: A B C, A B C … so that a machine that
 * slows down slows all of them down. The result is the ratio of medians within one run. */

#include "model/base/macro.h"

#define CONTEST_ROUNDS 25u /* counted; one more goes before, as warm-up */

struct contender {
        const char *name;
        char *const *argv;
        const char *const *environment; /* NAME=value pairs to add, ended by NULL; or NULL */
        double seconds[CONTEST_ROUNDS];
        double median; /* of wall time, seconds */
        long rss;      /* the largest of any run, KiB */
};

/* Runs every contender CONTEST_ROUNDS times; `before` is called before each run, untimed. 0, or negative
 * errno if a command cannot be started or fails (its name is printed). */
int contest(struct contender *contenders, size_t n, void (*before)(void));
