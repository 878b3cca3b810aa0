/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl complete, for completions/: prints what may stand in place of the last word, given those before
 * it. One line each: the word and, behind a tab, its meaning. A line that begins with a colon asks the shell
 * to complete something itself: ":files", ":directories", ":command". All words come from the tables of
 * ctl/verb-table.h. */

#include "ctl/command-line.h"
#include "ctl/fields.h"
#include "ctl/snapshot.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* The state of the command line after all words but the last. */
struct position {
        struct command_line line;
        const struct verb *verb;          /* NULL: none yet */
        const struct option_word *option; /* the last word is its argument; NULL: of none */
        bool command;                     /* the words belong to the command that exec runs */
};

static const struct option_word *find_option(const char *word, size_t n) {
        for (const struct option_word *o = option_words; o->name; o++) {
                bool letter = o->key < 256 && n == 2 && word[0] == '-' && word[1] == (char) o->key;

                if (letter || (n > 2 && strncmp(word, "--", 2) == 0 && strlen(o->name) == n - 2 &&
                               memcmp(word + 2, o->name, n - 2) == 0))
                        return o;
        }
        return NULL;
}

static void position_take_option(struct position *p, const char *word) {
        size_t n = strcspn(word, "=");
        const struct option_word *o = find_option(word, n);

        if (o && o->argument && word[n] == '=')
                (void) command_line_set(&p->line, o->key, (char *) word + n + 1);
        else if (o && o->argument && !o->optional)
                p->option = o;
        else if (o)
                (void) command_line_set(&p->line, o->key, NULL);
}

static void position_take_word(struct position *p, char *word) {
        if (p->option) {
                (void) command_line_set(&p->line, p->option->key, word);
                p->option = NULL;
        } else if (p->command)
                return;
        else if (*word == '-' && word[1])
                position_take_option(p, word);
        else if (!p->verb)
                p->verb = verb_find(word);
        else
                p->command = p->verb->passes_on;
}

static void print_word(const char *before, const char *word, const char *meaning) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_printf(&t, "%s%s", before, word);
        if (t.failed || strpbrk(t.data, "\t\n"))
                return;
        printf("%s\t%s\n", t.data, meaning);
}

static void print_options(const struct position *p) {
        for (const struct option_word *o = option_words; o->name; o++) {
                if (p->verb && !option_is_for(o, p->verb))
                        continue;
                printf("--%s%s\t%s\n", o->name, o->argument && !o->optional ? "=" : "", o->summary);
        }
}

static void print_formats(const struct position *p) {
        _cleanup_(snapshot_clear) struct snapshot s = { 0 };
        const json_t *f;
        size_t i;

        if (snapshot_get(&p->line.context, &s) < 0)
                return;
        json_array_foreach(s.formats, i, f)
                        print_word("", field_string(f, "name"), field_string(f, "state"));
}

/* Completes the last of the columns in a list with commas. */
static void print_columns(const char *before, const char *word) {
        const char *comma = strrchr(word, ','), *column;
        _cleanup_(text_clear) struct text all = { 0 };

        text_append(&all, before);
        text_append_bytes(&all, word, comma ? (size_t) (comma - word) + 1 : 0);
        for (size_t i = 0; !all.failed && (column = list_column_name(i)); i++)
                print_word(all.data ? all.data : "", column, "a column");
}

/* `before`: the part of the word in front of the argument, such as "--color=". */
static void print_argument(const struct option_word *o, const char *before, const char *word) {
        if (o->key == OPTION_COLOR) {
                print_word(before, "auto", "on terminals");
                print_word(before, "always", "in pipes as well");
                print_word(before, "never", "not at all");
        } else if (o->key == OPTION_COLUMNS)
                print_columns(before, word);
        else
                puts(streq(o->argument, "DIR") ? ":directories" : ":files");
}

static void print_words_of(const struct position *p) {
        if (strstr(p->verb->words, "NAME"))
                print_formats(p);
        else if (strstr(p->verb->words, "COMMAND"))
                puts(":command");
        else if (*p->verb->words)
                puts(":files");
}

static void complete_word(const struct position *p, const char *word) {
        size_t n = strcspn(word, "=");

        if (p->option)
                print_argument(p->option, "", word);
        else if (p->command)
                puts(":command");
        else if (*word == '-' && word[n] == '=') {
                _cleanup_free_ char *before = strndup(word, n + 1);
                const struct option_word *o = find_option(word, n);

                if (before && o && o->argument)
                        print_argument(o, before, word + n + 1);
        } else if (*word == '-')
                print_options(p);
        else if (p->verb)
                print_words_of(p);
        else
                for (const struct verb *v = verbs; v->name; v++)
                        if (v->summary)
                                print_word("", v->name, v->summary);
}

int verb_complete(struct context *c, int argc, char **argv) {
        struct position p = { .verb = NULL };
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        (void) c;
        /* Complaints would only disturb whoever is typing. */
        if (null >= 0)
                (void) dup2(null, STDERR_FILENO);
        if (argc > 0 && command_line_begin(&p.line, argc) == 0) {
                for (int i = 0; i < argc - 1; i++)
                        position_take_word(&p, argv[i]);
                p.line.context.options.added = p.line.n_added > 0 ? p.line.added : NULL;
                complete_word(&p, argv[argc - 1]);
        }
        command_line_clear(&p.line);
        return EXIT_SUCCESS;
}
