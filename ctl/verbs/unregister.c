/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl unregister: removes our entries from the kernel, and no others. */

#include "api/json.h"
#include "ctl/context.h"
#include "ctl/name-args.h"
#include "ctl/render.h"

#include <errno.h>
#include <stdio.h>

struct unregistration {
        const struct context *c;
        struct table *table;
        json_t *removed; /* names */
        bool failed;
};

static int remove_entry(struct unregistration *u, const char *name) {
        int r = u->c->dry_run ? 0 : u->table->ops->remove(u->table, name);

        if (r < 0 && r != -ENOENT) {
                complain(u->c, NULL, "cannot remove %s: %s", name, strerror(-r));
                u->failed = true;
                return 0;
        }
        return api_push(u->removed, api_text(name));
}

/* A glob passes over foreign entries; to name one in full is an error. */
static void complain_foreign(struct unregistration *u, const struct pass *pass, char **words) {
        for (; *words; words++) {
                const struct format *f = formats_find(&pass->formats, *words);

                if (f && f->have && !f->have->ours) {
                        complain(u->c, "echo -1 into its file removes it all the same",
                                 "%s was registered by somebody else, so it stays", f->name);
                        u->failed = true;
                }
        }
}

/* Stand-ins are ours, and are removed with the entry that they stand for. */
static int remove_chosen(struct unregistration *u, const struct entry *e, char **words) {
        size_t n = strlen(e->name);
        bool stand_in = entry_name_is_stand_in(e->name, &n);
        _cleanup_free_ char *name = strndup(e->name, n);

        if (!name)
                return -ENOMEM;
        if ((!e->ours && !(stand_in && entry_is_stand_in(e))) || (*words && !name_args_match(words, name)))
                return 0;
        return remove_entry(u, e->name);
}

static int remove_entries(struct unregistration *u, const struct pass *pass, char **words) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < pass->formats.n; i++)
                if (pass->formats.items[i]->have)
                        r = remove_chosen(u, pass->formats.items[i]->have, words);
        for (size_t i = 0; r >= 0 && i < pass->n_stand_ins; i++)
                r = remove_chosen(u, pass->stand_ins[i], words);
        return r;
}

static int unregister_words(struct unregistration *u, const struct pass *pass, char **words) {
        _cleanup_free_ const struct format **formats = NULL;
        size_t n;
        int r = name_args_of_pass(u->c, &pass->formats, words, &formats, &n, &u->failed);

        if (r < 0)
                return r;
        complain_foreign(u, pass, words);
        return remove_entries(u, pass, words);
}

static int unregister_print(const struct unregistration *u) {
        const struct context *c = u->c;
        size_t n = json_array_size(u->removed);

        if (c->json)
                return api_print(json_incref(u->removed));
        for (size_t i = 0; i < n && !c->quiet; i++) {
                fputs(c->dry_run ? "would remove " : "removed ", stdout);
                print_quoted(stdout, json_string_value(json_array_get(u->removed, i)));
                putchar('\n');
        }
        if (n == 0 && !c->no_legend && !u->failed)
                puts("nothing to do: no such entry of ours is registered");
        return 0;
}

int verb_unregister(struct context *c, int argc, char **argv) {
        _cleanup_(table_freep) struct table *table = NULL;
        _cleanup_(pass_clear) struct pass pass = { 0 };
        json_auto_t *removed = json_array();
        struct unregistration u = { .c = c, .removed = removed };
        int r = context_why_not_change(c);

        (void) argc;
        if (r < 0)
                complain_unavailable(c, r);
        if (r < 0 && !c->dry_run)
                return EXIT_FAILURE;
        r = context_plan(c, &pass, &table);
        if (r < 0)
                return EXIT_FAILURE;
        if (!table)
                return complain_unavailable(c, pass.unavailable);
        u.table = table;
        r = removed ? unregister_words(&u, &pass, argv) : -ENOMEM;
        if (r >= 0)
                r = unregister_print(&u);
        if (r < 0)
                return complain_errno(c, r, "cannot unregister");
        return u.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
