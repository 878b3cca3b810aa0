/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl cat-config: the text of the files that count. */

#include "api/json.h"
#include "ctl/context.h"
#include "ctl/render.h"
#include "engine/read/sources.h"
#include "engine/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* Moves all other lines to the front, and shortens the data to them. */
static void leave_comments_out(struct file *file) {
        char *to = file->data;
        const char *end = file->data + file->n;

        for (const char *line = file->data; line < end;) {
                const char *newline = memchr(line, '\n', (size_t) (end - line));
                size_t n = (size_t) ((newline ? newline + 1 : end) - line), blanks = strspn(line, " \t\r");

                if (blanks < n && !strchr("#;\n", line[blanks])) {
                        memmove(to, line, n);
                        to += n;
                }
                line += n;
        }
        file->n = (size_t) (to - file->data);
        *to = '\0';
}

/* A pipe gets the bytes as they are, a terminal gets control characters quoted. */
static void print_data(const struct file *file) {
        const char *p = file->data, *end = file->data + file->n;

        if (!isatty(STDOUT_FILENO)) {
                fwrite(p, 1, file->n, stdout);
                return;
        }
        while (p < end) {
                size_t n = strcspn(p, "\n\t");
                _cleanup_free_ char *part = strndup(p, n);

                if (part)
                        print_quoted(stdout, part);
                p += n;
                if (p < end)
                        fputs(*p == '\0' ? "\\x00" : *p == '\n' ? "\n" : "\t", stdout);
                p++;
        }
}

static void print_file(const struct context *c, const struct source_file *source, const struct file *file) {
        fputs(style_sequence(STYLE_FAINT, c->color_output), stdout);
        fputs("# ", stdout);
        print_quoted(stdout, source->path);
        fputs(source->masked ? " (masked)" : "", stdout);
        fputs(style_sequence(STYLE_PLAIN, c->color_output), stdout);
        putchar('\n');
        if (file->n == 0)
                return;
        print_data(file);
        if (file->data[file->n - 1] != '\n')
                putchar('\n');
}

static json_t *json_file(const struct source_file *source, const struct file *file) {
        return json_pack("{s:o, s:s, s:b, s:b, s:o}", "path", api_text(source->path), "source",
                         source_kind_name(source->source), "override", (int) source->override, "masked",
                         (int) source->masked, "text", api_text(file->data ? file->data : ""));
}

/* Prints the file or appends it to `array`. 1, after complaining, if it cannot be read; else 0 or negative
 * errno. */
static int show_file(const struct context *c, const struct source_file *source, bool first, json_t *array) {
        _cleanup_(file_clear) struct file file = { 0 };
        int r = source->masked ? 0 : file_read(AT_FDCWD, source->path, FILE_SIZE_MAX, &file);

        if (r < 0) {
                complain(c, NULL, "%s: %s", source->path, file_error(r));
                return 1;
        }
        if (c->tldr && file.n > 0)
                leave_comments_out(&file);
        if (array)
                return api_push(array, json_file(source, &file));
        if (!first)
                putchar('\n');
        print_file(c, source, &file);
        return 0;
}

static int show_files(const struct context *c, const struct source_files *files) {
        json_auto_t *array = c->json ? json_array() : NULL;
        bool unreadable = false;

        if (c->json && !array)
                return -ENOMEM;
        for (size_t i = 0; i < files->n; i++) {
                int r = show_file(c, &files->items[i], i == 0, array);

                if (r < 0)
                        return r;
                unreadable = unreadable || r > 0;
        }
        if (array && api_print(TAKE_PTR(array)) < 0)
                return -ENOMEM;
        return unreadable;
}

int verb_cat_config(struct context *c, int argc, char **argv) {
        _cleanup_(source_files_clear) struct source_files files = { 0 };
        _cleanup_(diagnostics_clear) struct diagnostics diagnostics = { 0 };
        bool incomplete = false;
        int r = sources_list(c->options.root, &files, &incomplete, &diagnostics);

        (void) argc;
        (void) argv;
        if (r >= 0)
                r = show_files(c, &files);
        diagnostics_sort(&diagnostics);
        print_diagnostics(stderr, c->color_errors, &diagnostics, SEVERITY_WARNING, NULL);
        if (r < 0)
                return complain_errno(c, r, "cannot list the files");
        return r > 0 || incomplete ? EXIT_FAILURE : EXIT_SUCCESS;
}
