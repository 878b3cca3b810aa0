/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/steps.h"
#include "engine/read/credential.h"
#include "engine/read/sources.h"
#include "model/plan/decide.h"
#include "model/plan/rank.h"
#include "model/plan/share.h"
#include "model/plan/validate.h"

#include <errno.h>
#include <stdio.h>

int pass_begin(struct pass *pass, const struct options *options) {
        const char *dispatcher = options->dispatcher ? options->dispatcher : DISPATCHER_PATH;

        pass->dispatcher = *dispatcher ? dispatcher : NULL;
        return prober_new(options->root, &pass->prober);
}

int pass_read_added(struct pass *pass, const struct options *options) {
        _cleanup_free_ char *credential = NULL;
        int r;

        for (char *const *path = options->added; path && *path; path++) {
                r = sources_read_path(*path, SOURCE_ADDED, &pass->catalog, &pass->diagnostics);
                if (r < 0)
                        return r;
        }
        if (options->only_added)
                return 0;
        r = credential_find(options->root, &credential);
        if (r < 0 || !credential)
                return r;
        return sources_read_file(credential, SOURCE_ADDED, &pass->catalog, &pass->diagnostics);
}

static int validate_resolved(struct format *f) {
        return f->definition ? validate_definition(f->definition, &f->said) : 0;
}

int pass_resolve(struct pass *pass, struct format *f) {
        int r;

        diagnostics_clear(&f->said);
        r = catalog_resolve_name(&pass->catalog, f->name, &f->said, &f->definition);
        return r < 0 ? r : validate_resolved(f);
}

int pass_resolve_all(struct pass *pass) {
        struct catalog *c = &pass->catalog;

        for (size_t i = 0; i < pass->formats.n; i++) {
                pass->formats.items[i]->definition = NULL;
                diagnostics_clear(&pass->formats.items[i]->said);
        }
        catalog_sort(c);
        for (size_t i = 0; i < c->n;) {
                struct format *f;
                int r = formats_obtain(&pass->formats, c->definitions[i]->name, &f);

                if (r >= 0)
                        r = catalog_resolve_at(c, &i, &f->said, &f->definition);
                if (r >= 0)
                        r = validate_resolved(f);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Takes the entry over, on failure too. */
static int pass_add_entry(struct pass *pass, struct entry *e, uint64_t serial, pass_changing_t on_change,
                          void *userdata) {
        _cleanup_(entry_freep) struct entry *entry = e;
        struct format *f;
        int r;

        if (entry_is_stand_in(e)) {
                if (!ARRAY_GROW(pass->stand_ins, pass->n_stand_ins))
                        return -ENOMEM;
                pass->stand_ins[pass->n_stand_ins++] = TAKE_PTR(entry);
                return 0;
        }
        r = formats_obtain(&pass->formats, e->name, &f);
        if (r < 0)
                return r;
        f->serial = serial;
        if (f->have && entry_identical(f->have, e))
                return 0;
        r = on_change ? on_change(f, userdata) : 0;
        if (r < 0)
                return r;
        entry_free(f->have);
        f->have = TAKE_PTR(entry);
        return 0;
}

/* An entry that was not found this time still has its old serial. */
static int forget_gone_entries(struct pass *pass, uint64_t before, pass_changing_t on_change,
                               void *userdata) {
        for (size_t i = 0; i < pass->formats.n; i++) {
                struct format *f = pass->formats.items[i];
                int r = 0;

                if (!f->have || f->serial > before)
                        continue;
                if (on_change)
                        r = on_change(f, userdata);
                if (r < 0)
                        return r;
                f->have = entry_free(f->have);
        }
        return 0;
}

int pass_read_table(struct pass *pass, struct table *k, pass_changing_t on_change, void *userdata) {
        struct entry **entries;
        uint64_t before = pass->serial;
        size_t n;
        int r;

        pass->switched_off = table_status(k) == 0;
        r = k->ops->read(k, &entries, &n);
        if (r < 0)
                return r;
        entries_free(pass->stand_ins, pass->n_stand_ins);
        pass->stand_ins = NULL;
        pass->n_stand_ins = 0;
        for (size_t i = 0; i < n && r >= 0; i++)
                r = pass_add_entry(pass, TAKE_PTR(entries[i]), before + n - i, on_change, userdata);
        entries_free(entries, n);
        pass->serial += n;
        return r < 0 ? r : forget_gone_entries(pass, before, on_change, userdata);
}

/* The reason why none of the n interpreters can be used; `blamed` is the one that it names. */
static int describe_missing(const struct interpreter *blamed, size_t n, char **ret) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_printf(&t, "%s %s", blamed->path, interpreter_error_predicate(blamed->error));
        if (n == 2)
                text_append(&t, ", and the other one is not usable either");
        else if (n > 2)
                text_printf(&t, ", and none of the %zu others is usable", n - 1);
        *ret = text_take(&t);
        return *ret ? 0 : -ENOMEM;
}

/* Chooses the first interpreter that can be used. If there is none, *ret_missing says why: of the first that
 * is there but is no good, else of the first. */
static int choose_interpreter(struct prober *prober, struct format *f, char **ret_missing) {
        const struct interpreter *blamed = NULL;
        size_t n = 0;

        for (char **path = f->definition->interpreters; path && *path; path++, n++) {
                const struct interpreter *i;
                int r = prober_look(prober, *path, &i);

                if (r < 0)
                        return r;
                if (i->error == 0) {
                        f->interpreter = i;
                        return 0;
                }
                if (!blamed || (blamed->error == -ENOENT && i->error != -ENOENT))
                        blamed = i;
        }
        return blamed ? describe_missing(blamed, n, ret_missing) : 0;
}

/* With a detector, the interpreter is of no use unless detector and dispatcher are there too. */
static int choose_dispatcher(struct pass *pass, struct format *f, char **ret_missing) {
        const struct definition *d = f->definition;
        const struct interpreter *detector, *dispatcher = NULL;
        int r;

        if (!definition_has_detector(d) || !f->interpreter)
                return 0;
        r = prober_look(pass->prober, d->detector, &detector);
        if (r >= 0 && pass->dispatcher)
                r = prober_look(pass->prober, pass->dispatcher, &dispatcher);
        if (r < 0)
                return r;
        f->dispatcher = dispatcher;
        if (detector->error == 0 && (!dispatcher || dispatcher->error == 0))
                return 0;
        f->interpreter = NULL;
        if (detector->error < 0)
                r = asprintf(ret_missing, "its detector %s %s", d->detector,
                             interpreter_error_predicate(detector->error));
        else
                r = asprintf(ret_missing, "%s, which asks its detector, %s", dispatcher->path,
                             interpreter_error_predicate(dispatcher->error));
        if (r < 0)
                *ret_missing = NULL;
        return r < 0 ? -ENOMEM : 0;
}

static void forget_decision(struct format *f) {
        f->want = entry_free(f->want);
        f->interpreter = f->dispatcher = NULL;
        f->shadowed_by = NULL;
        f->keep = f->may_take_natives = false;
        f->error = 0;
        f->keeper.unfinished = false;
        free(TAKE_PTR(f->reason));
}

int pass_decide(struct pass *pass, const struct host *host, struct format *f) {
        _cleanup_free_ char *missing = NULL;
        int r;

        forget_decision(f);
        if (!f->definition)
                return f->have ? decide_orphan(f, pass->catalog.incomplete) : 0;
        r = choose_interpreter(pass->prober, f, &missing);
        if (r >= 0)
                r = choose_dispatcher(pass, f, &missing);
        return r < 0 ? r : decide_format(f, host, missing, &f->said);
}

int pass_decide_all(struct pass *pass, const struct host *host) {
        for (size_t i = 0; i < pass->formats.n; i++) {
                int r = pass_decide(pass, host, pass->formats.items[i]);

                if (r < 0)
                        return r;
        }
        return 0;
}

int pass_confirm(struct pass *pass, const struct table *table, struct format *f) {
        int r = share_decide(f, &pass->pattern_index);

        if (r >= 0 && f->contended && f->want && f->state != FORMAT_REGISTERED) {
                f->reason = strdup("somebody else keeps changing its entry, which is left alone for now");
                f->state = FORMAT_CONTENDED;
                f->keep = true;
                r = f->reason ? 0 : -ENOMEM;
        }
        if (table->error < 0)
                f->state = FORMAT_UNAVAILABLE;
        return r;
}

int pass_rank_all(struct pass *pass, const struct table *table) {
        struct format **ranked = calloc(array_size(pass->formats.n), sizeof *ranked);
        int r;

        if (!ranked)
                return -ENOMEM;
        free(pass->ranked);
        pass->ranked = ranked;
        pass->n_ranked = 0;
        pattern_index_clear(&pass->pattern_index);
        overlaps_clear(&pass->overlaps);
        for (size_t i = 0; i < pass->formats.n; i++)
                if (pass->formats.items[i]->want)
                        ranked[pass->n_ranked++] = pass->formats.items[i];
        rank_sort(ranked, pass->n_ranked);
        r = rank_drop_shadowed(ranked, &pass->n_ranked, &pass->pattern_index);
        for (size_t i = 0; i < pass->n_ranked && r >= 0; i++)
                r = pass_confirm(pass, table, ranked[i]);
        return r;
}

/* Does one of the files hold a definition of that name? */
static bool is_defined_in(char *const *files, struct definition *const *list, size_t n, const char *name) {
        for (size_t i = definitions_seek(list, n, name); definitions_have(list, n, i, name); i++)
                for (char *const *file = files; file && *file; file++)
                        if (streq(list[i]->file, *file))
                                return true;
        return false;
}

static bool is_chosen(const struct catalog *c, const struct options *options, const char *name) {
        for (const char *const *chosen = options->chosen_names; chosen && *chosen; chosen++)
                if (streq(*chosen, name))
                        return true;
        return is_defined_in(options->chosen, c->definitions, c->n, name) ||
               is_defined_in(options->chosen, c->overrides, c->n_overrides, name);
}

int pass_choose(struct pass *pass, const struct options *options, struct format ***ret, size_t *ret_n) {
        struct format **chosen = calloc(array_size(pass->formats.n), sizeof *chosen);
        size_t n = 0;

        if (!chosen)
                return -ENOMEM;
        for (size_t i = 0; i < pass->formats.n; i++) {
                struct format *f = pass->formats.items[i];

                if (is_chosen(&pass->catalog, options, f->name))
                        chosen[n++] = f;
                else if (f->have && !f->have->ours)
                        f->keep = true;
        }
        *ret = chosen;
        *ret_n = n;
        return 0;
}

int pass_plan(struct pass *pass, struct format *const *dirty, size_t n_dirty) {
        const struct plan_scope scope = {
                .ranked = pass->ranked,
                .n_ranked = pass->n_ranked,
                .formats = &pass->formats,
                .stand_ins = pass->stand_ins,
                .n_stand_ins = pass->n_stand_ins,
                .dirty = dirty,
                .n_dirty = n_dirty,
                .overlaps = pass->overlaps.n > 0 ? &pass->overlaps : NULL,
        };

        return plan_make(&scope, &pass->plan);
}

int pass_gather(struct pass *pass) {
        for (size_t i = 0; i < pass->formats.n; i++) {
                int r = diagnostics_move(&pass->diagnostics, &pass->formats.items[i]->said);

                if (r < 0)
                        return r;
        }
        return 0;
}
