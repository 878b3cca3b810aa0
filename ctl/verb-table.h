/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The tables of verbs and of options. The command line is parsed, explained by --help and completed from
 * them alone. Both end with an item without a name. */

#include "ctl/context.h"

struct verb {
        const char *name;
        const char *words;   /* "[NAME|GLOB…]", "" for none */
        int min, max;        /* how many words; max -1: any number */
        const char *summary; /* one line for binfmtctl --help; NULL: the verb is for our own use */
        const char *details; /* paragraphs and examples for binfmtctl VERB --help */
        verb_function *run;
        bool passes_on; /* options end at the first word: the rest belongs to another command */
};

enum option_key {
        OPTION_ROOT = 256, /* above all letters */
        OPTION_FORCE,
        OPTION_INSTANCE,
        OPTION_JSON,
        OPTION_NO_LEGEND,
        OPTION_COLUMNS,
        OPTION_COLOR,
        OPTION_RUNTIME,
        OPTION_STRICT,
        OPTION_SOCKET,
        OPTION_OFFLINE,
        OPTION_NOW,
        OPTION_SUGGEST,
        OPTION_ADD,
        OPTION_ONLY_ADDED,
        OPTION_TIMEOUT,
        OPTION_TLDR,
        OPTION_VERSION,
        OPTION_WAIT_MOUNT,
        OPTION_DRY_RUN = 'n',
        OPTION_HELP = 'h',
        OPTION_QUIET = 'q',
};

struct option_word {
        const char *name; /* without the dashes */
        int key;          /* enum option_key; below 256 it is also the letter */
        const char *argument;
        const char *summary;
        const char *verbs[12]; /* the only verbs that take it; none: all do */
        bool optional;         /* the argument may be left out */
};

extern const struct verb verbs[];
extern const struct option_word option_words[];

const struct verb *verb_find(const char *name);    /* NULL if there is none */
const char *verb_suggest(const char *name);        /* the nearest, or NULL */
const struct option_word *option_word_of(int key); /* never NULL for a key that getopt returned */
const char *option_suggest(const char *name);      /* the nearest long option, without dashes, or NULL */
bool option_is_for(const struct option_word *o, const struct verb *v);

/* The columns of list, by index; NULL past the end. */
const char *list_column_name(size_t i);

void help_program(void);
void help_verb(const struct verb *v);
