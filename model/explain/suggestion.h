/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* For a file that no format takes: the drop-in that would make it run. Only the file's owner knows which
 * program runs such files; where no known one fits, a path to be changed stands in its place. */

#include "model/explain/explain.h"

/* Appends a definition file that `binfmtctl lint` accepts. False if the file has nothing to be recognised
 * by, or needs no format; then *ret_why (static) is a sentence that says so. */
bool suggestion_append(const struct program *p, const char *path, const struct host *host, struct text *t,
                       const char **ret_why);
