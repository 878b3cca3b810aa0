/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Runs the programs of model/health/sample through the kernel, where nothing can go wrong: in user, mount,
 * PID, network, IPC and UTS namespaces of their own, with every mount read-only, without capabilities, with
 * limits and a deadline. They mount no instance of their own, so the table that decides is the one that
 * decides the caller's own execs. Nothing is left behind: no process, no mount, no file, even if the caller
 * is killed. This works for root, and for anybody whom the kernel gives user namespaces (Linux 5.12 or
 * later). */

#include "model/health/proof.h"

struct trial {
        const struct sample *sample;
        bool in_chroot; /* its root holds nothing but the program */
        struct run run; /* filled */
};

/* Runs them one after the other, each for at most `timeout` seconds. Returns 0; or negative errno, with
 * *ret_why a sentence that says what is forbidden or missing and *ret_hint what to do (both static; the hint
 * may be NULL), and then nothing was run. */
int trial_run(struct trial *trials, size_t n, unsigned timeout, const char **ret_why, const char **ret_hint);
