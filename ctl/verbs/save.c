/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl save: an entry that nobody declares becomes a drop-in. It is read from the kernel by a pass of
 * our own, whether a daemon runs or not. */

#include "ctl/client.h"
#include "ctl/name-args.h"
#include "ctl/render.h"
#include "engine/pass/dry-run.h"
#include "engine/system/write-file.h"
#include "model/base/quote.h"
#include "model/format/compose.h"
#include "model/format/format.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define CONF_DIRECTORY "/etc/binfmtd/conf.d"
#define NAMES_MAX      100 /* the number of file names that are tried for a format */

struct saving {
        const struct context *c;
        size_t n; /* saved so far */
        bool failed;
};

/* Is there a file of that name in any directory for definitions? Ours would mask it, or be masked by it. */
static bool is_taken(const struct context *c, const char *basename) {
        static const char *const prefixes[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib" };

        for (size_t i = 0; i < ELEMENTSOF(prefixes); i++) {
                _cleanup_free_ char *path = NULL;
                struct stat st;

                if (asprintf(&path, "%s%s/binfmtd/conf.d/%s", c->options.root, prefixes[i], basename) < 0) {
                        path = NULL;
                        return true;
                }
                if (lstat(path, &st) == 0)
                        return true;
        }
        return false;
}

/* An unused path for the drop-in, below the root; NULL if there is none. */
static char *free_path(const struct context *c, const char *name) {
        for (int i = 0; i < NAMES_MAX; i++) {
                _cleanup_(text_clear) struct text plain = { 0 }, path = { 0 };
                size_t n;

                compose_file_name(name, &plain);
                n = plain.length - strlen(".conf");
                text_printf(&path, "%s/%.*s", CONF_DIRECTORY, (int) n, plain.data);
                if (i > 0)
                        text_printf(&path, "-saved-%d", i);
                text_append(&path, ".conf");
                if (plain.failed || path.failed)
                        return NULL;
                if (!is_taken(c, path.data + strlen(CONF_DIRECTORY "/")))
                        return text_take(&path);
        }
        return NULL;
}

/* The entry with the interpreter's path as a definition below the root has to name it: without the root. 0
 * or -ENOMEM. */
static int entry_below_root(const char *root, struct entry *have, struct entry **ret) {
        size_t n = strlen(root);
        int r;

        if (n == 0 || !have->interpreter || strncmp(have->interpreter, root, n) != 0 ||
            have->interpreter[n] != '/') {
                *ret = entry_ref(have);
                return 0;
        }
        r = entry_new(have->name, have->pattern, have->interpreter + n, have->flags, have->extra_flags, ret);
        if (r >= 0)
                (*ret)->enabled = have->enabled;
        return r;
}

/* The definition of the entry, below a comment with its origin. 0; -EINVAL after complaining; -ENOMEM. */
static int save_compose(const struct saving *s, const struct format *f, struct text *t) {
        const char *why = NULL;
        _cleanup_(text_clear) struct text matches = { 0 };
        _cleanup_(entry_freep) struct entry *e = NULL;
        int r;

        r = entry_below_root(s->c->options.root, f->have, &e);
        if (r < 0)
                return r;
        format_append_matches(f, &matches);
        text_append(t, "# Saved from the kernel's table by binfmtctl save: ");
        quote_for_terminal(t, matches.data ? matches.data : "");
        text_append(t, ".\n# Whoever registered it did not declare it. binfmtd-conf(5)\n");
        r = compose_entry(e, t, &why);
        if (r == -EINVAL)
                complain(s->c, NULL, "%s cannot be saved: %s", f->name, why);
        return r;
}

/* Would the drop-in be read without an error? 0; -EINVAL after complaining; or another negative errno. */
static int save_check(const struct saving *s, const struct format *f, const char *path,
                      const struct text *t) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        int r = dry_run(s->c->options.root, path, t->data, t->length, &pass);

        if (r < 0)
                return r;
        print_diagnostics(stderr, s->c->color_errors, &pass.diagnostics, SEVERITY_WARNING, f->name);
        if (!diagnostics_find(&pass.diagnostics, SEVERITY_ERROR, f->name))
                return 0;
        complain(s->c, NULL, "%s is not saved: no definition may say that", f->name);
        return -EINVAL;
}

static int save_write(struct saving *s, const struct format *f, const char *path, const struct text *t) {
        const struct context *c = s->c;
        int r;

        if (c->dry_run) {
                printf("# %s%s\n%s", c->options.root, path, t->data);
                return 0;
        }
        r = write_file(c->options.root, path, t->data, t->length);
        if (r < 0) {
                complain_cannot_write(c, path, r);
                return -EINVAL;
        }
        s->n++;
        fputs("saved ", stdout);
        print_quoted(stdout, f->name);
        printf(" in %s%s\n", c->options.root, path);
        return 0;
}

/* Saves one entry. 0, -EINVAL after complaining, or another negative errno. */
static int save_entry(struct saving *s, const struct format *f) {
        _cleanup_(text_clear) struct text t = { 0 };
        _cleanup_free_ char *path = free_path(s->c, f->name);
        int r = path ? save_compose(s, f, &t) : -ENOMEM;

        if (r >= 0)
                r = save_check(s, f, path, &t);
        return r < 0 ? r : save_write(s, f, path, &t);
}

/* A glob passes over formats that are declared already; to name one in full is an error. */
static int save_chosen(struct saving *s, const struct format *f, char **words) {
        int r;

        if (f->definition) {
                if (!name_args_have(words, f->name))
                        return 0;
                complain(s->c, "binfmtctl edit changes keys of it", "%s is declared already, at %s:%u",
                         f->name, f->definition->file, f->definition->line);
                s->failed = true;
                return 0;
        }
        r = save_entry(s, f);
        s->failed = s->failed || r < 0;
        return r == -EINVAL ? 0 : r;
}

/* Has the daemon take the saved entries over at once, or prints the command that does it without one. 0, or
 * negative errno after complaining. */
static int save_hand_over(const struct saving *s) {
        _cleanup_(client_freep) struct client *client = NULL;
        _cleanup_free_ char *why_not = NULL;
        json_t *reply;

        if (s->n == 0)
                return 0;
        if (client_find(s->c, &client, &why_not) < 0)
                return -EIO;
        if (client && client_call(client, "Reload", json_object(), &reply) < 0)
                return -EIO;
        if (client && !s->c->no_legend)
                puts("taken over by the daemon");
        else if (!s->c->no_legend)
                printf("binfmtctl apply makes them ours in the kernel, too (without the daemon: %s)\n",
                       why_not);
        return 0;
}

int verb_save(struct context *c, int argc, char **argv) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_free_ const struct format **chosen = NULL;
        struct saving s = { .c = c };
        bool missing = false;
        size_t n = 0;
        int r;

        (void) argc;
        context_settle_definitions(c);
        if (context_plan(c, &pass, NULL) < 0)
                return EXIT_FAILURE;
        if (pass.unavailable < 0)
                return complain_unavailable(c, pass.unavailable);
        r = name_args_of_pass(c, &pass.formats, argv, &chosen, &n, &missing);
        for (size_t i = 0; r >= 0 && !missing && i < n; i++)
                r = save_chosen(&s, chosen[i], argv);
        if (r < 0)
                return complain_errno(c, r, "cannot save the entries");
        if (!missing && s.n == 0 && !s.failed && !c->dry_run && !c->no_legend)
                puts("nothing to do: all that is meant is declared");
        return save_hand_over(&s) < 0 || missing || s.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
