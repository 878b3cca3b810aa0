/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl install, uninstall: for people who come from docker's helper. Words are platforms, as container
 * tools write them, names of machines, or names and globs of formats; what they mean is switched on or off
 * for good, and registered or removed at once. */

#include "ctl/context.h"
#include "ctl/distribution.h"
#include "ctl/name-args.h"
#include "engine/read/switch.h"
#include "model/format/elf.h"

#include <errno.h>
#include <stdio.h>

struct installation {
        const struct context *c;
        struct pass *pass;
        const char **names; /* of the formats meant, NULL-terminated, for as many as there are */
        size_t n;
        bool install;
        bool failed;
};

static const struct elf_machine *machine_of(const struct format *f) {
        const struct definition *d = f->definition;

        return d && d->machine ? elf_machine_by_name(d->machine) : NULL;
}

static const struct elf_machine *machine_of_word(const char *word) {
        static const char os[] = "linux/";

        return elf_machine_by_name(strncmp(word, os, strlen(os)) == 0 ? word + strlen(os) : word);
}

static bool is_native(const struct elf_machine *m) {
        struct host host;

        host_probe(&host);
        return m == host.native;
}

/* Which entry this definition is for, if any machine: what can be told to be so. */
static bool is_meant(const struct format *f, const char *word, const struct elf_machine *m) {
        const struct elf_machine *own = machine_of(f);

        if (streq(word, "all"))
                return own && !is_native(own);
        return m ? own == m
                 : f->definition && name_args_match((char *const[]){ (char *) word, NULL }, f->name);
}

static void add_name(struct installation *i, const char *name) {
        for (size_t k = 0; k < i->n; k++)
                if (streq(i->names[k], name))
                        return;
        i->names[i->n++] = name;
}

static int complain_interpreter(struct installation *i, const struct format *f) {
        const struct elf_machine *m = machine_of(f);
        _cleanup_free_ char *hint = NULL;
        int r = m ? distribution_install_command(i->c->options.root, m->name, &hint) : 0;

        if (r < 0)
                return r;
        complain(i->c, hint, "%s: no interpreter is installed: %s", f->name,
                 f->reason ? f->reason : "none is named");
        i->failed = true;
        return 0;
}

/* Whether it will do, whatever it is switched to now. `all` is what there are interpreters for. */
static int take_format(struct installation *i, const struct format *f, bool all) {
        const struct diagnostic *d;

        if (i->install && f->definition->invalid) {
                d = diagnostics_find(&i->pass->diagnostics, SEVERITY_ERROR, f->name);
                complain(i->c, NULL, "%s: %s", f->name, d ? d->message : "its definition is not valid");
                i->failed = true;
                return 0;
        }
        if (i->install && !f->interpreter)
                return all ? 0 : complain_interpreter(i, f);
        add_name(i, f->name);
        return 0;
}

static int take_word(struct installation *i, const char *word) {
        const struct elf_machine *m = machine_of_word(word);
        const struct formats *formats = &i->pass->formats;
        bool all = streq(word, "all"), found = false;

        /* The machine runs it by itself: done already, and nothing that can be taken away. */
        if (m && is_native(m))
                return 0;
        for (size_t k = 0; k < formats->n; k++) {
                int r;

                if (!is_meant(formats->items[k], word, m))
                        continue;
                found = true;
                r = take_format(i, formats->items[k], all);
                if (r < 0)
                        return r;
        }
        if (found || all)
                return 0;
        complain(i->c, "binfmtctl list --columns=name,platform shows what is defined",
                 "%s: nothing that is defined here is a platform, a machine or a format of that name", word);
        i->failed = true;
        return 0;
}

static int switch_names(const struct installation *i) {
        const struct switches switches = {
                .names = i->names, .n = i->n, .enabled = i->install, .runtime = i->c->runtime
        };
        int r = switch_formats(i->c->options.root, &i->pass->catalog, &switches);

        if (r < 0)
                complain_errno(i->c, r, "cannot write which formats are switched on");
        return r;
}

/* What does not come to be what was asked for. */
static void complain_rest(struct installation *i, const struct pass *pass) {
        for (size_t k = 0; k < i->n; k++) {
                const struct format *f = formats_find(&pass->formats, i->names[k]);
                /* What the machine runs by itself needs no entry, and must have none. */
                bool native = f && f->state == FORMAT_REFUSED && machine_of(f);

                if (f && (!i->install || f->want || native))
                        continue;
                complain(i->c, NULL, "%s is %s: %s", i->names[k],
                         f ? format_state_name(f->state) : "not defined",
                         f && f->reason ? f->reason : "binfmtctl show tells more");
                i->failed = true;
        }
        for (size_t k = 0; k < pass->plan.n; k++) {
                const struct change *change = &pass->plan.changes[k];

                if (change->error >= 0 || !change->format)
                        continue;
                complain(i->c, NULL, "%s: %s", change->format->name,
                         change->format->reason ? change->format->reason : strerror(-change->error));
                i->failed = true;
        }
}

/* The pass over what the names stand for, with what was switched. */
static int apply_names(struct installation *i) {
        _cleanup_(table_freep) struct table *k = NULL;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct context chosen = *i->c;
        int r;

        chosen.options.chosen_names = i->names;
        r = context_plan(&chosen, &pass, &k);
        if (r < 0)
                return r;
        if (!k) {
                complain_unavailable(i->c, pass.unavailable);
                return pass.unavailable;
        }
        r = apply_plan(k, &pass.plan, &pass.result);
        if (r < 0)
                complain_errno(i->c, r, "cannot apply");
        complain_rest(i, &pass);
        return r;
}

static int run(struct installation *i, char **words) {
        int r = 0;

        i->names = calloc(i->pass->formats.n + 1, sizeof *i->names);
        if (!i->names)
                r = -ENOMEM;
        for (; *words && r >= 0; words++)
                r = take_word(i, *words);
        if (r < 0) {
                complain_errno(i->c, r, "cannot find the formats");
                return r;
        }
        if (i->n == 0)
                return 0;
        r = switch_names(i);
        return r < 0 ? r : apply_names(i);
}

/* Whatever came of it: what runs here now, for who reads that. */
static int install(struct context *c, char **words, bool install) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct installation i = { .c = c, .pass = &pass, .install = install };
        struct context printing = *c;
        int r = context_plan(c, &pass, NULL);

        if (r < 0)
                return EXIT_FAILURE;
        r = run(&i, words);
        free(i.names);
        printing.json = true;
        if (verb_platforms(&printing, 0, NULL) != EXIT_SUCCESS || r < 0 || i.failed)
                return EXIT_FAILURE;
        return EXIT_SUCCESS;
}

int verb_install(struct context *c, int argc, char **argv) {
        (void) argc;
        return install(c, argv, true);
}

int verb_uninstall(struct context *c, int argc, char **argv) {
        (void) argc;
        return install(c, argv, false);
}
