/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Decides on each format: from the definition, the interpreter that is there, the host and the entry that
 * stands in the kernel follow its state and the entry that should stand there. This is the last
 * part of the step "validate". */

#include "model/format/format.h"
#include "model/plan/guard.h"

/* Sets state, want, keep and reason of f, from f->definition (resolved and validated), f->interpreter (the
 * first one that is there, or NULL), f->dispatcher and f->have. `missing` is the sentence to say of the
 * interpreters if none is there (borrowed; may be NULL). Appends diagnostics about what the machine makes
 * doubtful: F with a dynamic interpreter or a script, the host guard's refusal. 0 or -ENOMEM.
 *
 * The first that holds:
 *   - Enabled=no: nothing wanted; what is there goes (a definition of that name is a clear order);
 *   - invalid, refused: nothing wanted; an entry of ours stays, and the state is stale;
 *   - no interpreter: nothing wanted; an entry of ours under F stays (it still works) and counts as
 *     registered, with the reason, unless the definition names several interpreters;
 *   - else: wanted.
 * Where nothing is wanted, somebody else's entry stays, except with Enabled=no. */
int decide_format(struct format *f, const struct host *host, const char *missing,
                  struct diagnostics *diagnostics);

/* Sets the state to registered if the entry that f->want describes stands there already, else to pending. */
void decide_standing(struct format *f);

/* Decides on a format without a definition: ours → to be removed (want NULL, state pending) unless
 * `incomplete`, then it stays as stale; else foreign and untouched. 0 or -ENOMEM. */
int decide_orphan(struct format *f, bool incomplete);
