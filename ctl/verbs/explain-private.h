/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The output of explain for people; for ctl/verbs/explain*.c alone. */

#include "ctl/context.h"
#include "model/explain/verdict.h"

/* Prints the verdict, the instance, the header, the chain, and what to do. */
void print_explanation(const struct context *c, const struct question *q, const struct explanation *e,
                       const struct setting *s, const struct verdict *v);

/* Prints the header, 16 bytes a row, and below each byte how it compares with the pattern. `p` NULL: the
 * bytes alone. Nothing is printed for an extension. ctl/verbs/explain-header.c. */
void print_header(const struct context *c, const struct program *program, const struct pattern *p);

/* Prints the chain as a tree. ctl/verbs/explain-tree.c. */
void print_chain(const struct context *c, const struct explanation *e);
