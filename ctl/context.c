/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/context.h"
#include "api/org-binfmtd.h"
#include "ctl/render.h"
#include "engine/system/surroundings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int context_plan(const struct context *c, struct pass *pass, struct table **ret_table) {
        _cleanup_(table_freep) struct table *table = NULL;
        int r = reconcile_plan_instance(&c->options, pass, &table);

        if (r < 0) {
                complain_errno(c, r, "cannot find out what is registered");
                return r;
        }
        diagnostics_sort(&pass->diagnostics);
        if (ret_table)
                *ret_table = TAKE_PTR(table);
        return 0;
}

int context_set_root(struct context *c, const char *path, char buffer[static PATH_MAX]) {
        if (!realpath(path, buffer))
                return complain(c, NULL, "--root=%s: %s", path, strerror(errno));
        c->options.root = streq(buffer, "/") ? "" : buffer;
        return 0;
}

int complain(const struct context *c, const char *hint, const char *format, ...) {
        _cleanup_free_ char *message = NULL;
        va_list ap;
        int n;

        va_start(ap, format);
        n = vasprintf(&message, format, ap);
        va_end(ap);
        if (n < 0)
                message = NULL;

        fprintf(stderr, "%s: ", program_invocation_short_name);
        print_quoted(stderr, message ? message : "out of memory");
        fputc('\n', stderr);
        if (hint)
                print_hint(stderr, c->color_errors, hint);
        return EXIT_FAILURE;
}

const char *context_socket(const struct context *c) {
        return c->socket ? c->socket : BINFMTD_SOCKET;
}

void context_settle_definitions(struct context *c) {
        enum instance_owner owner;

        if (*c->options.root || c->options.only_added)
                return;
        owner = surroundings_find_owner(c->options.instance);
        if (instance_owner_is_around(owner) && !c->socket)
                c->offline = true;
        if (owner == INSTANCE_OWN && getenv(CONTEXT_EXEC))
                complain(c, "binfmtctl exec --add=FILE has definitions of its own",
                         "this private table is left behind when its commands end, but what is written now are the machine's own definitions");
}

int context_why_not_change(const struct context *c) {
        if (c->options.force || *c->options.root)
                return 0;
        return instance_owner_error(surroundings_find_owner(c->options.instance));
}

int complain_unavailable(const struct context *c, int error) {
        const char *hint = NULL, *sentence = table_error_sentence(error, &hint);

        return complain(c, hint, "%s: %s", c->options.instance, sentence);
}

int complain_errno(const struct context *c, int error, const char *what) {
        return complain(c, NULL, "%s: %s", what, strerror(-error));
}

int complain_not_declared(const struct context *c, const char *name) {
        _cleanup_free_ char *hint = NULL;

        if (asprintf(&hint, "binfmtctl save %s makes it ours first", name) < 0)
                hint = NULL;
        return complain(c, hint, "nothing declares %s: the kernel's entry is somebody else's", name);
}

int complain_cannot_be_named(const struct context *c, const char *name) {
        return complain(c, NULL,
                        "no file can say anything of '%s': a section's name has no ], no newline, and no blank at its ends",
                        name);
}

int complain_cannot_write(const struct context *c, const char *file, int error) {
        const char *hint = NULL;

        if (error == -EACCES || error == -EPERM)
                hint = "run it as root: sudo binfmtctl ...";
        else if (error == -EROFS && !c->runtime)
                hint = "--runtime writes below /run, until the next boot";
        else if (error == -EBADMSG)
                hint = "there is a NUL in the file: put it right first";
        return complain(c, hint, "cannot write %s: %s", file, strerror(-error));
}
