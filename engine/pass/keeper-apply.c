/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was done as planned is known without asking the kernel. Only where something failed, it is asked what
 * stands there now. */

#include "engine/pass/keeper-private.h"

#include <errno.h>

/* What stands as wanted need not be kept twice. */
static void share(struct format *f) {
        if (!f->want || f->state != FORMAT_REGISTERED || !f->have || f->have == f->want)
                return;
        entry_free(f->have);
        f->have = entry_ref(f->want);
}

static void share_all(struct keeper *k) {
        for (size_t i = 0; i < k->revision.n; i++)
                share(k->revision.items[i].format);
}

static int plan(struct keeper *k) {
        _cleanup_free_ struct format **touched = NULL;
        struct revision *revision = &k->revision;
        int r = k->order_unknown ? 0 : revision_formats(revision, &touched);

        if (r >= 0)
                r = step_plan(&k->report, touched, revision->n);
        for (size_t i = 0; i < k->report.plan.n && r >= 0; i++)
                if (k->report.plan.changes[i].format)
                        r = revision_remember(revision, k->report.plan.changes[i].format);
        if (r < 0 || k->report.plan.n == 0)
                return r;

        /* Of each change an entry and a shadow, at most. */
        k->replaced = calloc(2 * k->report.plan.n, sizeof *k->replaced);
        return k->replaced ? 0 : -ENOMEM;
}

/* The change still tells of what stood there before. */
static void set_entry(struct keeper *k, struct format *f, struct entry *now) {
        if (f->have)
                k->replaced[k->n_replaced++] = f->have;
        f->have = now;
}

static void remove_shadow(struct keeper *k, const char *name) {
        struct report *report = &k->report;

        for (size_t i = 0; i < report->n_shadows; i++)
                if (streq(report->shadows[i]->name, name)) {
                        k->replaced[k->n_replaced++] = report->shadows[i];
                        report->shadows[i] = report->shadows[--report->n_shadows];
                        return;
                }
}

static void learn_done(struct keeper *k, const struct change *c) {
        struct format *f = c->format;

        if (c->type == CHANGE_SWEEP || c->type == CHANGE_FINISH)
                remove_shadow(k, c->have->name);
        if (c->type == CHANGE_SWEEP)
                return;
        if (c->registered)
                f->place = ++k->report.place;
        set_entry(k, f, c->type == CHANGE_REMOVE ? NULL : entry_ref(f->want));
}

static int ask_for_shadow(struct keeper *k, const char *name) {
        struct report *report = &k->report;
        struct entry *now = NULL;
        int r = k->kernel->ops->read_one(k->kernel, name, &now);

        if (r < 0)
                return r;
        remove_shadow(k, name);
        if (!now)
                return 0;
        if (!ARRAY_GROW(report->shadows, report->n_shadows)) {
                entry_free(now);
                return -ENOMEM;
        }
        report->shadows[report->n_shadows++] = now;
        return 0;
}

static int ask(struct keeper *k, const struct change *c) {
        struct format *f = c->format;
        char shadow[NAME_LENGTH_MAX + 1];
        struct entry *now;
        int r;

        if (c->type == CHANGE_SWEEP)
                return ask_for_shadow(k, c->have->name);
        r = k->kernel->ops->read_one(k->kernel, f->name, &now);
        if (r < 0)
                return r;
        set_entry(k, f, now);
        if (c->registered)
                f->place = ++k->report.place;
        entry_shadow_name(f->name, shadow);
        return ask_for_shadow(k, shadow);
}

static int learn(struct keeper *k, const struct change *c) {
        int r = 0;

        if (c->done)
                learn_done(k, c);
        else
                r = ask(k, c);
        if (c->format && c->type != CHANGE_SWEEP)
                c->format->unfinished = !c->done;
        /* EEXIST: somebody was there whom we do not know. */
        if ((r < 0 && r != -ENOMEM) || c->error == -EEXIST)
                attention_add_all(&k->attention.entries);
        return r == -ENOMEM ? r : 0;
}

int keeper_act(struct keeper *k) {
        struct plan *p = &k->report.plan;
        int r;

        k->report.result = (struct apply_result){ 0 };
        share_all(k);
        r = keeper_kernel(k) ? plan(k) : 0;
        if (r >= 0 && p->n > 0)
                r = apply_plan(k->kernel, p, &k->report.result);
        for (size_t i = 0; i < p->n && r >= 0; i++)
                r = learn(k, &p->changes[i]);
        return r;
}
