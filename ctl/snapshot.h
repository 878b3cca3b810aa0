/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known: asked of the daemon where one runs, else found out by a pass of our own. Both in the words
 * of org.binfmtd, so that who shows it need not know which of the two it was. */

#include "ctl/client.h"

struct snapshot {
        const struct context *context;
        struct client *client; /* NULL: a pass of our own */
        const char *why_not;   /* then: why; NULL with a daemon */
        char *owned_why_not;
        struct pass pass; /* of that pass; empty with a daemon */
        json_t *status;   /* a Status */
        json_t *formats;  /* each Format, by name; all have a name and a state */
};

/* Status and formats. 0, or negative errno after complaining; snapshot_clear() is needed either way. */
int snapshot_get(const struct context *c, struct snapshot *ret);

/* The status alone. */
int snapshot_get_status(const struct context *c, struct snapshot *ret);

/* What Show says of a format that is among the formats; a new reference. 0, or negative errno after
 * complaining. */
int snapshot_show(struct snapshot *a, const char *name, json_t **ret);

/* Complains where there is no instance. */
void snapshot_complain_unavailable(const struct snapshot *a);

/* "told by the daemon", or "found out without the daemon: no daemon runs". */
void snapshot_append_teller(const struct snapshot *a, struct text *t);

/* Says the same in a line, with how many formats there are, where people read along: on a terminal, unless
 * --no-legend is given. */
void snapshot_print_legend(const struct snapshot *a, size_t n_formats);

void snapshot_clear(struct snapshot *a);
