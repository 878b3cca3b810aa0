/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl list: every format, one line each. */

#include "api/json.h"
#include "ctl/columns.h"
#include "ctl/fields.h"
#include "ctl/name-args.h"
#include "ctl/snapshot.h"
#include "ctl/verb-table.h"

#include <errno.h>

#define WIDE      120u /* characters a line that have room for interpreter, flags and reason */
#define VERY_WIDE 160u

enum {
        COLUMN_NAME,
        COLUMN_STATE,
        COLUMN_MATCHES,
        COLUMN_INTERPRETER,
        COLUMN_FLAGS,
        COLUMN_SOURCE,
        COLUMN_DESCRIPTION,
        COLUMN_MACHINE,
        COLUMN_PLATFORM,
        COLUMN_PRIORITY,
        COLUMN_DETAILS,
        COLUMN_REASON,
        _COLUMN_MAX,
};

static const struct column columns[_COLUMN_MAX] = {
        [COLUMN_NAME] = { .name = "NAME", .width = 8 },
        [COLUMN_STATE] = { .name = "STATE", .width = 10 },
        [COLUMN_MATCHES] = { .name = "MATCHES", .width = 0.25, .cut = true },
        [COLUMN_INTERPRETER] = { .name = "INTERPRETER", .width = 0.2, .from = WIDE, .cut = true },
        [COLUMN_FLAGS] = { .name = "FLAGS", .width = 4, .from = WIDE },
        [COLUMN_SOURCE] = { .name = "SOURCE", .width = 0.2, .from = VERY_WIDE, .cut = true },
        [COLUMN_DESCRIPTION] = { .name = "DESCRIPTION",
                                 .width = 0.2,
                                 .from = COLUMN_ON_REQUEST,
                                 .cut = true },
        [COLUMN_MACHINE] = { .name = "MACHINE", .width = 8, .from = COLUMN_ON_REQUEST },
        [COLUMN_PLATFORM] = { .name = "PLATFORM", .width = 8, .from = COLUMN_ON_REQUEST },
        [COLUMN_PRIORITY] = { .name = "PRIORITY", .width = 4, .from = COLUMN_ON_REQUEST },
        [COLUMN_DETAILS] = { .name = "DETAILS", .width = 0.3, .until = WIDE, .cut = true },
        [COLUMN_REASON] = { .name = "REASON", .width = 0.3, .from = WIDE, .cut = true },
};

/* The field of a Format that each column shows. DETAILS and PRIORITY show more than their field. */
static const char *const keys[_COLUMN_MAX] = {
        [COLUMN_NAME] = "name",
        [COLUMN_STATE] = "state",
        [COLUMN_MATCHES] = "matches",
        [COLUMN_INTERPRETER] = "interpreter",
        [COLUMN_FLAGS] = "flags",
        [COLUMN_SOURCE] = "file",
        [COLUMN_DESCRIPTION] = "description",
        [COLUMN_MACHINE] = "machine",
        [COLUMN_PLATFORM] = "platform",
        [COLUMN_PRIORITY] = "priority",
        [COLUMN_DETAILS] = "reason",
        [COLUMN_REASON] = "reason",
};

static void list_append_cell(const void *line, size_t column, struct text *t, enum style *ret_style) {
        const json_t *format = line;
        const char *s = field_string(format, keys[column]);

        if (column == COLUMN_STATE)
                *ret_style = state_style(s);
        if (column == COLUMN_DETAILS && !s)
                s = field_string(format, "interpreter");
        if (column == COLUMN_PRIORITY && field_is_said(format, keys[column]))
                text_printf(t, "%lld", field_integer(format, keys[column]));
        if (s)
                text_append(t, s);
        /* Only REASON may be empty, for scripts that cut lines at blanks. */
        if (t->length == 0 && column != COLUMN_REASON)
                text_append(t, "-");
}

static int list_print_table(const struct context *c, const struct column_choice *choice,
                            const json_t *formats) {
        size_t n = json_array_size(formats);
        _cleanup_free_ const void **lines = calloc(n + 1, sizeof *lines);

        if (!lines)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                lines[i] = json_array_get(formats, i);
        return n == 0 ? 0 : columns_print(c, columns, choice, list_append_cell, lines, n);
}

static int list_print(const struct snapshot *s, const struct column_choice *choice, char **words,
                      bool *ret_missing) {
        json_auto_t *formats = NULL;
        int r = name_args_formats(s->context, s->formats, words, &formats, ret_missing);

        if (r < 0)
                return r;
        if (s->context->json)
                return api_print(json_incref(formats));
        r = list_print_table(s->context, choice, formats);
        snapshot_print_legend(s, json_array_size(formats));
        return r;
}

int verb_list(struct context *c, int argc, char **argv) {
        _cleanup_(snapshot_clear) struct snapshot s = { 0 };
        struct column_choice choice;
        bool missing = false;
        int r = columns_choose(c, columns, ELEMENTSOF(columns), &choice);

        (void) argc;
        if (r != 0)
                return r;
        if (snapshot_get(c, &s) < 0)
                return EXIT_FAILURE;
        snapshot_complain_unavailable(&s);
        r = list_print(&s, &choice, argv, &missing);
        if (r < 0)
                return complain_errno(c, r, "cannot list formats");
        return missing ? EXIT_FAILURE : EXIT_SUCCESS;
}

const char *list_column_name(size_t i) {
        return i < _COLUMN_MAX ? columns[i].name : NULL;
}
