/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A format is marked dirty before what decides about it changes: when its definitions are freed, it has
 * already left ranking and twins, and nobody asks for its definition until it is resolved again. */

#include "engine/pass/keeper-private.h"

#include <errno.h>

static bool needs_program(const struct pass *pass, const struct definition *d, const char *path) {
        const char *program;

        for (size_t i = 0; (program = definition_program(d, i)); i++)
                if (streq(program, path))
                        return true;
        return definition_has_detector(d) && streq_ptr(pass->dispatcher, path);
}

/* Looks again at an interpreter, for all who name it. */
static int look_at_interpreter(struct keeper *k, const char *path) {
        const struct formats *formats = &k->pass.formats;
        bool news;
        int r = prober_look_again(k->pass.prober, path, &news);

        for (size_t i = 0; i < formats->n && r >= 0 && news; i++) {
                struct format *f = formats->items[i];

                if (!f->keeper.dirty && f->definition && needs_program(&k->pass, f->definition, path))
                        r = worklist_add(&k->worklist, f);
        }
        return r;
}

static int look_at_interpreters(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.interpreters;
        int r = 0;

        if (dirty->all) {
                prober_forget(k->pass.prober);
                return worklist_add_all(&k->worklist);
        }
        for (size_t i = 0; i < dirty->n && r >= 0; i++)
                r = look_at_interpreter(k, dirty->items[i]);
        return r;
}

static int take_reading(const struct source_reading *reading, void *userdata) {
        struct keeper *k = userdata;
        const struct source_sink sink = { .catalog = &k->pass.catalog, .diagnostics = &k->beside };
        struct drop_in *d;
        int r = drop_in_new(reading, &sink, &d);

        return r < 0 || !d ? r : drop_ins_add(&k->files, d);
}

/* The view on what is said is given up first, as reading adds to the list itself. */
static int read_beside(struct keeper *k) {
        int r;

        free(k->pass.diagnostics.items);
        k->pass.diagnostics = (struct diagnostics){ 0 };
        r = pass_read_added(&k->pass, &k->options);
        return r < 0 ? r : diagnostics_move(&k->beside, &k->pass.diagnostics);
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
        if (r >= 0)
                r = read_beside(k);
        if (r < 0)
                return r;
        memcpy(k->states, sink.states, sizeof k->states);
        k->beside_incomplete = sink.incomplete || k->pass.catalog.incomplete;
        r = pass_resolve_all(&k->pass);
        k->worklist.resolved = true;
        return r;
}

/* One file that was read by itself. */
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

static int take_one(const struct source_reading *reading, void *userdata) {
        struct reading *r = userdata;

        return drop_in_new(reading, &r->sink, &r->drop_in);
}

static bool states_differ(const struct keeper *k, const struct source_sink *sink) {
        for (size_t i = 0; i < SOURCE_DIRECTORIES; i++)
                if (sink->states[i] != SOURCE_DIRECTORY_NOT_ASKED && sink->states[i] != k->states[i])
                        return true;
        return false;
}

/* An override of what nobody defines makes no format. */
static int touch_name(struct keeper *k, const struct definition *d, bool override) {
        struct format *f = override ? formats_find(&k->pass.formats, d->name) : NULL;
        int r = override ? 0 : formats_obtain(&k->pass.formats, d->name, &f);

        return r < 0 || !f ? r : worklist_add(&k->worklist, f);
}

static int touch_names(struct keeper *k, const struct drop_in *d) {
        int r = 0;

        for (const struct definition *i = d ? d->first : NULL; i && r >= 0; i = i->next)
                r = touch_name(k, i, d->override);
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

/* What nobody named until now, nobody watched either. */
static int look_at_interpreters_of(struct keeper *k, const struct drop_in *d) {
        const char *program;
        int r = 0;

        for (const struct definition *i = d->first; i && r >= 0; i = i->next)
                for (size_t j = 0; r >= 0 && (program = definition_program(i, j)); j++)
                        r = look_at_interpreter(k, program);
        return r;
}

static int replace_file(struct keeper *k, unsigned family, const char *name, struct reading *new) {
        _cleanup_(drop_in_freep) struct drop_in *old = drop_ins_take(&k->files, family, name);
        struct drop_in *d = TAKE_PTR(new->drop_in);
        int r = d ? drop_ins_add(&k->files, d) : 0;

        if (r >= 0)
                r = touch_names(k, old);
        if (r >= 0 && d)
                r = touch_names(k, d);
        if (r < 0)
                return r;
        k->said = k->said || (old && (old->override || old->said.n > 0)) ||
                  (d && (d->override || d->said.n > 0));
        remove_definitions(k, old);
        r = insert_definitions(k, &new->catalog);
        return r < 0 || !d ? r : look_at_interpreters_of(k, d);
}

/* 1 if the directories are not what they were, so that more than this file is to be read. */
static int read_file(struct keeper *k, const char *path) {
        _cleanup_(reading_clear) struct reading reading = {
                .sink = { .catalog = &reading.catalog,
                          .diagnostics = &reading.diagnostics,
                          .take = take_one,
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
        return states_differ(k, &reading.sink) ? 1 : replace_file(k, family, name, &reading);
}

static int read_files(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.files;
        int r = 0;

        if (dirty->all)
                return read_all_files(k);
        for (size_t i = 0; i < dirty->n && r == 0 && !k->options.only_added; i++)
                r = read_file(k, dirty->items[i]);
        return r > 0 ? read_all_files(k) : r;
}

/* While something cannot be read, what nobody defines stays. */
static int judge_completeness(struct keeper *k) {
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

/* That an entry of ours is no longer what it was, is somebody else's doing: what we do ourselves, we know.
 */
static int touch_entry(struct format *f, void *userdata) {
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

static int read_table(struct keeper *k) {
        k->order_unknown = true;
        return k->table ? pass_read_table(&k->pass, k->table, touch_entry, k) : forget_table(k);
}

/* Nothing but whether it is switched on may be otherwise; then it stands where it stood. */
static bool stays(const struct entry *before, struct entry *now) {
        bool enabled = now->enabled, same;

        now->enabled = before->enabled;
        same = entry_identical(before, now);
        now->enabled = enabled;
        return same;
}

/* 1 if somebody registered something, so that where everything stands has to be found out. */
static int read_entry(struct keeper *k, const char *name) {
        struct format *f = formats_find(&k->pass.formats, name);
        _cleanup_(entry_freep) struct entry *now = NULL;
        int r;

        if (entry_name_is_stand_in(name, NULL))
                return 1;
        r = k->table->ops->read_one(k->table, name, &now);
        if (r < 0)
                return r;
        /* What is not ours may have gone and come again, all the same. */
        if (now && (!now->ours || !f || !f->have || !stays(f->have, now)))
                return 1;
        if (!f || (!f->have && !now) || (now && entry_identical(f->have, now)))
                return 0;
        r = touch_entry(f, k);
        if (r < 0)
                return r;
        entry_free(f->have);
        f->have = TAKE_PTR(now);
        return 0;
}

static int read_entries(struct keeper *k) {
        const struct dirty_list *dirty = &k->dirty.entries;
        int r = 0;

        if (dirty->all)
                return read_table(k);
        if (k->absent.error < 0)
                return 0;
        if (k->dirty.status)
                k->pass.switched_off = table_status(k->table) == 0;
        for (size_t i = 0; i < dirty->n && r == 0; i++)
                r = read_entry(k, dirty->items[i]);
        return r > 0 ? read_table(k) : r;
}

/* What cannot be read is as good as not there, for now. */
static int look_at_entries(struct keeper *k) {
        int r;

        if (k->dirty.entries.all && k->table)
                k->absent.error = 0;
        r = read_entries(k);
        if (r >= 0 || r == -ENOMEM)
                return r;
        k->absent.error = r;
        r = worklist_add_all(&k->worklist);
        return r < 0 ? r : forget_table(k);
}

static int look_at_formats(struct keeper *k) {
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
                r = look_at_interpreters(k);
        if (r >= 0)
                r = look_at_formats(k);
        if (r >= 0)
                r = read_files(k);
        if (r >= 0)
                r = judge_completeness(k);
        return r < 0 ? r : look_at_entries(k);
}
