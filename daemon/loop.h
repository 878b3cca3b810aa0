/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The loop: waits for whatever may concern the daemon, and lets it work. Lifetimes and timing, no policy.
 */

#include "engine/pass/reconcile.h"

struct loop;

/* Blocks the signals that it handles: SIGTERM and SIGINT stop (our entries are removed), SIGUSR1 stops and
 * leaves them in use, for a restart; SIGHUP reads everything again. 0 or negative errno. */
int loop_new(const struct options *options, struct loop **ret);
struct loop *loop_free(struct loop *l); /* returns NULL */
DEFINE_CLEANUP(struct loop *, loop_free);

/* Where it answers, besides on sockets that were handed over by who activated it. */
struct interfaces {
        const char *socket; /* Varlink's; NULL: nowhere. None if another one was handed over */
        const char *bus;    /* D-Bus's address; NULL: none */
};

/* Until a signal stops it. That it cannot answer is logged, as all else is more urgent. The strings are
 * borrowed. 0 or negative errno. */
int loop_run(struct loop *l, const struct interfaces *interfaces);

/* One pass and no more; entries stay. 1 if all is as declared, 0 if not (which is logged), or negative
 * errno.
 */
int loop_run_once(struct loop *l);
