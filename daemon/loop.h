/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The event loop: waits for anything that concerns the daemon, and lets it work. Lifetimes and timing, no
 * policy. */

#include "engine/pass/reconcile.h"

struct loop;

/* Blocks the signals that it handles: SIGTERM and SIGINT stop (our entries are removed), SIGUSR1 stops and
 * leaves them in use, for a restart; SIGHUP reads everything again. 0 or negative errno. */
int loop_new(const struct options *options, struct loop **ret);
struct loop *loop_free(struct loop *l); /* returns NULL */
DEFINE_CLEANUP(struct loop *, loop_free);

/* The addresses on which the daemon answers, besides the sockets that systemd hands over. */
struct interfaces {
        const char *socket; /* of Varlink; NULL: none. Ignored if a socket was handed over */
        const char *bus;    /* of D-Bus; NULL: none */
};

/* Runs until a signal stops it. A failure to answer on an interface is only logged, as everything else is
 * more urgent. The strings are borrowed. 0; -EBUSY, after saying so, if another daemon keeps the instance;
 * or negative errno. */
int loop_run(struct loop *l, const struct interfaces *interfaces);

/* Runs a single pass; entries stay. 1 if all is as declared, 0 if not (which is logged), or negative errno.
 */
int loop_run_once(struct loop *l);
