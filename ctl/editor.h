/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A text in the user's editor: $VISUAL, $EDITOR, editor or vi, on a temporary copy. */

#include "ctl/context.h"

struct draft {
        char path[64]; /* of the copy; "" if there is none */
};

/* Writes the text into a temporary file. 0, or negative errno after complaining. */
int draft_begin(const struct context *c, const char *text, struct draft *ret);

/* Runs the editor on the copy, and reads it again (*ret is the caller's to free). 0, or negative errno after
 * complaining: the editor failed, or the copy is no text any more. */
int draft_edit(const struct context *c, const struct draft *d, char **ret);

/* Removes the copy. */
void draft_end(struct draft *d);
