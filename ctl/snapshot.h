/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is known: asked of the daemon where one runs, else found out by a pass of our own. Both in the words
 * of org.binfmtd, so that who shows it need not know which of the two it was. */

#include "ctl/client.h"

struct answers {
        const struct context *context;
        struct daemon *daemon; /* NULL: a pass of our own */
        const char *why_not;   /* then: why; NULL with a daemon */
        char *owned_why_not;
        struct report report; /* of that pass; empty with a daemon */
        json_t *status;       /* a Status */
        json_t *formats;      /* each Format, by name; all have a name and a state */
};

/* Status and formats. 0, or negative errno after complaining; answers_clear() is needed either way. */
int answers_get(const struct context *c, struct answers *ret);

/* The status alone. */
int answers_get_status(const struct context *c, struct answers *ret);

/* What Show says of a format that is among the formats; a new reference. 0, or negative errno after
 * complaining. */
int answers_show(struct answers *a, const char *name, json_t **ret);

/* Complains where there is no instance. */
void answers_complain_unavailable(const struct answers *a);

/* "told by the daemon", or "found out without the daemon: no daemon runs". */
void answers_append_teller(const struct answers *a, struct text *t);

/* Says the same in a line, with how many formats there are, where people read along: on a terminal, unless
 * --no-legend is given. */
void answers_print_legend(const struct answers *a, size_t n_formats);

void answers_clear(struct answers *a);
