/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the front-ends see of the daemon: what is known, what may be asked of it, and who is told of what
 * changes. A front-end decodes, authorises, makes one call here, and encodes. */

#include "daemon/daemon.h"
#include "engine/read/switch.h"

struct control;

/* Who is told. They must not call back, and may not go while they are told. */
struct listener {
        /* After a pass: of these formats something is to be told that was not before. Those without
         * definition and entry are gone, and freed at the next pass. */
        void (*formats)(void *user, struct format *const *news, size_t n);
        /* The instance came, went, or was switched. */
        void (*status)(void *user);
        /* A pass failed: what is known from here on is not what was told so far. */
        void (*lost)(void *user);
        void *user;
        struct listener *next; /* control's */
};

/* `pass` runs a pass at once, and returns what daemon_pass() does. The daemon is borrowed. 0 or
 * -ENOMEM. */
int control_new(struct daemon *daemon, int (*pass)(void *user), void *user, struct control **ret);
struct control *control_free(struct control *c); /* returns NULL */
DEFINE_CLEANUP(struct control *, control_free);

/* The listener is the caller's, and has to be taken out before it goes. */
void control_listen(struct control *c, struct listener *l);
void control_unlisten(struct control *c, struct listener *l);

/* As of the last pass. */
const struct status *control_status(const struct control *c);

/* By its name, or, if that is no UTF-8, by what quote_as_utf8() makes of it; NULL: there is none. */
const struct format *control_find(const struct control *c, const char *name);

/* The nearest name that there is, or NULL. Borrowed until the next pass. -ENOMEM is no name either. */
const char *control_suggest(const struct control *c, const char *name);

/* Why a switch was refused. */
enum control_refusal {
        CONTROL_DONE,
        CONTROL_NO_SUCH_FORMAT, /* neither declared nor registered */
        CONTROL_NOT_DECLARED,   /* an entry of somebody else */
        CONTROL_CANNOT_BE_NAMED,
        CONTROL_CANNOT_WRITE,
};

struct control_verdict {
        enum control_refusal refusal;
        const char *name; /* that it is about, borrowed from the switches; of CANNOT_WRITE the file */
        int error;        /* of CANNOT_WRITE: negative errno */
};

/* Switches formats on or off, all or none, and runs the pass that makes it so. 0 and the verdict, or
 * negative errno: it was written, but the pass failed (and will be tried again). */
int control_switch(struct control *c, const struct switches *s, struct control_verdict *ret);

/* Reads everything again, and runs the pass. 0 or negative errno. */
int control_reload(struct control *c);

/* For the owner, after each pass: tells the listeners. `result` NULL: it failed. */
void control_notify(struct control *c, const struct keeper_result *result);
