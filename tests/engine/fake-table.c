/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/engine/fake-table.h"

#include <errno.h>
#include <stdio.h>

struct fake_table {
        struct table table;
        struct entry **entries; /* newest first */
        size_t n, size;
        char deadly[NAME_LENGTH_MAX + 1]; /* the entry that no native program survives; "": none */
};

static struct fake_table *fake(struct table *k) {
        return (struct fake_table *) k;
}

static struct entry *find(struct table *k, const char *name) {
        for (size_t i = 0; i < fake(k)->n; i++)
                if (streq(fake(k)->entries[i]->name, name))
                        return fake(k)->entries[i];
        return NULL;
}

static int put_first(struct fake_table *f, struct entry *e) {
        if (f->n == f->size) {
                struct entry **entries = reallocarray(f->entries, f->size + 64, sizeof *entries);

                if (!entries)
                        return -ENOMEM;
                f->entries = entries;
                f->size += 64;
        }
        memmove(f->entries + 1, f->entries, f->n++ * sizeof *f->entries);
        f->entries[0] = e;
        return 0;
}

static int fake_add(struct table *k, const char *bytes, size_t n) {
        _cleanup_(registration_clear) struct registration r = { 0 };
        _cleanup_(entry_freep) struct entry *e = NULL;
        const char *reason;
        int error = registration_parse(bytes, n, false, &r, &reason);

        if (error < 0)
                return error;
        if (find(k, r.name))
                return -EEXIST;
        error = entry_new(r.name, r.pattern, r.interpreter, r.flags, NULL, &e);
        if (error < 0)
                return error;
        error = put_first(fake(k), e);
        if (error >= 0)
                e = NULL;
        return error;
}

static int fake_remove(struct table *k, const char *name) {
        struct fake_table *f = fake(k);

        for (size_t i = 0; i < f->n; i++)
                if (streq(f->entries[i]->name, name)) {
                        entry_free(f->entries[i]);
                        memmove(f->entries + i, f->entries + i + 1, (--f->n - i) * sizeof *f->entries);
                        return 0;
                }
        return -ENOENT;
}

static int set_enabled(struct table *k, const char *name, bool enabled) {
        struct entry *e = find(k, name);

        if (!e)
                return -ENOENT;
        e->enabled = enabled;
        return 0;
}

static int fake_enable(struct table *k, const char *name) {
        return set_enabled(k, name, true);
}

int fake_table_disable(struct table *k, const char *name) {
        return set_enabled(k, name, false);
}

static int fake_mark(struct table *k, const char *name, uint64_t pin) {
        struct entry *e = find(k, name);

        if (!e)
                return -ENOENT;
        e->ours = true;
        if (e->flags & ENTRY_FIX_BINARY && pin != 0)
                e->pin = pin;
        return 0;
}

static int copy(const struct entry *e, struct entry **ret) {
        struct entry *new;
        int r = entry_new(e->name, e->pattern, e->interpreter, e->flags, NULL, &new);

        if (r < 0)
                return r;
        new->enabled = e->enabled;
        new->ours = e->ours;
        new->pin = e->pin;
        *ret = new;
        return 0;
}

static int fake_read_one(struct table *k, const char *name, struct entry **ret) {
        const struct entry *e = find(k, name);

        if (e)
                return copy(e, ret);
        *ret = NULL;
        return 0;
}

static int fake_read(struct table *k, struct entry ***ret, size_t *ret_n) {
        struct fake_table *f = fake(k);
        struct entry **copies = calloc(f->n + 1, sizeof *copies);

        if (!copies)
                return -ENOMEM;
        for (size_t i = 0; i < f->n; i++) {
                int r = copy(f->entries[i], &copies[i]);

                if (r < 0) {
                        entries_free(copies, i);
                        return r;
                }
        }
        *ret = copies;
        *ret_n = f->n;
        return 0;
}

void fake_table_set_deadly(struct table *k, const char *name) {
        snprintf(fake(k)->deadly, sizeof fake(k)->deadly, "%s", name);
}

static int fake_run_natives(struct table *k, unsigned among, unsigned *ret) {
        const struct entry *e = find(k, fake(k)->deadly);

        *ret = e && e->enabled ? 0 : among;
        return 0;
}

static void fake_free(struct table *k) {
        entries_free(fake(k)->entries, fake(k)->n);
        free(fake(k));
}

int fake_table_new(struct table **ret) {
        static const struct table_ops ops = {
                .add = fake_add,
                .remove = fake_remove,
                .enable = fake_enable,
                .mark = fake_mark,
                .read_one = fake_read_one,
                .read = fake_read,
                .run_natives = fake_run_natives,
                .free = fake_free,
        };
        struct fake_table *f = calloc(1, sizeof *f);

        if (!f)
                return -ENOMEM;
        f->table.ops = &ops;
        *ret = &f->table;
        return 0;
}
