/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The kernel's table, through one instance of binfmt_misc. It is used by way of struct table_ops, so that
 * tests can inject faults that the real one does not produce on demand.
 *
 * table_open() gives the real one: it holds a directory descriptor (which keeps the instance alive) and
 * does every write with one write(2). Each operation returns 0 or the kernel's negative errno, unchanged. */

#include "model/format/entry.h"

struct table;

struct table_ops {
        /* Writes one register string. */
        int (*add)(struct table *t, const char *bytes, size_t n);
        /* Writes -1 into the entry. */
        int (*remove)(struct table *t, const char *name);
        /* Writes 1 into the entry. */
        int (*enable)(struct table *t, const char *name);
        /* Sets the ownership mark: first atime, which holds the pin and the root (table_set_root()), then
         * mode 1644, so that a marked entry has both. */
        int (*mark)(struct table *t, const char *name, uint64_t pin);
        /* Reads one entry; *ret is NULL if there is none of that name. */
        int (*read_one)(struct table *t, const char *name, struct entry **ret);
        /* Reads all entries, the newest first. */
        int (*read)(struct table *t, struct entry ***ret, size_t *ret_n);
        /* Executes the native programs of the set `among`; *ret are those that ran, see
         * engine/system/canary.h. */
        int (*run_natives)(struct table *t, unsigned among, unsigned *ret);
        void (*free)(struct table *t);
};

/* The first member of every implementation. A table may be absent: then it says why, has no operations, and
 * nobody reads it. */
struct table {
        const struct table_ops *ops;
        int error; /* 0, or why there is no instance that can be read: negative errno */
};

#define TABLE_DEFAULT_PATH "/proc/sys/fs/binfmt_misc"

/* Opens the instance mounted at `path`. Negative errno where there is none, for table_error_sentence():
 * -ENOENT, -ENOTDIR, -EMEDIUMTYPE (no binfmt_misc is mounted on the directory), -EACCES, -ELOOP, … */
int table_open(const char *path, struct table **ret);

/* Says for which root entries are marked, "" for the machine itself, as they are until then. An entry that
 * is marked for another one is not ours: its definition is not among those of this root. One that an older
 * version marked names no root, and is ours. Real instances only. 0 or the negative errno of stat(2). */
int table_set_root(struct table *t, const char *root);

struct table *table_free(struct table *t); /* returns NULL */
DEFINE_CLEANUP(struct table *, table_free);

/* 1 if the whole instance is switched on, 0 if somebody wrote 0 to `status`, else negative errno. Real
 * instances only. */
int table_status(struct table *t);

/* Reads all entries without asking whose they are, which makes a quarter fewer calls than ops->read: none
 * counts as ours, none has a pin. Real instances only. 0 or negative errno. */
int table_read_unmarked(struct table *t, struct entry ***ret, size_t *ret_n);

/* Asks whose this one is, afterwards. One that went away meanwhile stays as it is. 0 or negative errno. */
int table_ask_mark(struct table *t, struct entry *e);

/* Claims the instance for this process, until the table is freed: two daemons would take each other's
 * entries away. The claim is a lock on `register`, which only root can open, so that nobody else can shut
 * the daemon out; it holds for the instance, wherever that is mounted. Real instances only. 0; -EBUSY, if
 * another process has claimed it; or another negative errno, if it cannot be claimed at all. */
int table_claim(struct table *t);

/* The directory descriptor, borrowed. Real instances only, else -1. */
int table_directory(struct table *t);

/* Says in a sentence why there is no instance, and what to do about it (may be NULL); both static. The
 * errors of instance_owner_error() count, too. */
const char *table_error_sentence(int error, const char **ret_hint);

/* Says why the kernel refused a registration, from the errno of ops->add. Static. */
const char *table_refusal_sentence(int error, bool fix_binary);

void entries_free(struct entry **entries, size_t n);
