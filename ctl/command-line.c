/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/command-line.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define TIMEOUT_DEFAULT 10u
#define TIMEOUT_MAX     86400u

#define MORE            "binfmtctl --help lists them"

static void make_options(struct command_line *l) {
        size_t n = 0, letters = 0;

        /* '+' ends the options at the first word; ':' has getopt_long() tell a missing argument from an
         * unknown option. */
        l->short_options[letters++] = '+';
        l->short_options[letters++] = ':';
        for (const struct option_word *o = option_words; o->name; o++) {
                l->options[n++] = (struct option){
                        .name = o->name,
                        .has_arg = !o->argument  ? no_argument
                                   : o->optional ? optional_argument
                                                 : required_argument,
                        .val = o->key,
                };
                if (o->key < 256)
                        l->short_options[letters++] = (char) o->key;
        }
}

static int set_color(struct command_line *l, const char *when) {
        struct context *c = &l->context;

        if (!when || streq(when, "always"))
                c->color_output = c->color_errors = true;
        else if (streq(when, "never"))
                c->color_output = c->color_errors = false;
        else if (streq(when, "auto")) {
                const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
                bool wanted = (!no_color || !*no_color) && !streq_ptr(term, "dumb");

                c->color_output = wanted && isatty(STDOUT_FILENO);
                c->color_errors = wanted && isatty(STDERR_FILENO);
        } else {
                complain(c, "the choices are auto, always and never", "--color=%s is no choice", when);
                return EXIT_USAGE;
        }
        return 0;
}

static int set_timeout(struct command_line *l, const char *argument) {
        char *end;
        unsigned long n = strtoul(argument, &end, 10);

        if (argument[0] < '0' || argument[0] > '9' || *end != '\0' || n == 0 || n > TIMEOUT_MAX) {
                complain(&l->context, NULL, "--timeout=%s is no number of seconds from 1 to %u", argument,
                         TIMEOUT_MAX);
                return EXIT_USAGE;
        }
        l->context.timeout = (unsigned) n;
        return 0;
}

static int set_wait(struct command_line *l, const char *seconds) {
        char *end = NULL;
        long n = -1;

        if (seconds) {
                errno = 0;
                n = strtol(seconds, &end, 10);
        }
        if (seconds && (errno != 0 || end == seconds || *end != '\0' || n < 0 || n > INT_MAX)) {
                complain(&l->context, "give seconds, or nothing to wait without a limit",
                         "--wait-mount=%s is no number", seconds);
                return EXIT_USAGE;
        }
        l->context.wait_mount = true;
        l->context.wait_seconds = (int) n;
        return 0;
}

/* The flag that an option without an argument sets; NULL for any other option. */
static bool *flag_of(struct command_line *l, int key) {
        struct context *c = &l->context;

        switch (key) {
        case OPTION_OFFLINE:
                return &c->offline;
        case OPTION_RUNTIME:
                return &c->runtime;
        case OPTION_JSON:
                return &c->json;
        case OPTION_NO_LEGEND:
                return &c->no_legend;
        case OPTION_FORCE:
                return &c->options.force;
        case OPTION_DRY_RUN:
                return &c->dry_run;
        case OPTION_TLDR:
                return &c->tldr;
        case OPTION_STRICT:
                return &c->strict;
        case OPTION_SUGGEST:
                return &c->suggest;
        case OPTION_ONLY_ADDED:
                return &c->options.only_added;
        case OPTION_HELP:
                return &l->help;
        default:
                return NULL;
        }
}

int command_line_set(struct command_line *l, int key, char *argument) {
        struct context *c = &l->context;
        bool *flag = flag_of(l, key);

        if (flag)
                *flag = true;
        switch (key) {
        case OPTION_ROOT:
                return context_set_root(c, argument, l->root);
        case OPTION_COLOR:
                return set_color(l, argument);
        case OPTION_TIMEOUT:
                return set_timeout(l, argument);
        case OPTION_WAIT_MOUNT:
                return set_wait(l, argument);
        case OPTION_INSTANCE:
                c->options.instance = argument;
                c->instance_given = true;
                break;
        case OPTION_SOCKET:
                c->socket = argument;
                break;
        case OPTION_COLUMNS:
                c->columns = argument;
                break;
        case OPTION_QUIET:
                c->quiet = c->no_legend = true;
                break;
        case OPTION_ADD:
                l->added[l->n_added++] = argument;
                break;
        }
        return 0;
}

static int wrong_option(struct command_line *l, int key, const char *word) {
        _cleanup_free_ char *name = NULL, *hint = NULL;
        const char *near = NULL;

        if (key == ':')
                complain(&l->context, MORE, "the option %s needs an argument", word);
        else if (optopt >= 256)
                complain(&l->context, MORE, "the option --%s takes no argument",
                         option_word_of(optopt)->name);
        else if (optopt != 0)
                complain(&l->context, MORE, "there is no option -%c", optopt);
        else {
                if ((name = strndup(word + 2, strcspn(word + 2, "="))))
                        near = option_suggest(name);
                if (near && asprintf(&hint, "did you mean --%s?", near) < 0)
                        hint = NULL;
                complain(&l->context, hint ? hint : MORE, "there is no option --%s", name ? name : "");
        }
        return EXIT_USAGE;
}

int command_line_parse(struct command_line *l, int argc, char **argv, bool mixed, bool *ret_version) {
        int key;

        optind = 0;
        opterr = 0;
        while ((key = getopt_long(argc, argv, l->short_options + mixed, l->options, NULL)) >= 0) {
                int r;

                if (key == '?' || key == ':')
                        return wrong_option(l, key, argv[optind - 1]);
                if (key == OPTION_VERSION) {
                        *ret_version = true;
                        return 0;
                }
                r = command_line_set(l, key, optarg);
                if (r != 0)
                        return r;
                l->given |= 1u << (option_word_of(key) - option_words);
        }
        return 0;
}

int command_line_begin(struct command_line *l, int argc) {
        *l = (struct command_line){
                .context = { .options = { .root = "", .instance = TABLE_DEFAULT_PATH },
                             .timeout = TIMEOUT_DEFAULT },
        };
        make_options(l);
        (void) set_color(l, "auto");
        l->added = calloc((size_t) argc + 1, sizeof *l->added);
        return l->added ? 0 : complain_errno(&l->context, -ENOMEM, "cannot start");
}

void command_line_clear(struct command_line *l) {
        free(l->added);
}
