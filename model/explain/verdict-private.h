/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A verdict in the making, for model/explain/verdict.c, reasons.c and notes.c alone. */

#include "model/explain/verdict.h"

struct reasoning {
        const struct question *q;
        const struct explanation *e;
        const struct setting *s;
        struct verdict *v;
        const char *file;         /* as it was called */
        struct text reason, hint; /* the reason why it does not run, and what to do; the hint may be empty */
        const char *code;         /* of that reason; NULL: none yet */
        const char *name;         /* the entry that it is about; NULL */
};

static inline const char *reasoning_native(const struct reasoning *j) {
        return j->q->host->native ? j->q->host->native->debian : NULL;
}

/* Fills reason, hint, code and name for an explanation that fails or is unknown. model/explain/reasons.c. */
void reasons_of_failure(struct reasoning *j);
void reasons_of_unknown(struct reasoning *j);

/* Appends what is doubtful or worth knowing. 0 or -ENOMEM. model/explain/notes.c. */
int verdict_add_notes(struct reasoning *j);
