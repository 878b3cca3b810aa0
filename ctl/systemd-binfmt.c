/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/systemd-binfmt.h"
#include "ctl/context.h"
#include "ctl/wait.h"
#include "engine/system/table.h"
#include "model/health/owner.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>

enum {
        KEY_CAT_CONFIG = 256,
        KEY_TLDR,
        KEY_UNREGISTER,
        KEY_NO_PAGER,
        KEY_ROOT,
        KEY_INSTANCE,
        KEY_VERSION,
};

static const struct option words[] = {
        { "cat-config", no_argument, NULL, KEY_CAT_CONFIG },
        { "tldr", no_argument, NULL, KEY_TLDR },
        { "unregister", no_argument, NULL, KEY_UNREGISTER },
        { "no-pager", no_argument, NULL, KEY_NO_PAGER },
        { "root", required_argument, NULL, KEY_ROOT },
        { "binfmt-misc", required_argument, NULL, KEY_INSTANCE },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, KEY_VERSION },
        { 0 },
};

static int systemd_binfmt_help(void) {
        puts("systemd-binfmt [OPTION…] [FILE…]\n\n"
             "Registers the machine's foreign binary formats (binfmt_misc), or those of the files only.\n\n"
             "Options:\n"
             "      --cat-config       Show the definition files that count\n"
             "      --tldr             Show them without comments and empty lines\n"
             "      --unregister       Remove what was registered by binfmtd; entries of others stay\n"
             "      --no-pager         Accepted; there is no pager\n"
             "      --root=DIR         Look up definitions and interpreters below DIR\n"
             "      --binfmt-misc=DIR  Use the instance mounted on DIR\n"
             "  -h, --help             Show this help\n"
             "      --version          Show the version\n\n"
             "This is binfmtd's, in the place of the program of that name in systemd: see binfmtctl(1).");
        return EXIT_SUCCESS;
}

/* Without an instance, or with a read-only one, we succeed and do nothing, as systemd's own program does. */
static bool is_nothing_to_do(const struct context *c) {
        _cleanup_(table_freep) struct table *table = NULL;
        int r = table_open(c->options.instance, &table);
        const char *hint;

        if (r >= 0)
                r = context_why_not_change(c);
        if (!instance_is_missing(r) && !instance_owner_sentence(r, &hint))
                return false;
        complain(c, NULL, "%s, nothing is done", table_error_sentence(r, &hint));
        return true;
}

static int systemd_binfmt_run(struct context *c, verb_function *verb, int argc, char **argv) {
        c->quiet = c->no_legend = true;
        if (verb != verb_apply && argc > 0) {
                complain(c, NULL, "no files can be given with this option: '%s'", argv[0]);
                return EXIT_FAILURE;
        }
        return verb != verb_cat_config && is_nothing_to_do(c) ? EXIT_SUCCESS : verb(c, argc, argv);
}

int systemd_binfmt_main(int argc, char **argv) {
        struct context c = { .options = { .root = "", .instance = TABLE_DEFAULT_PATH } };
        verb_function *verb = verb_apply;
        char root[PATH_MAX];
        int key, r;

        while ((key = getopt_long(argc, argv, "h", words, NULL)) >= 0)
                switch (key) {
                case 'h':
                        return systemd_binfmt_help();
                case KEY_VERSION:
                        puts(SYSTEMD_BINFMT " (binfmtd " PACKAGE_VERSION ")");
                        return EXIT_SUCCESS;
                case KEY_TLDR:
                        c.tldr = true;
                        verb = verb_cat_config;
                        break;
                case KEY_CAT_CONFIG:
                        verb = verb_cat_config;
                        break;
                case KEY_UNREGISTER:
                        verb = verb_unregister;
                        break;
                case KEY_ROOT:
                        if (context_set_root(&c, optarg, root) != 0)
                                return EXIT_FAILURE;
                        break;
                case KEY_INSTANCE:
                        c.options.instance = optarg;
                        break;
                case KEY_NO_PAGER:
                        break;
                default:
                        return EXIT_FAILURE;
                }
        r = systemd_binfmt_run(&c, verb, argc - optind, argv + optind);
        return fflush(stdout) != 0 && r == EXIT_SUCCESS ? EXIT_FAILURE : r;
}
