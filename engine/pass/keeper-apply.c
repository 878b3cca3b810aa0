/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* After a change that was done as planned, the entry is known without asking the kernel. Only after one that
 * failed, the entry is read again. */

#include "engine/pass/keeper-private.h"

#include <errno.h>

/* Saves memory: an entry that is as it is wanted need not be held twice. */
static void share_entries(struct keeper *k) {
        for (size_t i = 0; i < k->worklist.n; i++) {
                struct format *f = k->worklist.items[i].format;

                if (!f->want || f->state != FORMAT_REGISTERED || !f->have || f->have == f->want)
                        continue;
                entry_free(f->have);
                f->have = entry_ref(f->want);
        }
}

static int plan_changes(struct keeper *k) {
        _cleanup_free_ struct format **dirty = NULL;
        struct worklist *worklist = &k->worklist;
        int r = k->order_unknown ? 0 : worklist_formats(worklist, &dirty);

        if (r >= 0)
                r = pass_plan(&k->pass, dirty, worklist->n);
        for (size_t i = 0; i < k->pass.plan.n && r >= 0; i++)
                if (k->pass.plan.changes[i].format)
                        r = worklist_remember(worklist, k->pass.plan.changes[i].format);
        if (r < 0 || k->pass.plan.n == 0)
                return r;

        /* Each change replaces at most an entry and a stand-in. */
        k->replaced = calloc(2 * k->pass.plan.n, sizeof *k->replaced);
        return k->replaced ? 0 : -ENOMEM;
}

/* The old entry is kept, as the change still points to it. */
static void set_entry(struct keeper *k, struct format *f, struct entry *now) {
        if (f->have)
                k->replaced[k->n_replaced++] = f->have;
        f->have = now;
}

static void forget_stand_in(struct keeper *k, const char *name) {
        struct pass *pass = &k->pass;

        for (size_t i = 0; i < pass->n_stand_ins; i++)
                if (streq(pass->stand_ins[i]->name, name)) {
                        k->replaced[k->n_replaced++] = pass->stand_ins[i];
                        pass->stand_ins[i] = pass->stand_ins[--pass->n_stand_ins];
                        return;
                }
}

static void learn_done(struct keeper *k, const struct change *c) {
        struct format *f = c->format;

        if (c->type == CHANGE_SWEEP || c->type == CHANGE_FINISH)
                forget_stand_in(k, c->have->name);
        if (c->type == CHANGE_SWEEP)
                return;
        if (c->registered)
                f->serial = ++k->pass.serial;
        set_entry(k, f, c->type == CHANGE_REMOVE ? NULL : entry_ref(f->want));
}

static int reread_stand_in(struct keeper *k, const char *name) {
        struct pass *pass = &k->pass;
        struct entry *now = NULL;
        int r = k->table->ops->read_one(k->table, name, &now);

        if (r < 0)
                return r;
        forget_stand_in(k, name);
        if (!now)
                return 0;
        if (!ARRAY_GROW(pass->stand_ins, pass->n_stand_ins)) {
                entry_free(now);
                return -ENOMEM;
        }
        pass->stand_ins[pass->n_stand_ins++] = now;
        return 0;
}

static int reread_after(struct keeper *k, const struct change *c) {
        struct format *f = c->format;
        char stand_in[NAME_LENGTH_MAX + 1];
        struct entry *now;
        int r;

        if (c->type == CHANGE_SWEEP)
                return reread_stand_in(k, c->have->name);
        r = k->table->ops->read_one(k->table, f->name, &now);
        if (r < 0)
                return r;
        set_entry(k, f, now);
        if (c->registered)
                f->serial = ++k->pass.serial;
        entry_stand_in_name(f->name, stand_in);
        return reread_stand_in(k, stand_in);
}

static int learn_outcome(struct keeper *k, const struct change *c) {
        int r = 0;

        if (c->done)
                learn_done(k, c);
        else
                r = reread_after(k, c);
        if (c->format && c->type != CHANGE_SWEEP)
                c->format->keeper.unfinished = !c->done && !c->taken_back;
        /* EEXIST: there is an entry that we do not know. */
        if ((r < 0 && r != -ENOMEM) || c->error == -EEXIST)
                dirty_add_all(&k->dirty.entries);
        return r == -ENOMEM ? r : 0;
}

int keeper_apply(struct keeper *k) {
        struct plan *p = &k->pass.plan;
        int r;

        k->pass.result = (struct apply_result){ 0 };
        share_entries(k);
        r = k->absent.error == 0 ? plan_changes(k) : 0;
        if (r >= 0 && p->n > 0)
                r = apply_plan(k->table, p, &k->pass.result);
        for (size_t i = 0; i < p->n && r >= 0; i++)
                r = learn_outcome(k, &p->changes[i]);
        return r;
}
