/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Looks at the files that execve(2) would open, once each: the machine's side of model/explain/explain. It
 * is this user who asks, so the permissions of this user count. */

#include "model/explain/explain.h"

struct examiner;

/* `root` is "" for the machine itself, else the directory that is "/" for whoever executes. */
int examiner_new(const char *root, struct examiner **ret);
struct examiner *examiner_free(struct examiner *x); /* returns NULL; all programs go with it */
DEFINE_CLEANUP(struct examiner *, examiner_free);

/* An explain_look, with the examiner as its userdata. A relative path is taken from the working directory,
 * or, with a root, from there. A file that F opened is looked for below our own root: if it is still there,
 * it runs, whatever has become of its mode; if it is not, or is known to be another file, its header is not
 * known. */
int examiner_look(void *examiner, const char *path, const struct entry *pinned_by,
                  const struct program **ret);

/* Forgets all programs, and frees those that it handed out. */
void examiner_forget(struct examiner *x);

/* The sysctl vm.mmap_min_addr; 0 if unknown. */
uint64_t examine_mmap_min_addr(void);
