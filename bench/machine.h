/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A root with so many definitions that differ in one number, and a binfmtd that looks after it. The caller
 * has entered a namespace with an instance of its own. */

#include "model/base/macro.h"

#include <sys/types.h>

#define INSTANCE "/proc/sys/fs/binfmt_misc"

struct machine {
        char *root, *conf, *log;
        unsigned n; /* definitions, called format-00000 and so on */
        pid_t daemon;
};

/* A new string; no memory is the end. */
char *format_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Seconds, of a clock that only goes on. */
double now(void);

int compare_doubles(const void *a, const void *b); /* for qsort(3) */

/* Writes a file with the definition of number `i`. */
void machine_put(const char *path, unsigned i, bool preserve_argv0);

/* `dir` holds all of it. 0 or negative errno. */
int machine_make(const char *dir, unsigned n, struct machine *ret);

/* Starts BUILDDIR/binfmtd, with two more arguments if they are not NULL. Returns before it is ready. */
int machine_start(struct machine *m, const char *builddir, const char *socket, const char *bus);

/* Stops it, and forgets the machine. */
void machine_clear(struct machine *m);
