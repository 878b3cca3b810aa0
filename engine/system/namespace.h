/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Moves this process into a user and mount namespace of its own, as a rule with an instance of binfmt_misc
 * in it (Linux >= 6.7). There, foreign programs run without root, and without a trace on the machine.
 *
 * The process itself moves; it does not fork. So signals, exit status and job control are those of the
 * command that it becomes. */

#include "model/base/macro.h"

/* Is this process in the machine's first user namespace? Every other one, such as a container's, may have an
 * instance of its own. True also where it cannot be told, without /proc. */
bool namespace_is_initial(void);

/* A caller with the right to map every id keeps all of them: root stays root, and can chroot and change
 * users inside. Anybody else becomes root of the new namespace with one id mapped, until
 * namespace_leave_root(). */
struct namespace {
        unsigned uid, gid; /* of the caller */
        bool mapped_root;  /* only one id is mapped, and it is root for now */
};

/* Moves without mounting an instance: the table of before still decides this process's execs. 0, or negative
 * errno, with the two sentences that namespace_enter() has. */
int namespace_move(struct namespace *ret, const char **ret_why, const char **ret_hint);

/* Moves, and mounts an empty instance at `instance`. 0, or negative errno with *ret_why a sentence that says
 * what is forbidden or missing and *ret_hint what to do (both static; the hint may be NULL). A failure may
 * leave the process in a half-made namespace: the caller exits. */
int namespace_enter(const char *instance, struct namespace *ret, const char **ret_why,
                    const char **ret_hint);

/* Gives the caller its own uid and gid back, by one more user namespace, where namespace_enter() had to map
 * it to root. The instance stays in force. Same errors. */
int namespace_leave_root(const struct namespace *ns, const char **ret_why);
