/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The command line's requests, as every verb needs them. Read-only once main() has parsed it
 * and the verb has settled it. */

#include "engine/pass/reconcile.h"

#include <limits.h>

/* Exit codes, binfmtctl(1): success, something failed or errors were found, wrong usage. */
#define EXIT_USAGE 2

struct context {
        struct options options; /* root is absolute and without a slash at its end, "" for the machine */
        bool instance_given;    /* --binfmt-misc */
        const char *socket;     /* --socket; NULL: the default one, which need not exist */
        bool offline;           /* --offline: work without the daemon, even if one runs */
        bool runtime;           /* --runtime: until the next boot */
        const char *columns;    /* --columns, NULL: the verb's choice */
        unsigned timeout;       /* --timeout, in seconds */
        bool json;              /* --json */
        bool no_legend;         /* --no-legend: no headers and no summaries */
        bool dry_run;           /* --dry-run */
        bool strict;            /* --strict */
        bool suggest;           /* --suggest */
        bool quiet;             /* --quiet: print errors only */
        bool tldr;              /* --tldr */
        bool wait_mount;        /* --wait-mount */
        int wait_seconds;       /* its limit; negative: none */
        bool color_output;      /* whether standard output is coloured */
        bool color_errors;      /* whether standard error is */
};

/* A verb gets the words behind its name (argv[argc] is NULL; their number is checked) and returns the exit
 * code. It prints its own errors. */
typedef int verb_function(struct context *c, int argc, char **argv);

verb_function verb_apply, verb_cat_config, verb_complete, verb_disable, verb_doctor, verb_edit, verb_enable,
                verb_exec, verb_explain, verb_install, verb_lint, verb_list, verb_monitor, verb_platforms,
                verb_reload, verb_save, verb_show, verb_status, verb_test, verb_uninstall, verb_unregister;

/* reconcile_plan() on the instance that was asked for. A missing instance is no failure: pass->unavailable
 * says why there is none, and *ret_table (may be NULL) is then NULL. The diagnostics are sorted. 0, or
 * negative errno after complaining. */
int context_plan(const struct context *c, struct pass *pass, struct table **ret_table);

/* --root=PATH: options.root borrows `buffer`. 0, or EXIT_FAILURE after complaining. */
int context_set_root(struct context *c, const char *path, char buffer[static PATH_MAX]);

/* "PROGRAM: MESSAGE" and, unless NULL, the hint, on standard error. Control characters are neutralised.
 * Returns EXIT_FAILURE. */
int complain(const struct context *c, const char *hint, const char *format, ...) _printf_(3, 4);

/* The path of the socket where a daemon is looked for. */
const char *context_socket(const struct context *c);

/* complain() that there is no instance, for this errno of table_open(). */
int complain_unavailable(const struct context *c, int error);

/* Why the table may not be changed from here: 0, or the negative errno of instance_owner_error(), where it
 * is that of a machine around. Neither --force nor --root, which are requests for just that, leave a reason.
 */
int context_why_not_change(const struct context *c);

/* For verbs that write definitions: settles whose they are. The daemon of a machine around is not asked, as
 * it would write its own, unless --socket names it. Inside of `binfmtctl exec` it is said that they are the
 * machine's. */
#define CONTEXT_EXEC "BINFMTCTL_EXEC" /* in the environment of what `binfmtctl exec` runs */
void context_settle_definitions(struct context *c);

/* complain() that nothing declares a format, so that it can be neither switched nor amended. */
int complain_not_declared(const struct context *c, const char *name);

/* complain() that no file can have a section of that name. */
int complain_cannot_be_named(const struct context *c, const char *name);

/* complain() that a file cannot be read or written, by the errno of write_file(), with a hint. */
int complain_cannot_write(const struct context *c, const char *file, int error);

/* complain() that we failed, by errno: "binfmtctl: WHAT: Cannot allocate memory". */
int complain_errno(const struct context *c, int error, const char *what);
