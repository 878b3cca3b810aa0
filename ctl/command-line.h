/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The command line, parsed by the tables in verbs.h. */

#include "ctl/verb-table.h"

#include <getopt.h>
#include <limits.h>

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

/* With the defaults, and room for as many words. 0 or EXIT_FAILURE. It stays where it is in memory. */
int command_line_begin(struct command_line *l, int argc);
void command_line_clear(struct command_line *l);

/* Reads options from argv[0] + 1 on; optind is the first word that is none. `mixed`: words may stand between
 * options. 0, or an exit code after complaining; *ret_version is set instead of doing more where --version
 * stands. */
int command_line_parse(struct command_line *l, int argc, char **argv, bool mixed, bool *ret_version);

/* One option by its key (enum option_key). 0, or an exit code after complaining. */
int command_line_set(struct command_line *l, int key, char *argument);
