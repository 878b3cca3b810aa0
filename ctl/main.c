/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl: parses the command line and runs one verb. */

#include "ctl/command-line.h"
#include "ctl/systemd-binfmt.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>

#define MORE "binfmtctl --help lists them"

static int complain_no_verb(struct command_line *l, const char *name) {
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

static int run_command_line(struct command_line *l, int argc, char **argv) {
        bool version = false;
        int r = command_line_parse(l, argc, argv, false, &version);

        if (r == 0 && !version && optind < argc) {
                argc -= optind;
                argv += optind;
                l->verb = verb_find(argv[0]);
                if (!l->verb)
                        return complain_no_verb(l, argv[0]);
                r = command_line_parse(l, argc, argv, !l->verb->passes_on, &version);
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
        struct command_line l;
        int r;

        setlocale(LC_ALL, "");
        /* All output is UTF-8, whatever the locale, so libsmartcols must count widths in UTF-8 too. */
        if (!streq(nl_langinfo(CODESET), "UTF-8"))
                setlocale(LC_CTYPE, "C.UTF-8");
        if (streq(program_invocation_short_name, SYSTEMD_BINFMT))
                return systemd_binfmt_main(argc, argv);
        r = command_line_begin(&l, argc);
        if (r == 0)
                r = run_command_line(&l, argc, argv);
        command_line_clear(&l);
        if ((fflush(stdout) != 0 || ferror(stdout)) && r == EXIT_SUCCESS)
                r = complain_errno(&l.context, -errno, "cannot write the output");
        return r;
}
