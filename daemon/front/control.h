/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon as the front-ends see it: its state, the calls that it takes, and the listeners that hear of
 * changes. A front-end decodes, authorises, makes one call here, and encodes. */

#include "daemon/daemon.h"
#include "engine/read/switch.h"

struct control;

/* A listener hears of changes. Its functions must not call back, nor remove a listener. */
struct listener {
        /* Called after a pass with the formats that changed. Those without definition and entry are gone,
         * and freed at the next pass. */
        void (*formats)(void *user, struct format *const *news, size_t n);
        /* The instance came, went, or was switched on or off. */
        void (*status)(void *user);
        /* A pass failed: from here on, the state may differ from the one that listeners know. */
        void (*lost)(void *user);
        void *user;
        struct listener *next; /* control's */
};

/* `pass` runs a pass at once, and returns the result of daemon_pass(). The daemon is borrowed. 0 or -ENOMEM.
 */
int control_new(struct daemon *daemon, int (*pass)(void *user), void *user, struct control **ret);
struct control *control_free(struct control *c); /* returns NULL */
DEFINE_CLEANUP(struct control *, control_free);

/* The listener stays the caller's, and has to be removed before it is freed. */
void control_listen(struct control *c, struct listener *l);
void control_unlisten(struct control *c, struct listener *l);

/* The state as of the last pass. */
const struct status *control_status(const struct control *c);

/* Finds a format by its name, or, if the name is not UTF-8, by its encoding of quote_as_utf8(). NULL: there
 * is none. */
const struct format *control_find(const struct control *c, const char *name);

/* The name of a format that is most similar, or NULL (also if memory is lacking). Borrowed until the next
 * pass. */
const char *control_suggest(const struct control *c, const char *name);

/* The reason why a switch was refused. */
enum control_refusal {
        CONTROL_DONE,
        CONTROL_NO_SUCH_FORMAT, /* neither declared nor registered */
        CONTROL_NOT_DECLARED,   /* an entry that others registered */
        CONTROL_CANNOT_BE_NAMED,
        CONTROL_CANNOT_WRITE,
};

struct control_verdict {
        enum control_refusal refusal;
        const char *name; /* the name refused, borrowed from the switches; for CANNOT_WRITE the file */
        int error;        /* for CANNOT_WRITE: negative errno */
};

/* Switches formats on or off, all or none, and runs the pass that makes it so. 0 and the verdict, or
 * negative errno: the switch was written, but the pass failed (and will be tried again). */
int control_switch(struct control *c, const struct switches *s, struct control_verdict *ret);

/* Why a file cannot be written, in words for clients: "Read-only file system; …". Appended to `t`. */
void control_append_obstacle(const struct control_verdict *v, struct text *t);

/* Marks everything dirty, and runs the pass. 0 or negative errno. */
int control_reload(struct control *c);

/* To be called by the owner after each pass: notifies the listeners. `result` is NULL if the pass failed. */
void control_notify(struct control *c, const struct keeper_result *result);
