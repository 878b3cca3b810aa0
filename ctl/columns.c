/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/columns.h"
#include "model/base/quote.h"
#include "model/base/similar.h"

#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The width of a line in characters. A pipe has no limit. */
static unsigned output_width(void) {
        struct winsize size = { 0 };

        if (!isatty(STDOUT_FILENO))
                return UINT_MAX - 1;
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
                return 80;
        return size.ws_col;
}

static int complain_no_column(const struct context *c, const struct column *columns, size_t n,
                              const char *word) {
        _cleanup_(text_clear) struct text hint = { 0 };
        const char *names[COLUMNS_MAX], *near;

        for (size_t i = 0; i < n; i++)
                names[i] = columns[i].name;
        near = similar_word(word, names, n);
        if (near)
                text_printf(&hint, "did you mean %s?", near);
        else {
                text_append(&hint, "the columns are");
                for (size_t i = 0; i < n; i++)
                        text_printf(&hint, "%s %s", i > 0 ? "," : "", names[i]);
        }
        complain(c, hint.failed ? NULL : hint.data, "there is no column '%s'", word);
        return EXIT_USAGE;
}

static int choose_by_list(const struct context *c, const struct column *columns, size_t n,
                          struct column_choice *ret) {
        _cleanup_free_ char *list = strdup(c->columns);
        struct column_choice choice = { .n = 0 };
        char *rest = list, *word;

        if (!list)
                return complain_errno(c, -ENOMEM, "cannot choose columns");
        while ((word = strsep(&rest, ","))) {
                size_t i = 0;

                while (i < n && strcasecmp(columns[i].name, word) != 0)
                        i++;
                if (i == n)
                        return complain_no_column(c, columns, n, word);
                if (choice.n == COLUMNS_MAX) {
                        complain(c, NULL, "--columns names more than %u columns", COLUMNS_MAX);
                        return EXIT_USAGE;
                }
                choice.columns[choice.n++] = i;
        }
        *ret = choice;
        return 0;
}

int columns_choose(const struct context *c, const struct column *columns, size_t n,
                   struct column_choice *ret) {
        unsigned width = output_width();

        if (c->columns)
                return choose_by_list(c, columns, n, ret);
        ret->n = 0;
        for (size_t i = 0; i < n; i++)
                if (columns[i].from <= width && (columns[i].until == 0 || width < columns[i].until))
                        ret->columns[ret->n++] = i;
        return 0;
}

static int fill_cell(struct libscols_line *line, size_t index, const struct text *raw, enum style style) {
        static const char *const colors[] = {
                [STYLE_BOLD] = "bold",   [STYLE_FAINT] = "halfbright", [STYLE_RED] = "red",
                [STYLE_GREEN] = "green", [STYLE_YELLOW] = "brown",     [STYLE_CYAN] = "cyan",
        };
        _cleanup_(text_clear) struct text safe = { 0 };
        char *data;

        quote_for_terminal(&safe, raw->data ? raw->data : "");
        data = raw->failed ? NULL : text_take(&safe);
        if (!data)
                return -ENOMEM;
        if (scols_line_refer_data(line, index, data) < 0) {
                free(data);
                return -ENOMEM;
        }
        if (style != STYLE_PLAIN)
                return scols_cell_set_color(scols_line_get_cell(line, index), colors[style]) < 0 ? -ENOMEM
                                                                                                 : 0;
        return 0;
}

static int fill_line(struct libscols_table *table, const struct column_choice *choice, table_cell *cell,
                     const void *line) {
        struct libscols_line *l = scols_table_new_line(table, NULL);

        if (!l)
                return -ENOMEM;
        for (size_t i = 0; i < choice->n; i++) {
                _cleanup_(text_clear) struct text t = { 0 };
                enum style style = STYLE_PLAIN;
                int r;

                cell(line, choice->columns[i], &t, &style);
                r = fill_cell(l, i, &t, style);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int fill_table(struct libscols_table *table, const struct column *columns,
                      const struct column_choice *choice, table_cell *cell, const void *const *lines,
                      size_t n_lines) {
        for (size_t i = 0; i < choice->n; i++) {
                const struct column *column = &columns[choice->columns[i]];

                if (!scols_table_new_column(table, column->name, column->width,
                                            column->cut ? SCOLS_FL_TRUNC : 0))
                        return -ENOMEM;
        }
        for (size_t i = 0; i < n_lines; i++) {
                int r = fill_line(table, choice, cell, lines[i]);

                if (r < 0)
                        return r;
        }
        return 0;
}

int columns_print(const struct context *c, const struct column *columns, const struct column_choice *choice,
                  table_cell *cell, const void *const *lines, size_t n_lines) {
        struct libscols_table *table = scols_new_table();
        int r;

        if (!table)
                return -ENOMEM;
        scols_table_enable_noheadings(table, c->no_legend);
        scols_table_enable_colors(table, c->color_output);
        scols_table_enable_noencoding(table, 1);
        r = fill_table(table, columns, choice, cell, lines, n_lines);
        if (r >= 0 && scols_print_table(table) != 0)
                r = -ENOMEM;
        scols_unref_table(table);
        return r;
}
