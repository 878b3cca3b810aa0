/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl exec: foreign programs without root. The definitions are read before the namespaces are entered,
 * while files still show their owners. The formats are then registered for the command and its children
 * alone. */

#include "ctl/context.h"
#include "ctl/render.h"
#include "ctl/verb-table.h"
#include "engine/system/namespace.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND      127

/* Prints only diagnostics about definitions that the caller added; the machine's own faults are none of its
 * business here. False if one of them is an error, unless it is just that the format was refused. */
static bool added_is_sound(const struct context *c, struct pass *pass) {
        bool sound = true;

        for (size_t i = 0; i < pass->diagnostics.n; i++) {
                const struct diagnostic *d = &pass->diagnostics.items[i];
                const struct format *f = d->name ? formats_find(&pass->formats, d->name) : NULL;
                bool about_added = f ? f->definition && f->definition->source == SOURCE_ADDED
                                     : !d->name && c->options.added;

                if (!about_added || d->severity < SEVERITY_WARNING)
                        continue;
                print_diagnostic(stderr, c->color_errors, d);
                sound = sound && (d->severity < SEVERITY_ERROR || (f && f->state == FORMAT_REFUSED));
        }
        return sound;
}

static bool registered_all(const struct context *c, const struct pass *pass) {
        for (size_t i = 0; i < pass->plan.n; i++) {
                const struct change *change = &pass->plan.changes[i];

                if (change->error < 0)
                        complain(c, NULL, "%s: %s", change_name(change), change_error(change));
        }
        return pass->result.failed == 0;
}

static int fill_instance(struct context *c, struct pass *pass) {
        _cleanup_(table_freep) struct table *k = NULL;
        int r = table_open(c->options.instance, &k);

        if (r >= 0)
                r = table_set_root(k, c->options.root);
        if (r >= 0)
                r = reconcile_decide(&c->options, k, pass);
        if (r >= 0 && added_is_sound(c, pass))
                r = apply_plan(k, &pass->plan, &pass->result);
        else if (r >= 0)
                return EXIT_FAILURE;
        if (r < 0)
                return complain_errno(c, r, "cannot register in the private instance");
        return registered_all(c, pass) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int exec_prepare(struct context *c) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        const char *why = NULL, *hint = NULL;
        struct namespace ns;
        int r = reconcile_read(&c->options, &pass);

        if (r < 0)
                return complain_errno(c, r, "cannot read the definitions");
        r = namespace_enter(c->options.instance, &ns, &why, &hint);
        if (r < 0)
                return complain(c, hint, "no instance of our own: %s: %s", why, strerror(-r));
        r = fill_instance(c, &pass);
        if (r != EXIT_SUCCESS)
                return r;
        r = namespace_leave_root(&ns, &why);
        return r < 0 ? complain_errno(c, r, why) : EXIT_SUCCESS;
}

int verb_exec(struct context *c, int argc, char **argv) {
        const char *shell = getenv("SHELL");
        char *const interactive[] = { (char *) (shell && *shell ? shell : "/bin/sh"), NULL };
        char *const *command = argc > 0 ? argv : interactive;
        int r = exec_prepare(c);

        if (r != EXIT_SUCCESS)
                return r;
        setenv(CONTEXT_EXEC, "1", true);
        execvp(command[0], command);
        r = errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
        complain_errno(c, -errno, command[0]);
        return r;
}
