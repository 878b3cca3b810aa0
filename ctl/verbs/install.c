/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl install, uninstall: for people who come from docker's helper. Words are platforms, as container
 * tools write them, names of machines, or names and globs of formats. The formats that they mean are
 * switched on or off for good, and registered or removed at once. */

#include "ctl/context.h"
#include "ctl/distribution.h"
#include "ctl/name-args.h"
#include "ctl/render.h"
#include "engine/read/switch.h"
#include "model/format/elf.h"

#include <errno.h>
#include <stdio.h>

struct installation {
        const struct context *c;
        struct pass *pass;
        const char **names; /* of the formats meant; NULL-terminated, with room for all formats */
        size_t n;
        bool install;
        bool failed;
};

static const struct elf_machine *machine_of(const struct format *f) {
        const struct definition *d = f->definition;

        return d && d->machine ? elf_machine_by_name(d->machine) : NULL;
}

static bool is_native(const struct elf_machine *m) {
        struct host host;

        host_probe(&host);
        return m == host.native;
}

/* Does the word mean this format: by its machine, by its name, or as one of "all"? */
static bool is_meant(const struct format *f, const char *word, const struct elf_machine *m) {
        const struct elf_machine *own = machine_of(f);

        if (streq(word, "all"))
                return own && !is_native(own);
        return m ? own == m
                 : f->definition && name_args_match((char *const[]){ (char *) word, NULL }, f->name);
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

/* Adds the format to the names, even if it is switched off now. Complains instead if it cannot be installed;
 * with `all`, a format without an interpreter is passed over in silence. */
static int installation_take_format(struct installation *i, const struct format *f, bool all) {
        const struct diagnostic *d;

        if (i->install && f->definition->invalid) {
                d = diagnostics_find(&i->pass->diagnostics, SEVERITY_ERROR, f->name);
                complain(i->c, NULL, "%s: %s", f->name, d ? d->message : "its definition is not valid");
                i->failed = true;
                return 0;
        }
        if (i->install && !f->interpreter)
                return all ? 0 : complain_interpreter(i, f);
        for (size_t k = 0; k < i->n; k++)
                if (streq(i->names[k], f->name))
                        return 0;
        i->names[i->n++] = f->name;
        return 0;
}

static int installation_take_word(struct installation *i, const char *word) {
        static const char os[] = "linux/";
        const struct elf_machine *m =
                        elf_machine_by_name(strncmp(word, os, strlen(os)) == 0 ? word + strlen(os) : word);
        const struct formats *formats = &i->pass->formats;
        bool all = streq(word, "all"), found = false;

        /* The machine runs its own programs without an entry: there is nothing to install or to remove. */
        if (m && is_native(m))
                return 0;
        for (size_t k = 0; k < formats->n; k++) {
                int r;

                if (!is_meant(formats->items[k], word, m))
                        continue;
                found = true;
                r = installation_take_format(i, formats->items[k], all);
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

/* Complains about each format that did not become what was asked for. */
static void complain_rest(struct installation *i, const struct pass *pass) {
        for (size_t k = 0; k < i->n; k++) {
                const struct format *f = formats_find(&pass->formats, i->names[k]);
                /* The machine's own programs need no entry, and must have none. */
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
                complain(i->c, NULL, "%s: %s", change_name(change), change_error(change));
                i->failed = true;
        }
}

/* A pass over the formats of these names alone, after their switches were written. */
static int apply_names(struct installation *i) {
        _cleanup_(table_freep) struct table *table = NULL;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct context chosen = *i->c;
        int r;

        chosen.options.chosen_names = i->names;
        r = context_plan(&chosen, &pass, &table);
        if (r < 0)
                return r;
        if (!table) {
                complain_unavailable(i->c, pass.unavailable);
                return pass.unavailable;
        }
        r = apply_plan(table, &pass.plan, &pass.result);
        if (r < 0)
                complain_errno(i->c, r, "cannot apply");
        complain_rest(i, &pass);
        return r;
}

static int installation_run(struct installation *i, char **words) {
        int r = 0;

        i->names = calloc(i->pass->formats.n + 1, sizeof *i->names);
        if (!i->names)
                r = -ENOMEM;
        for (; *words && r >= 0; words++)
                r = installation_take_word(i, *words);
        if (r < 0) {
                complain_errno(i->c, r, "cannot find the formats");
                return r;
        }
        if (i->n == 0)
                return 0;
        r = switch_names(i);
        return r < 0 ? r : apply_names(i);
}

/* Prints the platforms that run here afterwards, even if something failed. */
static int install_or_uninstall(struct context *c, char **words, bool install) {
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct installation i = { .c = c, .pass = &pass, .install = install };
        struct context printing = *c;
        int r = context_why_not_change(c);

        if (r < 0)
                return complain_unavailable(c, r);
        r = context_plan(c, &pass, NULL);
        if (r < 0)
                return EXIT_FAILURE;
        r = installation_run(&i, words);
        free(i.names);
        printing.json = true;
        if (verb_platforms(&printing, 0, NULL) != EXIT_SUCCESS || r < 0 || i.failed)
                return EXIT_FAILURE;
        return EXIT_SUCCESS;
}

int verb_install(struct context *c, int argc, char **argv) {
        (void) argc;
        return install_or_uninstall(c, argv, true);
}

int verb_uninstall(struct context *c, int argc, char **argv) {
        (void) argc;
        return install_or_uninstall(c, argv, false);
}
