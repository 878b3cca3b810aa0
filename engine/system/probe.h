/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Looks at interpreters and at the host, once each: the machine's side of validation. */

#include "model/plan/guard.h"

struct prober;

/* `root` is "" or "/" for the machine itself, else the directory that interpreters are looked up below, as
 * chroot(2) would. */
int prober_new(const char *root, struct prober **ret);
struct prober *prober_free(struct prober *p); /* returns NULL; all interpreters go with it */
DEFINE_CLEANUP(struct prober *, prober_free);

/* The facts of the interpreter at `path`, kept until the prober is freed or forgets. Never fails for what
 * the file is: see interpreter.error. 0 or -ENOMEM. */
int prober_look(struct prober *p, const char *path, const struct interpreter **ret);

/* Looks again at what it saw before, in the same place in memory; *ret tells whether it found anything new.
 * What it never saw, it does not look at. 0 or -ENOMEM. */
int prober_look_again(struct prober *p, const char *path, bool *ret);

/* Forgets all that it saw; what it handed out is gone. */
void prober_forget(struct prober *p);

/* What this host runs by itself. Cannot fail: what is not known is left empty. */
void host_probe(struct host *ret);

/* The digest of a file's identity: what an entry's atime holds for F. Never 0. */
uint64_t interpreter_pin(uint64_t dev, uint64_t ino, uint64_t size, int64_t mtime_sec, uint32_t mtime_nsec);
