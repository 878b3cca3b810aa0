/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* An instance of binfmt_misc, behind a table of operations so that tests can inject faults that the real one
 * does not produce on demand.
 *
 * table_open() gives the real one: it holds a directory descriptor (which keeps the instance alive) and
 * does every write with one write(2). Each operation returns 0 or the kernel's negative errno, unchanged. */

#include "model/format/entry.h"

struct table;

struct table_ops {
        /* One register string. */
        int (*add)(struct table *k, const char *bytes, size_t n);
        /* -1 into the entry. */
        int (*remove)(struct table *k, const char *name);
        /* 1 into the entry. */
        int (*enable)(struct table *k, const char *name);
        /* Sets the ownership mark: first atime (if pin is not 0), then mode 1644, so that a marked entry has
         * its pin. */
        int (*mark)(struct table *k, const char *name, uint64_t pin);
        /* One entry; *ret is NULL if there is none of that name. */
        int (*read_one)(struct table *k, const char *name, struct entry **ret);
        /* All entries, newest first. */
        int (*read)(struct table *k, struct entry ***ret, size_t *ret_n);
        void (*free)(struct table *k);
};

/* What every implementation begins with. A table may be absent, and then it says why: it has no operations,
 * and is read by nobody. */
struct table {
        const struct table_ops *ops;
        int error; /* 0, or why there is no instance: negative errno of table_open() */
};

#define TABLE_DEFAULT_PATH "/proc/sys/fs/binfmt_misc"

/* Opens the instance mounted at `path`. Negative errno where there is none; table_error_sentence() tells
 * people: -ENOENT, -ENOTDIR, -EMEDIUMTYPE (there, but no binfmt_misc is mounted on it), -EACCES, -ELOOP, …
 */
int table_open(const char *path, struct table **ret);

struct table *table_free(struct table *k); /* returns NULL */
DEFINE_CLEANUP(struct table *, table_free);

/* 1 if the whole instance is switched on, 0 if somebody wrote 0 to `status`, else negative errno. Real
 * instances only. */
int table_status(struct table *k);

/* As ops->read, without asking whose the entries are, which is a fourth of the calls: none counts as ours,
 * none has a pin. table_ask_mark() asks it of one; one that is gone meanwhile stays as it is. Real
 * instances only. 0 or negative errno. */
int table_read_unmarked(struct table *k, struct entry ***ret, size_t *ret_n);
int table_ask_mark(struct table *k, struct entry *e);

/* The directory descriptor, borrowed. Real instances only, else -1. */
int table_directory(struct table *k);

/* Why there is no instance, as a sentence, and what to do about it (may be NULL); both static. */
const char *table_error_sentence(int error, const char **ret_hint);

/* Why the kernel refused a registration, in words: for the errno of ops->add. Static. */
const char *table_refusal_sentence(int error, bool fix_binary);

void entries_free(struct entry **entries, size_t n);
