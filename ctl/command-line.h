/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The command line, parsed by the tables of ctl/verb-table.h. */

#include "ctl/verb-table.h"

#include <getopt.h>
#include <limits.h>

struct command_line {
        struct context context;
        struct option options[32]; /* option_words for getopt_long(), in the same order */
        char short_options[32];
        char root[PATH_MAX];
        char **added; /* NULL-terminated */
        size_t n_added;
        const struct verb *verb;
        unsigned given; /* one bit for each of option_words */
        bool help;
};

/* Sets the defaults, with room for `argc` words. 0 or EXIT_FAILURE. The struct must not be moved or copied
 * afterwards: it points into itself. */
int command_line_begin(struct command_line *l, int argc);
void command_line_clear(struct command_line *l);

/* Reads options from argv[1] on; optind is then the first word that is none. `mixed`: words may stand
 * between options. At --version it sets *ret_version and reads no further. 0, or an exit code after
 * complaining. */
int command_line_parse(struct command_line *l, int argc, char **argv, bool mixed, bool *ret_version);

/* Sets one option by its key (enum option_key). 0, or an exit code after complaining. */
int command_line_set(struct command_line *l, int key, char *argument);
