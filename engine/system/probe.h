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

/* The facts of the interpreter at `path`, kept until the prober is freed or forgets. A file that is missing
 * or useless is no failure: see interpreter.error. 0 or -ENOMEM. */
int prober_look(struct prober *p, const char *path, const struct interpreter **ret);

/* Looks again at an interpreter that it knows, whose facts stay at their place in memory; *ret tells whether
 * any has changed. It does not look at one that it does not know. 0 or -ENOMEM. */
int prober_look_again(struct prober *p, const char *path, bool *ret);

/* Forgets all interpreters, and frees those that it handed out. */
void prober_forget(struct prober *p);

/* Finds out what this host runs by itself: by what the CPU executes and by the kernel, whatever an emulator
 * or a personality makes of uname(2). It cannot fail: facts that are not known are left empty. */
void host_probe(struct host *ret);

/* The digest of a file's identity: what an entry's atime holds for F. Never 0. */
uint64_t interpreter_pin(uint64_t dev, uint64_t ino, uint64_t size, int64_t mtime_sec, uint32_t mtime_nsec);
