/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Gathers the facts of model/health/doctor.h about the kernel, systemd's units and containers, from files
 * alone. Nothing is started and nobody is asked, so that it works without a bus and below a root. */

#include "engine/pass/pass.h"
#include "model/health/doctor.h"

/* Fills all but `answers`. `instance` and the pass's strings are borrowed. `root` is "" for the machine
 * itself; units are looked up below it. Cannot fail: a file that cannot be read counts as absent. */
void machine_facts_read(const char *root, const char *instance, const struct pass *pass,
                        struct machine_facts *ret);

/* Probes the interpreter of each entry. *ret has one item for each of pass->formats, in their order; NULL
 * for a format without a readable entry. The array is the caller's to free, the items are the prober's. 0 or
 * -ENOMEM. */
int machine_facts_interpreters(const struct pass *pass, struct prober *prober,
                               const struct interpreter ***ret);
