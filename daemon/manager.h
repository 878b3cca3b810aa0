/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The loop: waits for whatever may concern the caretaker, and lets it work. Lifetimes and timing, no policy.
 */

#include "engine/reconcile.h"

struct manager;

/* Blocks the signals that it handles: SIGTERM and SIGINT stop (our entries are removed), SIGUSR1 stops and
 * leaves them in use, for a restart; SIGHUP reads everything again. 0 or negative errno. */
int manager_new(const struct options *options, struct manager **ret);
struct manager *manager_free(struct manager *m); /* returns NULL */
DEFINE_CLEANUP(struct manager *, manager_free);

/* Until a signal stops it. Answers over Varlink where it is told to by who activated it, else on `socket`
 * (NULL: nowhere); that it cannot is logged, as all else is more urgent. 0 or negative errno. */
int manager_run(struct manager *m, const char *socket);

/* One pass and no more; entries stay. 1 if all is as declared, 0 if not (which is logged), or negative
 * errno.
 */
int manager_run_once(struct manager *m);
