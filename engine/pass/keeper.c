/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/keeper-private.h"
#include "model/format/facts.h"

#include <errno.h>

static char *copy_of(const char *s) {
        return s ? strdup(s) : NULL;
}

static int copy_options(const struct options *from, struct options *to) {
        size_t n = 0;
        char **added;

        to->only_added = from->only_added;
        to->root = copy_of(from->root);
        to->instance = copy_of(from->instance);
        to->dispatcher = copy_of(from->dispatcher);
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
        k->revision.report = &k->report;
        r = copy_options(options, &k->options);
        if (r < 0)
                return r;
        keeper_set_kernel(k, NULL, -ENOENT);
        keeper_touch_all(k);
        *ret = TAKE_PTR(k);
        return 0;
}

static void forget_last_pass(struct keeper *k) {
        plan_clear(&k->report.plan);
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

/* What the view shows belongs to others. */
static void forget_view(struct keeper *k) {
        free(k->report.diagnostics.items);
        k->report.diagnostics = (struct diagnostics){ 0 };
        k->said = true;
}

static void forget_everything(struct keeper *k) {
        forget_last_pass(k);
        forget_view(k);
        revision_clear(&k->revision);
        report_clear(&k->report);
        drop_ins_clear(&k->files);
        diagnostics_clear(&k->beside);
        diagnostics_clear(&k->unknown);
}

struct keeper *keeper_free(struct keeper *k) {
        if (!k)
                return NULL;
        forget_everything(k);
        attention_clear(&k->attention);
        options_clear(&k->options);
        kernel_free(k->kernel);
        free(k);
        return NULL;
}

void keeper_set_kernel(struct keeper *k, struct kernel *kernel, int unavailable) {
        kernel_free(k->kernel);
        k->kernel = kernel;
        k->unavailable = kernel ? 0 : unavailable;
        keeper_touch_table(k);
        attention_add_all(&k->attention.formats);
}

int keeper_touch_file(struct keeper *k, const char *path) {
        return attention_add(&k->attention.files, path);
}

int keeper_touch_directory(struct keeper *k, const char *path _unused_) {
        attention_add_all(&k->attention.files);
        return 0;
}

int keeper_touch_interpreter(struct keeper *k, const char *path) {
        return attention_add(&k->attention.interpreters, path);
}

int keeper_touch_entry(struct keeper *k, const char *name) {
        if (streq(name, "status"))
                k->attention.status = true;
        else if (streq(name, "register"))
                keeper_touch_table(k);
        else
                return attention_add(&k->attention.entries, name);
        return 0;
}

void keeper_touch_table(struct keeper *k) {
        attention_add_all(&k->attention.entries);
}

void keeper_touch_failed(struct keeper *k) {
        k->attention.unfinished = true;
}

void keeper_touch_all(struct keeper *k) {
        attention_add_all(&k->attention.files);
        attention_add_all(&k->attention.interpreters);
        attention_add_all(&k->attention.formats);
        keeper_touch_table(k);
        host_probe(&k->host);
}

int keeper_set_contended(struct keeper *k, const char *name, bool contended) {
        struct format *f = formats_find(&k->report.formats, name);

        if (!f || f->contended == contended)
                return 0;
        f->contended = contended;
        return attention_add(&k->attention.formats, name);
}

/* A format that is gone is kept aside until the next pass. */
static void end_revision_of(struct keeper *k, const struct revised *item) {
        struct format *f = item->format;
        bool gone = !f->definition && !f->have;
        uint64_t digest = format_digest(f);

        if (revised_differs(item)) {
                k->changed[k->n_changed++] = f;
                k->said = k->said || item->new || gone;
        }
        if (gone ? !item->new : digest != f->told)
                k->news[k->n_news++] = f;
        f->came = f->told == 0;
        f->told = digest;
        if (gone)
                k->gone[k->n_gone++] = formats_take(&k->report.formats, f->name);
        f->touched = f->new = false;
        f->drifted = f->drifted && f->unfinished;
}

static int end_revision(struct keeper *k) {
        struct revision *revision = &k->revision;

        k->changed = calloc(revision->n + 1, sizeof *k->changed);
        k->news = calloc(revision->n + 1, sizeof *k->news);
        k->gone = calloc(revision->n + 1, sizeof *k->gone);
        if (!k->changed || !k->news || !k->gone)
                return -ENOMEM;
        for (size_t i = 0; i < revision->n; i++)
                end_revision_of(k, &revision->items[i]);
        k->said = k->said || revision->said || (revision->n > 0 && k->report.catalog.n_overrides > 0);
        revision_clear(revision);
        return 0;
}

static int pass(struct keeper *k) {
        int r = keeper_look(k);

        if (r >= 0)
                r = revision_settle(&k->revision, &k->host, keeper_kernel(k));
        if (r < 0)
                return r;
        attention_clear(&k->attention);
        k->report.unavailable = k->unavailable;
        if (k->broken < 0) {
                k->report.unavailable = k->broken;
                keeper_touch_table(k);
                attention_add_all(&k->attention.formats);
        }
        r = keeper_act(k);
        return r < 0 ? r : end_revision(k);
}

/* What the kernel will never take is not worth another try until something else changes. */
static bool may_succeed_later(const struct change *c) {
        return !c->done && c->error != -EINVAL && c->error != -E2BIG && c->error != -ENAMETOOLONG;
}

static void fill_result(const struct keeper *k, struct keeper_result *ret) {
        const struct report *report = &k->report;

        *ret = (struct keeper_result){
                .changed = k->changed,
                .n_changed = k->n_changed,
                .news = k->news,
                .n_news = k->n_news,
                .plan = &report->plan,
                .applied = report->result,
                .retry = k->broken < 0,
        };
        for (size_t i = 0; i < report->plan.n && !ret->retry; i++)
                ret->retry = may_succeed_later(&report->plan.changes[i]);
}

int keeper_pass(struct keeper *k, struct keeper_result *ret) {
        int r;

        if (!attention_any(&k->attention))
                keeper_touch_failed(k);
        forget_last_pass(k);
        k->order_unknown = false;
        r = pass(k);
        if (r < 0) {
                forget_everything(k);
                k->report.unavailable = k->unavailable;
                keeper_touch_all(k);
                return r;
        }
        fill_result(k, ret);
        return 0;
}

/* Shares the strings. Room for all was made. */
static void show(struct diagnostics *view, const struct diagnostics *said) {
        if (said->n > 0)
                memcpy(view->items + view->n, said->items, said->n * sizeof *said->items);
        view->n += said->n;
}

static size_t count_said(const struct keeper *k) {
        size_t n = k->beside.n + k->unknown.n;

        for (size_t i = 0; i < k->files.n; i++)
                n += k->files.items[i]->said.n;
        for (size_t i = 0; i < k->report.formats.n; i++)
                n += k->report.formats.items[i]->said.n;
        return n;
}

const struct report *keeper_report(struct keeper *k) {
        struct diagnostics *view = &k->report.diagnostics;
        size_t n;

        if (!k->said)
                return &k->report;
        forget_view(k);
        diagnostics_clear(&k->unknown);
        if (catalog_report_unknown(&k->report.catalog, &k->unknown) < 0)
                return &k->report;
        n = count_said(k);
        view->items = calloc(n + 1, sizeof *view->items);
        if (!view->items)
                return &k->report;
        show(view, &k->beside);
        for (size_t i = 0; i < k->files.n; i++)
                show(view, &k->files.items[i]->said);
        for (size_t i = 0; i < k->report.formats.n; i++)
                show(view, &k->report.formats.items[i]->said);
        show(view, &k->unknown);
        k->said = false;
        return &k->report;
}
