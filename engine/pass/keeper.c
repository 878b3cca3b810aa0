/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/keeper-private.h"
#include "model/format/format.h"

#include <errno.h>

static char *strdup_or_null(const char *s) {
        return s ? strdup(s) : NULL;
}

static int copy_options(const struct options *from, struct options *to) {
        size_t n = 0;
        char **added;

        to->only_added = from->only_added;
        to->root = strdup_or_null(from->root);
        to->instance = strdup_or_null(from->instance);
        to->dispatcher = strdup_or_null(from->dispatcher);
        if ((from->root && !to->root) || (from->instance && !to->instance) ||
            (from->dispatcher && !to->dispatcher))
                return -ENOMEM;
        while (from->added && from->added[n])
                n++;
        to->added = added = calloc(n + 1, sizeof *added);
        for (size_t i = 0; added && i < n; i++)
                if (!(added[i] = strdup(from->added[i])))
                        return -ENOMEM;
        return added ? 0 : -ENOMEM;
}

static void options_clear(struct options *o) {
        for (char *const *i = o->added; i && *i; i++)
                free(*i);
        free((void *) o->added);
        free((void *) o->root);
        free((void *) o->instance);
        free((void *) o->dispatcher);
}

int keeper_new(const struct options *options, struct keeper **ret) {
        _cleanup_(keeper_freep) struct keeper *k = calloc(1, sizeof *k);
        int r;

        if (!k)
                return -ENOMEM;
        k->worklist.pass = &k->pass;
        r = copy_options(options, &k->options);
        if (r < 0)
                return r;
        keeper_set_no_table(k, -ENOENT);
        keeper_mark_all(k);
        *ret = TAKE_PTR(k);
        return 0;
}

static void forget_last_pass(struct keeper *k) {
        plan_clear(&k->pass.plan);
        for (size_t i = 0; i < k->n_gone; i++)
                format_free(k->gone[i]);
        entries_free(k->replaced, k->n_replaced);
        free(k->gone);
        free(k->changed);
        free(k->news);
        k->gone = k->changed = k->news = NULL;
        k->replaced = NULL;
        k->n_gone = k->n_changed = k->n_news = k->n_replaced = 0;
}

/* Its diagnostics are others', so that only the array is freed. */
static void forget_view(struct keeper *k) {
        free(k->pass.diagnostics.items);
        k->pass.diagnostics = (struct diagnostics){ 0 };
        k->view_outdated = true;
}

static void forget_everything(struct keeper *k) {
        forget_last_pass(k);
        forget_view(k);
        worklist_clear(&k->worklist);
        pass_clear(&k->pass);
        drop_ins_clear(&k->files);
        diagnostics_clear(&k->beside);
        diagnostics_clear(&k->unknown);
}

struct keeper *keeper_free(struct keeper *k) {
        if (!k)
                return NULL;
        forget_everything(k);
        dirty_clear(&k->dirty);
        options_clear(&k->options);
        table_free(k->table);
        free(k);
        return NULL;
}

static void replace_table(struct keeper *k, struct table *table, int error) {
        table_free(k->table);
        k->table = table;
        k->absent.error = error;
        keeper_mark_table(k);
        dirty_add_all(&k->dirty.formats);
}

void keeper_set_table(struct keeper *k, struct table *table) {
        replace_table(k, table, 0);
}

void keeper_set_no_table(struct keeper *k, int error) {
        replace_table(k, NULL, error);
}

int keeper_mark_file(struct keeper *k, const char *path) {
        return dirty_add(&k->dirty.files, path);
}

int keeper_mark_directory(struct keeper *k, const char *path _unused_) {
        dirty_add_all(&k->dirty.files);
        return 0;
}

int keeper_mark_interpreter(struct keeper *k, const char *path) {
        return dirty_add(&k->dirty.interpreters, path);
}

int keeper_mark_entry(struct keeper *k, const char *name) {
        if (streq(name, "status"))
                k->dirty.status = true;
        else if (streq(name, "register"))
                keeper_mark_table(k);
        else
                return dirty_add(&k->dirty.entries, name);
        return 0;
}

void keeper_mark_table(struct keeper *k) {
        dirty_add_all(&k->dirty.entries);
}

void keeper_mark_failed(struct keeper *k) {
        k->dirty.unfinished = true;
}

void keeper_mark_all(struct keeper *k) {
        dirty_add_all(&k->dirty.files);
        dirty_add_all(&k->dirty.interpreters);
        dirty_add_all(&k->dirty.formats);
        keeper_mark_table(k);
        host_probe(&k->host);
}

int keeper_set_contended(struct keeper *k, const char *name, bool contended) {
        struct format *f = formats_find(&k->pass.formats, name);

        if (!f || f->contended == contended)
                return 0;
        f->contended = contended;
        return dirty_add(&k->dirty.formats, name);
}

/* A format that is gone stays in memory until the next pass, for the result to point to. */
static void report_format(struct keeper *k, const struct worklist_item *item) {
        struct format *f = item->format;
        bool gone = !f->definition && !f->have;
        uint64_t digest = format_digest(f);

        if (worklist_item_differs(item)) {
                k->changed[k->n_changed++] = f;
                k->view_outdated = k->view_outdated || item->is_new || gone;
        }
        if (gone ? !item->is_new : digest != f->keeper.told)
                k->news[k->n_news++] = f;
        f->unannounced = f->keeper.told == 0;
        f->keeper.told = digest;
        if (gone)
                k->gone[k->n_gone++] = formats_take(&k->pass.formats, f->name);
        f->keeper.dirty = f->keeper.is_new = false;
        f->drifted = f->drifted && f->keeper.unfinished;
}

static int report_worklist(struct keeper *k) {
        struct worklist *worklist = &k->worklist;

        k->changed = calloc(worklist->n + 1, sizeof *k->changed);
        k->news = calloc(worklist->n + 1, sizeof *k->news);
        k->gone = calloc(worklist->n + 1, sizeof *k->gone);
        if (!k->changed || !k->news || !k->gone)
                return -ENOMEM;
        for (size_t i = 0; i < worklist->n; i++)
                report_format(k, &worklist->items[i]);
        k->view_outdated = k->view_outdated || worklist->diagnostics_changed ||
                           (worklist->n > 0 && k->pass.catalog.n_overrides > 0);
        worklist_clear(worklist);
        return 0;
}

static int run_pass(struct keeper *k) {
        int r = keeper_read(k);

        if (r >= 0)
                r = worklist_decide(&k->worklist, &k->host, keeper_table(k));
        if (r < 0)
                return r;
        dirty_clear(&k->dirty);
        k->pass.unavailable = k->absent.error;
        if (keeper_is_unreadable(k)) {
                keeper_mark_table(k);
                dirty_add_all(&k->dirty.formats);
        }
        r = keeper_apply(k);
        return r < 0 ? r : report_worklist(k);
}

static void fill_result(const struct keeper *k, struct keeper_result *ret) {
        const struct pass *pass = &k->pass;

        *ret = (struct keeper_result){
                .changed = k->changed,
                .n_changed = k->n_changed,
                .news = k->news,
                .n_news = k->n_news,
                .plan = &pass->plan,
                .applied = pass->result,
                .retry = keeper_is_unreadable(k),
        };
        for (size_t i = 0; i < pass->plan.n && !ret->retry; i++) {
                const struct change *c = &pass->plan.changes[i];
                bool hopeless = c->taken_back || c->error == -EINVAL || c->error == -E2BIG ||
                                c->error == -ENAMETOOLONG;

                ret->retry = !c->done && !hopeless;
        }
}

int keeper_pass(struct keeper *k, struct keeper_result *ret) {
        int r;

        if (!dirty_any(&k->dirty))
                keeper_mark_failed(k);
        forget_last_pass(k);
        k->order_unknown = false;
        r = run_pass(k);
        if (r < 0) {
                forget_everything(k);
                k->pass.unavailable = k->table ? 0 : k->absent.error;
                keeper_mark_all(k);
                return r;
        }
        fill_result(k, ret);
        return 0;
}

/* Borrows the strings, and needs room for all of them. */
static void view_append(struct diagnostics *view, const struct diagnostics *said) {
        if (said->n > 0)
                memcpy(view->items + view->n, said->items, said->n * sizeof *said->items);
        view->n += said->n;
}

static size_t count_diagnostics(const struct keeper *k) {
        size_t n = k->beside.n + k->unknown.n;

        for (size_t i = 0; i < k->files.n; i++)
                n += k->files.items[i]->said.n;
        for (size_t i = 0; i < k->pass.formats.n; i++)
                n += k->pass.formats.items[i]->said.n;
        return n;
}

const struct pass *keeper_last_pass(struct keeper *k) {
        struct diagnostics *view = &k->pass.diagnostics;
        size_t n;

        if (!k->view_outdated)
                return &k->pass;
        forget_view(k);
        diagnostics_clear(&k->unknown);
        if (catalog_report_unknown(&k->pass.catalog, &k->unknown) < 0)
                return &k->pass;
        n = count_diagnostics(k);
        view->items = calloc(n + 1, sizeof *view->items);
        if (!view->items)
                return &k->pass;
        view_append(view, &k->beside);
        for (size_t i = 0; i < k->files.n; i++)
                view_append(view, &k->files.items[i]->said);
        for (size_t i = 0; i < k->pass.formats.n; i++)
                view_append(view, &k->pass.formats.items[i]->said);
        view_append(view, &k->unknown);
        k->view_outdated = false;
        return &k->pass;
}
