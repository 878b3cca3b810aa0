/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whose is the table that this process sees? In a chroot, under an emulator and in a container without a
 * table of its own, it is that of the machine around: what is defined in here is not meant for it, and
 * nothing writes to it unless told. */

#include "model/base/macro.h"

/* The owner, and for a machine around also what stands between it and us. */
enum instance_owner {
        INSTANCE_MACHINE,         /* the machine that we are, in the initial user namespace */
        INSTANCE_OWN,             /* the user namespace that we are in: since Linux 6.7, each may have one */
        INSTANCE_AROUND_EMULATOR, /* another machine, whose emulator runs us */
        INSTANCE_AROUND_CHROOT,
        INSTANCE_AROUND_CONTAINER, /* it shares the initial user namespace, and so the table */
        INSTANCE_AROUND_NAMESPACE, /* a user namespace without a table of its own */
};

/* What is true of a process and of its instance. What cannot be found out counts as false. */
struct surroundings {
        bool emulated;  /* an emulator of another machine executes us */
        bool chrooted;  /* / is neither the root of our mount namespace nor that of the first process */
        bool contained; /* our PID namespace is not the initial one, nor that of a distribution of WSL */
        bool nested;    /* our user namespace is not the initial one */
        bool inherited; /* the instance came with the mounts of a more privileged mount namespace, or its
                           files belong to nobody in ours */
};

enum instance_owner instance_owner_find(const struct surroundings *s);

static inline bool instance_owner_is_around(enum instance_owner owner) {
        return owner >= INSTANCE_AROUND_EMULATOR;
}

/* 0 for a table that may be changed, else a negative errno that stands for the owner wherever the reason why
 * there is no table is passed on: table_error_sentence() knows it. */
int instance_owner_error(enum instance_owner owner);

/* Says why the table is left alone, for such an errno, and what can be done; both static. NULL for any other
 * error, and *ret_hint is untouched then. */
const char *instance_owner_sentence(int error, const char **ret_hint);
