/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which formats a change of some affects, for who plans for those alone and knows only the table as it is:
 * the formats themselves, those that match the same files as they do or did, and those that a dispatcher
 * serves, as nothing in the table says who shared its entry. */

#include "engine/pass/pass.h"

/* Finds them, each once, on a pass that was decided. Names that no format has are passed over. *ret is the
 * caller's to free; good as long as the pass. 0 or -ENOMEM. */
int affected_find(const struct pass *pass, const char *const *names, struct format ***ret, size_t *ret_n);
