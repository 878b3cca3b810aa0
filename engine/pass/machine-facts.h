/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Gathers the facts of model/health/doctor.h: what files tell of the kernel, of systemd's units and of
 * containers. Nothing is started and nobody is asked, so that it works without a bus and below a root. */

#include "engine/pass/pass.h"
#include "model/health/doctor.h"

/* Fills all but `answers`. `instance` and the pass's strings are borrowed; `root` is "" for the machine
 * itself, and units are looked up below it. Where the user namespace maps the machine's root, its table seen
 * from inside cannot be told from one's own. */
void machine_facts_read(const char *root, const char *instance, const struct pass *pass,
                        struct machine_facts *ret);

/* What is known of each entry's interpreter, in the order of pass->formats; NULL for those without a
 * readable entry. The prober holds them; the array is the caller's to free. 0 or -ENOMEM. */
int machine_facts_interpreters(const struct pass *pass, struct prober *prober,
                               const struct interpreter ***ret);
