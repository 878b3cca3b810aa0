/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tables on a terminal or in a pipe, by libsmartcols: which columns (--columns or the verb's choice), how
 * wide, in which colours. A verb describes its columns and answers for one cell at a time. */

#include "ctl/context.h"
#include "ctl/render.h"

#include <limits.h>

#define COLUMNS_MAX 16u

struct column {
        const char *name;
        double width;         /* libsmartcols' hint: below 1 a share of the terminal */
        unsigned from, until; /* shown by default if a line of the output has at least `from` characters
                                 and fewer than `until`; 0: no limit */
        bool cut;             /* may be cut to fit the terminal */
};

#define COLUMN_ON_REQUEST UINT_MAX /* `from` of a column that only --columns shows */

/* The columns to show, in order, as indices. */
struct column_choice {
        size_t columns[COLUMNS_MAX];
        size_t n;
};

/* Appends the cell's text (any bytes), and chooses a style. */
typedef void table_cell(const void *line, size_t column, struct text *t, enum style *ret_style);

/* Takes the columns that --columns names, else those that fit the output. 0, or EXIT_USAGE after complaining
 * about a column that does not exist. */
int columns_choose(const struct context *c, const struct column *columns, size_t n,
                   struct column_choice *ret);

/* Prints a line for each of `lines`. 0 or -ENOMEM. */
int columns_print(const struct context *c, const struct column *columns, const struct column_choice *choice,
                  table_cell *cell, const void *const *lines, size_t n_lines);
