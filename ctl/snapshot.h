/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The state of all formats: the daemon's answer if one runs, else the result of a pass of our own. Both are
 * objects of org.binfmtd, so the verbs that print them need not know which of the two it was. */

#include "ctl/client.h"

struct snapshot {
        const struct context *context;
        struct client *client; /* NULL: a pass of our own */
        char *why_not;         /* the reason why no daemon was asked; NULL with a daemon */
        struct pass pass;      /* empty with a daemon */
        json_t *status;        /* a Status */
        json_t *formats;       /* an array of Format, sorted by name; each has a name and a state */
};

/* Gets status and formats. 0, or negative errno after complaining; snapshot_clear() is needed either way. */
int snapshot_get(const struct context *c, struct snapshot *ret);

/* The same, but a daemon is not asked for the formats. */
int snapshot_get_status(const struct context *c, struct snapshot *ret);

/* The Details of one of the formats, as method Show returns them; a new reference. 0, or negative errno
 * after complaining. */
int snapshot_show(struct snapshot *s, const char *name, json_t **ret);

/* Complains if there is no instance. */
void snapshot_complain_unavailable(const struct snapshot *s);

/* "told by the daemon", or "found out without the daemon: no daemon runs". */
void snapshot_append_teller(const struct snapshot *s, struct text *t);

/* Prints the same with the number of formats, but only on a terminal, and neither with --no-legend nor with
 * --json. */
void snapshot_print_legend(const struct snapshot *s, size_t n_formats);

void snapshot_clear(struct snapshot *s);
