/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl list: every format, one line each. */

#include "api/json.h"
#include "core/facts.h"
#include "ctl/context.h"
#include "ctl/select.h"
#include "ctl/table.h"

#include <errno.h>

#define WIDE      120u /* so many characters a line are room for interpreter, flags and reason */
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

static const struct table_column columns[_COLUMN_MAX] = {
        [COLUMN_NAME] = { .name = "NAME", .width = 8 },
        [COLUMN_STATE] = { .name = "STATE", .width = 10 },
        [COLUMN_MATCHES] = { .name = "MATCHES", .width = 0.25, .cut = true },
        [COLUMN_INTERPRETER] = { .name = "INTERPRETER", .width = 0.2, .from = WIDE, .cut = true },
        [COLUMN_FLAGS] = { .name = "FLAGS", .width = 4, .from = WIDE },
        [COLUMN_SOURCE] = { .name = "SOURCE", .width = 0.2, .from = VERY_WIDE, .cut = true },
        [COLUMN_DESCRIPTION] = { .name = "DESCRIPTION",
                                 .width = 0.2,
                                 .from = TABLE_ON_REQUEST,
                                 .cut = true },
        [COLUMN_MACHINE] = { .name = "MACHINE", .width = 8, .from = TABLE_ON_REQUEST },
        [COLUMN_PLATFORM] = { .name = "PLATFORM", .width = 8, .from = TABLE_ON_REQUEST },
        [COLUMN_PRIORITY] = { .name = "PRIORITY", .width = 4, .from = TABLE_ON_REQUEST },
        [COLUMN_DETAILS] = { .name = "DETAILS", .width = 0.3, .until = WIDE, .cut = true },
        [COLUMN_REASON] = { .name = "REASON", .width = 0.3, .from = WIDE, .cut = true },
};

static void append_definition(const struct definition *d, size_t column, struct text *t) {
        const char *s = column == COLUMN_SOURCE        ? d->file
                        : column == COLUMN_DESCRIPTION ? d->description
                        : column == COLUMN_MACHINE     ? d->machine
                                                       : d->platform;

        if (column == COLUMN_PRIORITY)
                text_printf(t, "%d", d->priority);
        else if (s)
                text_append(t, s);
}

static void append_cell(const void *line, size_t column, struct text *t, enum style *ret_style) {
        const struct format *f = line;
        const char *s = NULL;

        switch (column) {
        case COLUMN_NAME:
                s = f->name;
                break;
        case COLUMN_STATE:
                s = format_state_name(f->state);
                *ret_style = format_state_style(f->state);
                break;
        case COLUMN_MATCHES:
                format_append_matches(f, t);
                break;
        case COLUMN_INTERPRETER:
                s = format_interpreter(f);
                break;
        case COLUMN_DETAILS:
                s = format_why(f) ? format_why(f) : format_interpreter(f);
                break;
        case COLUMN_FLAGS:
                format_append_flags(f, t);
                break;
        case COLUMN_REASON:
                s = format_why(f);
                break;
        default:
                if (f->definition)
                        append_definition(f->definition, column, t);
        }
        if (s)
                text_append(t, s);
        /* so that no column is ever empty, for those who cut lines at blanks */
        if (t->length == 0 && column != COLUMN_REASON)
                text_append(t, "-");
}

static int print(const struct context *c, const struct table_choice *choice, const struct format **formats,
                 size_t n) {
        if (c->json)
                return json_print(json_formats(formats, n));
        if (n == 0)
                return 0;
        return table_print(c, columns, choice, append_cell, (const void *const *) formats, n);
}

int verb_list(struct context *c, int argc, char **argv) {
        _cleanup_(report_clear) struct report report = { 0 };
        _cleanup_free_ const struct format **formats = NULL;
        struct table_choice choice;
        bool missing;
        size_t n;
        int r = table_choose(c, columns, ELEMENTSOF(columns), &choice);

        (void) argc;
        if (r != 0)
                return r;
        r = context_plan(c, &report, NULL);
        if (r < 0)
                return EXIT_FAILURE;
        if (report.unavailable < 0)
                complain_unavailable(c, report.unavailable);

        r = select_formats(c, &report.formats, argv, &formats, &n, &missing);
        if (r >= 0)
                r = print(c, &choice, formats, n);
        if (r < 0)
                return complain_errno(c, r, "cannot list formats");
        return missing ? EXIT_FAILURE : EXIT_SUCCESS;
}
