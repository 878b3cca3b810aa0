/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl save: an entry that nobody declares becomes a drop-in. Our own look at the kernel is what is
 * saved, daemon or not. */

#include "ctl/client.h"
#include "ctl/name-args.h"
#include "ctl/render.h"
#include "engine/pass/dry-run.h"
#include "engine/system/write-file.h"
#include "model/base/quote.h"
#include "model/format/compose.h"
#include "model/format/facts.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define CONF_DIRECTORY "/etc/binfmtd/conf.d"
#define NAMES_MAX      100 /* files of one name that are tried */

struct saving {
        const struct context *c;
        size_t n; /* saved so far */
        bool failed;
};

/* Does a file of that name stand where definitions come from? Then ours would take its place. */
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

/* A path below the root that no file has; NULL if there is none. */
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

/* The entry with its interpreter's path as a definition below the root has to name it. 0 or -ENOMEM. */
static int below_root(const char *root, struct entry *have, struct entry **ret) {
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

/* What the kernel holds, with where it came from above it. 0; -EINVAL after complaining; -ENOMEM. */
static int compose(const struct saving *s, const struct format *f, struct text *t) {
        const char *why = NULL;
        _cleanup_(text_clear) struct text matches = { 0 };
        _cleanup_(entry_freep) struct entry *e = NULL;
        int r;

        r = below_root(s->c->options.root, f->have, &e);
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

/* It must be accepted, and mean what stands in the kernel. 0; -EINVAL after complaining. */
static int check(const struct saving *s, const struct format *f, const char *path, const struct text *t) {
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

static int put(struct saving *s, const struct format *f, const char *path, const struct text *t) {
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

/* 0, -EINVAL after complaining, or -ENOMEM. */
static int save(struct saving *s, const struct format *f) {
        _cleanup_(text_clear) struct text t = { 0 };
        _cleanup_free_ char *path = free_path(s->c, f->name);
        int r = path ? compose(s, f, &t) : -ENOMEM;

        if (r >= 0)
                r = check(s, f, path, &t);
        return r < 0 ? r : put(s, f, path, &t);
}

/* A glob passes by what is declared already; a name in full is an order that cannot be followed. */
static int save_chosen(struct saving *s, const struct format *f, char **words) {
        int r;

        if (f->definition) {
                if (!name_args_read(words, f->name))
                        return 0;
                complain(s->c, "binfmtctl edit changes keys of it", "%s is declared already, at %s:%u",
                         f->name, f->definition->file, f->definition->line);
                s->failed = true;
                return 0;
        }
        r = save(s, f);
        s->failed = s->failed || r < 0;
        return r == -EINVAL ? 0 : r;
}

/* Has the daemon take them over at once, or says what does. */
static int tell(const struct saving *s) {
        _cleanup_(client_freep) struct client *d = NULL;
        _cleanup_free_ char *why_not = NULL;
        json_t *reply;

        if (s->n == 0)
                return 0;
        if (client_find(s->c, &d, &why_not) < 0)
                return -EIO;
        if (d && client_call(d, "Reload", json_object(), &reply) < 0)
                return -EIO;
        if (d && !s->c->no_legend)
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
        return tell(&s) < 0 || missing || s.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
