/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What explain prints for people; for ctl/verbs/explain*.c alone. */

#include "ctl/context.h"
#include "model/explain/verdict.h"

/* The verdict, what the file is, its header, the chain, and what to do. */
void print_explanation(const struct context *c, const struct question *q, const struct explanation *e,
                       const struct setting *s, const struct verdict *v);

/* The header, 16 bytes a row, and below each byte what the pattern makes of it. `p` NULL: the bytes alone.
 * Nothing is printed for an extension. ctl/verbs/explain-header.c. */
void print_header(const struct context *c, const struct program *program, const struct pattern *p);

/* The chain as a tree. ctl/verbs/explain-tree.c. */
void print_chain(const struct context *c, const struct explanation *e);
