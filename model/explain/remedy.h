/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Remedies, as commands that can be pasted into a shell. Each remedy_* function appends one. */

#include "model/format/format.h"

/* The surroundings in which the question was asked. */
struct setting {
        const char *root;        /* "/" of the process that executes, as we see it; "" if it is our own */
        const char *instance;    /* path of the instance */
        const char *unavailable; /* why it cannot be read, a sentence; NULL: it is read */
        const char *unavailable_hint;
        bool contained;                /* in another user namespace than the machine's first */
        bool around;                   /* the table is that of a machine around: nothing here changes it */
        bool no_new_privs;             /* of this process and its children: nothing gives them rights */
        bool dpkg;                     /* packages are Debian's there */
        uint64_t mmap_min_addr;        /* the sysctl; 0 if unknown */
        const struct format *declared; /* if no entry takes the file: a format that would, and is declared
                                          but not in the kernel; NULL */
};

/* Debian's package with the loader at `path` for programs with this header: "libc6" and "armhf". False if it
 * is not known. The strings are static. */
bool loader_package(const char *path, const uint8_t header[static PATTERN_HEADER_SIZE],
                    const char **ret_package, const char **ret_architecture);

/* Is this a QEMU user emulator, by its path? */
bool is_qemu(const char *interpreter);

/* Gets the loader. `native` is Debian's name of this machine's architecture; NULL. */
void remedy_loader(struct text *t, const struct setting *s, const char *path,
                   const uint8_t header[static PATTERN_HEADER_SIZE], const char *native);

/* Begins what is to be done about an entry: it says where, if the table is that of a machine around. */
void remedy_entry(struct text *t, const struct setting *s);

/* Has what is declared here take effect, for the sake of `file`. */
void remedy_apply(struct text *t, const struct setting *s, const char *file);

/* Gets an interpreter that is not there. */
void remedy_interpreter(struct text *t, const struct setting *s, const struct entry *e);

/* Changes one key of an entry's format for good, if the entry is ours; of others, tells where to look. */
void remedy_override(struct text *t, const struct entry *e, const char *key);

/* The same for a format that is declared here. */
void remedy_declared(struct text *t, const char *name, const char *key);

/* Writes to the file `name` of an instance: `command` ("echo -1 > " removes an entry), then its path. */
void remedy_write(struct text *t, const char *command, const char *instance, const char *name);
