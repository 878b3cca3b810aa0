/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl: parses the command line by the tables in verbs.c and runs one verb. */

#include "ctl/render.h"
#include "ctl/systemd-binfmt.h"
#include "ctl/verbs.h"

#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#define TIMEOUT_DEFAULT 10u
#define TIMEOUT_MAX     86400u

#define MORE            "binfmtctl --help lists them"

struct command_line {
        struct context context;
        struct option options[32]; /* option_words for getopt_long(), after the tables' own order */
        char short_options[32];
        char root[PATH_MAX];
        char **added; /* NULL-terminated */
        size_t n_added;
        const struct verb *verb;
        unsigned given; /* bits: which of option_words */
        bool help;
};

/* All that we print is UTF-8, whatever the locale: widths must be counted so too. */
static void set_locale(void) {
        setlocale(LC_ALL, "");
        if (!streq(nl_langinfo(CODESET), "UTF-8"))
                setlocale(LC_CTYPE, "C.UTF-8");
}

static void make_options(struct command_line *l) {
        size_t n = 0, letters = 0;

        /* '+' ends the options at the first word, ':' tells a missing argument from an unknown option */
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

static int set_root(struct command_line *l, const char *path) {
        if (!realpath(path, l->root))
                return complain(&l->context, NULL, "--root=%s: %s", path, strerror(errno));
        l->context.options.root = streq(l->root, "/") ? "" : l->root;
        return 0;
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

static int set_option(struct command_line *l, int key, char *argument) {
        struct context *c = &l->context;

        switch (key) {
        case OPTION_ROOT:
                return set_root(l, argument);
        case OPTION_COLOR:
                return set_color(l, argument);
        case OPTION_TIMEOUT:
                return set_timeout(l, argument);
        case OPTION_INSTANCE:
                c->options.instance = argument;
                break;
        case OPTION_COLUMNS:
                c->columns = argument;
                break;
        case OPTION_JSON:
                c->json = true;
                break;
        case OPTION_NO_LEGEND:
                c->no_legend = true;
                break;
        case OPTION_DRY_RUN:
                c->dry_run = true;
                break;
        case OPTION_QUIET:
                c->quiet = c->no_legend = true;
                break;
        case OPTION_TLDR:
                c->tldr = true;
                break;
        case OPTION_WAIT_MOUNT:
                return set_wait(l, argument);
        case OPTION_STRICT:
                c->strict = true;
                break;
        case OPTION_SUGGEST:
                c->suggest = true;
                break;
        case OPTION_ADD:
                l->added[l->n_added++] = argument;
                break;
        case OPTION_ONLY_ADDED:
                c->options.only_added = true;
                break;
        case OPTION_HELP:
                l->help = true;
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

/* Reads options from argv[0] + 1 on; optind is the first word that is none. 0 or an exit code; *ret_version
 * is set instead of doing more where --version stands. */
static int parse_options(struct command_line *l, int argc, char **argv, bool mixed, bool *ret_version) {
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
                r = set_option(l, key, optarg);
                if (r != 0)
                        return r;
                l->given |= 1u << (option_word_of(key) - option_words);
        }
        return 0;
}

static int wrong_verb(struct command_line *l, const char *name) {
        _cleanup_free_ char *hint = NULL;
        const char *near = verb_suggest(name);

        if (near && asprintf(&hint, "did you mean %s?", near) < 0)
                hint = NULL;
        complain(&l->context, hint ? hint : MORE, "there is no verb '%s'", name);
        return EXIT_USAGE;
}

static int run_verb(struct command_line *l, int argc, char **argv) {
        const struct verb *v = l->verb;
        struct context *c = &l->context;

        for (const struct option_word *o = option_words; o->name; o++)
                if (l->given & 1u << (o - option_words) && !option_is_for(o, v)) {
                        complain(c, NULL, "the verb %s has no option --%s", v->name, o->name);
                        return EXIT_USAGE;
                }
        if (l->help) {
                help_verb(v);
                return EXIT_SUCCESS;
        }
        if (argc < v->min) {
                complain(c, NULL, "too few words: binfmtctl %s %s", v->name, v->words);
                return EXIT_USAGE;
        }
        if (v->max >= 0 && argc > v->max) {
                complain(c, NULL, "the verb %s takes no such word: '%s'", v->name, argv[v->max]);
                return EXIT_USAGE;
        }
        c->options.added = l->n_added > 0 ? l->added : NULL;
        return v->run(c, argc, argv);
}

static int run(struct command_line *l, int argc, char **argv) {
        bool version = false;
        int r = parse_options(l, argc, argv, false, &version);

        if (r == 0 && !version && optind < argc) {
                argc -= optind;
                argv += optind;
                l->verb = verb_find(argv[0]);
                if (!l->verb)
                        return wrong_verb(l, argv[0]);
                r = parse_options(l, argc, argv, !l->verb->passes_on, &version);
        } else if (l->help && r == 0) {
                help_program();
                return EXIT_SUCCESS;
        } else
                l->verb = &verbs[0];

        if (r != 0)
                return r;
        if (version) {
                puts("binfmtctl " PACKAGE_VERSION);
                return EXIT_SUCCESS;
        }
        return run_verb(l, argc - optind, argv + optind);
}

int main(int argc, char **argv) {
        struct command_line l = {
                .context = { .options = { .root = "", .instance = KERNEL_DEFAULT_PATH },
                             .timeout = TIMEOUT_DEFAULT },
        };
        int r;

        set_locale();
        if (streq(program_invocation_short_name, SYSTEMD_BINFMT))
                return systemd_binfmt_main(argc, argv);
        make_options(&l);
        (void) set_color(&l, "auto");
        l.added = calloc((size_t) argc + 1, sizeof *l.added);
        if (!l.added)
                return complain_errno(&l.context, -ENOMEM, "cannot start");

        r = run(&l, argc, argv);
        free(l.added);
        if ((fflush(stdout) != 0 || ferror(stdout)) && r == EXIT_SUCCESS)
                r = complain_errno(&l.context, -errno, "cannot write the output");
        return r;
}
