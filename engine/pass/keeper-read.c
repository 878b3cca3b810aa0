/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A format is added to the worklist before its definition or its entry is replaced. So it has already left
 * the ranking and the indexes when its definition is freed, and nobody asks for its definition until it is
 * resolved again. */

#include "engine/pass/keeper-private.h"

#include <errno.h>

static bool needs_program(const struct pass *pass, const struct definition *d, const char *path) {
        const char *program;

        for (size_t i = 0; (program = definition_program(d, i)); i++)
                if (streq(program, path))
                        return true;
        return definition_has_detector(d) && streq_ptr(pass->dispatcher, path);
}

/* Adds all formats that name the interpreter, if it changed. */
static int probe_interpreter(struct keeper *k, const char *path) {
        const struct formats *formats = &k->pass.formats;
        bool changed;
        int r = prober_look_again(k->pass.prober, path, &changed);

        for (size_t i = 0; i < formats->n && r >= 0 && changed; i++) {
                struct format *f = formats->items[i];

                if (!f->keeper.dirty && f->definition && needs_program(&k->pass, f->definition, path))
                        r = worklist_add(&k->worklist, f);
        }
        return r;
}

static int probe_dirty_interpreters(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.interpreters;
        int r = 0;

        if (dirty->all) {
                prober_forget(k->pass.prober);
                return worklist_add_all(&k->worklist);
        }
        for (size_t i = 0; i < dirty->n && r >= 0; i++)
                r = probe_interpreter(k, dirty->items[i]);
        return r;
}

static int take_reading(const struct source_reading *reading, void *userdata) {
        struct keeper *k = userdata;
        const struct source_sink sink = { .catalog = &k->pass.catalog, .diagnostics = &k->beside };
        struct drop_in *d;
        int r = drop_in_new(reading, &sink, &d);

        return r < 0 || !d ? r : drop_ins_add(&k->files, d);
}

static int read_all_files(struct keeper *k) {
        struct source_sink sink = {
                .catalog = &k->pass.catalog, .diagnostics = &k->beside, .take = take_reading, .userdata = k
        };
        int r = worklist_add_all(&k->worklist);

        if (r < 0)
                return r;
        prober_forget(k->pass.prober);
        drop_ins_clear(&k->files);
        diagnostics_clear(&k->beside);
        catalog_clear(&k->pass.catalog);
        if (!k->options.only_added)
                r = sources_read_each(k->options.root, NULL, &sink);
        /* The view is given up, as the pass adds to the list itself. */
        free(k->pass.diagnostics.items);
        k->pass.diagnostics = (struct diagnostics){ 0 };
        if (r >= 0)
                r = pass_read_added(&k->pass, &k->options);
        if (r >= 0)
                r = diagnostics_move(&k->beside, &k->pass.diagnostics);
        if (r < 0)
                return r;
        memcpy(k->states, sink.states, sizeof k->states);
        k->beside_incomplete = sink.incomplete || k->pass.catalog.incomplete;
        r = pass_resolve_all(&k->pass);
        k->worklist.resolved = true;
        return r;
}

/* One file that is read by itself. */
struct reading {
        struct source_sink sink;
        struct catalog catalog;
        struct diagnostics diagnostics;
        struct drop_in *drop_in;
};

static void reading_clear(struct reading *r) {
        drop_in_free(r->drop_in);
        catalog_clear(&r->catalog);
        diagnostics_clear(&r->diagnostics);
}

static int take_into_reading(const struct source_reading *reading, void *userdata) {
        struct reading *r = userdata;

        return drop_in_new(reading, &r->sink, &r->drop_in);
}

/* Adds the formats that the file defines or amends. */
static int add_formats_of(struct keeper *k, const struct drop_in *d) {
        int r = 0;

        for (const struct definition *i = d ? d->first : NULL; i && r >= 0; i = i->next) {
                struct format *f = NULL;

                /* An override of a name that nobody defines makes no format. */
                if (d->override)
                        f = formats_find(&k->pass.formats, i->name);
                else
                        r = formats_obtain(&k->pass.formats, i->name, &f);
                if (r >= 0 && f)
                        r = worklist_add(&k->worklist, f);
        }
        return r;
}

static void remove_definitions(struct keeper *k, const struct drop_in *old) {
        for (struct definition *d = old ? old->first : NULL, *next; d; d = next) {
                next = d->next;
                (old->override ? catalog_remove_override : catalog_remove)(&k->pass.catalog, d);
        }
}

static int insert_definitions(struct keeper *k, struct catalog *new) {
        int r = 0;

        while (new->n > 0 && r >= 0)
                r = catalog_insert(&k->pass.catalog, new->definitions[--new->n]);
        while (new->n_overrides > 0 && r >= 0)
                r = catalog_insert_override(&k->pass.catalog, new->overrides[--new->n_overrides]);
        return r;
}

/* The prober may remember them from another time, since which nobody watched them. */
static int probe_interpreters_of(struct keeper *k, const struct drop_in *d) {
        const char *program;
        int r = 0;

        for (const struct definition *i = d->first; i && r >= 0; i = i->next)
                for (size_t j = 0; r >= 0 && (program = definition_program(i, j)); j++)
                        r = probe_interpreter(k, program);
        return r;
}

static int replace_file(struct keeper *k, unsigned family, const char *name, struct reading *new) {
        _cleanup_(drop_in_freep) struct drop_in *old = drop_ins_take(&k->files, family, name);
        struct drop_in *d = TAKE_PTR(new->drop_in);
        int r = d ? drop_ins_add(&k->files, d) : 0;

        if (r >= 0)
                r = add_formats_of(k, old);
        if (r >= 0 && d)
                r = add_formats_of(k, d);
        if (r < 0)
                return r;
        k->view_outdated = k->view_outdated || (old && (old->override || old->said.n > 0)) ||
                           (d && (d->override || d->said.n > 0));
        remove_definitions(k, old);
        r = insert_definitions(k, &new->catalog);
        return r < 0 || !d ? r : probe_interpreters_of(k, d);
}

/* 1 if a directory came, went or is left out now, so that all files are to be read. */
static int read_dirty_file(struct keeper *k, const char *path) {
        _cleanup_(reading_clear) struct reading reading = {
                .sink = { .catalog = &reading.catalog,
                          .diagnostics = &reading.diagnostics,
                          .take = take_into_reading,
                          .userdata = &reading },
        };
        const char *name;
        unsigned family;
        int r;

        if (!source_locate(path, &family, &name))
                return 0;
        r = sources_read_each(k->options.root, path, &reading.sink);
        if (r < 0)
                return r;
        for (size_t i = 0; i < SOURCE_DIRECTORIES; i++) {
                enum source_directory state = reading.sink.states[i];

                if (state != SOURCE_DIRECTORY_NOT_ASKED && state != k->states[i])
                        return 1;
        }
        return replace_file(k, family, name, &reading);
}

static int read_dirty_files(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.files;
        int r = 0;

        if (dirty->all)
                return read_all_files(k);
        for (size_t i = 0; i < dirty->n && r == 0 && !k->options.only_added; i++)
                r = read_dirty_file(k, dirty->items[i]);
        return r > 0 ? read_all_files(k) : r;
}

/* While a file cannot be read, the entry of a format that nobody defines stays: the file may define it. */
static int update_completeness(struct keeper *k) {
        bool incomplete = k->beside_incomplete || k->files.n_incomplete > 0;
        const struct formats *formats = &k->pass.formats;
        int r = 0;

        if (incomplete == k->pass.catalog.incomplete)
                return 0;
        k->pass.catalog.incomplete = incomplete;
        for (size_t i = 0; i < formats->n && r >= 0; i++)
                if (!formats->items[i]->keeper.dirty && !formats->items[i]->definition)
                        r = worklist_add(&k->worklist, formats->items[i]);
        return r;
}

/* An entry of ours was changed by somebody else: those that we change, we know already. */
static int add_changing(struct format *f, void *userdata) {
        struct keeper *k = userdata;

        if (f->have && f->have->ours && f->have->enabled)
                f->drifted = true;
        return worklist_add(&k->worklist, f);
}

static int forget_table(struct keeper *k) {
        const struct formats *formats = &k->pass.formats;
        int r = 0;

        for (size_t i = 0; i < formats->n && r >= 0; i++) {
                struct format *f = formats->items[i];

                if (!f->have)
                        continue;
                r = worklist_add(&k->worklist, f);
                f->have = entry_free(f->have);
        }
        entries_free(k->pass.stand_ins, k->pass.n_stand_ins);
        k->pass.stand_ins = NULL;
        k->pass.n_stand_ins = 0;
        return r;
}

static int read_whole_table(struct keeper *k) {
        k->order_unknown = true;
        return k->table ? pass_read_table(&k->pass, k->table, add_changing, k) : forget_table(k);
}

/* If nothing but `enabled` differs, it is still the same entry, in the same place of the table. */
static bool is_same_registration(const struct entry *before, struct entry *now) {
        bool enabled = now->enabled, same;

        now->enabled = before->enabled;
        same = entry_identical(before, now);
        now->enabled = enabled;
        return same;
}

/* 1 if somebody registered something, so that the order of the table is not known any more. */
static int read_dirty_entry(struct keeper *k, const char *name) {
        struct format *f = formats_find(&k->pass.formats, name);
        _cleanup_(entry_freep) struct entry *now = NULL;
        int r;

        if (entry_name_is_stand_in(name, NULL))
                return 1;
        r = k->table->ops->read_one(k->table, name, &now);
        if (r < 0)
                return r;
        /* An entry of others may be a new one, even if it looks like the old. */
        if (now && (!now->ours || !f || !f->have || !is_same_registration(f->have, now)))
                return 1;
        if (!f || (!f->have && !now) || (now && entry_identical(f->have, now)))
                return 0;
        r = add_changing(f, k);
        if (r < 0)
                return r;
        entry_free(f->have);
        f->have = TAKE_PTR(now);
        return 0;
}

static int read_dirty_entries(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.entries;
        int r = 0;

        if (dirty->all)
                return read_whole_table(k);
        if (k->absent.error < 0)
                return 0;
        if (k->dirty.status)
                k->pass.switched_off = table_status(k->table) == 0;
        for (size_t i = 0; i < dirty->n && r == 0; i++)
                r = read_dirty_entry(k, dirty->items[i]);
        return r > 0 ? read_whole_table(k) : r;
}

/* An instance that cannot be read is as good as none, for now. */
static int read_instance(struct keeper *k) {
        int r;

        if (k->dirty.entries.all && k->table)
                k->absent.error = 0;
        r = read_dirty_entries(k);
        if (r >= 0 || r == -ENOMEM)
                return r;
        k->absent.error = r;
        r = worklist_add_all(&k->worklist);
        return r < 0 ? r : forget_table(k);
}

static int add_dirty_formats(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.formats;
        const struct formats *formats = &k->pass.formats;
        int r = dirty->all ? worklist_add_all(&k->worklist) : 0;

        for (size_t i = 0; i < dirty->n && r >= 0; i++) {
                struct format *f = formats_find(formats, dirty->items[i]);

                if (f)
                        r = worklist_add(&k->worklist, f);
        }
        for (size_t i = 0; i < formats->n && r >= 0 && k->dirty.unfinished; i++)
                if (formats->items[i]->keeper.unfinished)
                        r = worklist_add(&k->worklist, formats->items[i]);
        return r;
}

int keeper_read(struct keeper *k) {
        int r = k->pass.prober ? 0 : pass_begin(&k->pass, &k->options);

        if (r >= 0)
                r = probe_dirty_interpreters(k);
        if (r >= 0)
                r = add_dirty_formats(k);
        if (r >= 0)
                r = read_dirty_files(k);
        if (r >= 0)
                r = update_completeness(k);
        return r < 0 ? r : read_instance(k);
}
