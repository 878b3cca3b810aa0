/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/engine/faulty-table.h"

static struct faulty_table *faulty(struct table *k) {
        return (struct faulty_table *) k;
}

static bool fails(struct faulty_table *f) {
        f->operations++;
        return f->fail_at > 0 && (f->for_good ? f->operations >= f->fail_at : f->operations == f->fail_at);
}

static int passed(struct faulty_table *f, int r) {
        if (f->after)
                f->after(f->userdata);
        return r;
}

static int faulty_add(struct table *k, const char *bytes, size_t n) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->add(f->inner, bytes, n));
}

static int faulty_remove(struct table *k, const char *name) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->remove(f->inner, name));
}

static int faulty_enable(struct table *k, const char *name) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->enable(f->inner, name));
}

static int faulty_mark(struct table *k, const char *name, uint64_t pin) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->mark(f->inner, name, pin));
}

static int faulty_read_one(struct table *k, const char *name, struct entry **ret) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->read_one(f->inner, name, ret));
}

static int faulty_read(struct table *k, struct entry ***ret, size_t *ret_n) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->read(f->inner, ret, ret_n));
}

static int faulty_run_natives(struct table *k, unsigned among, unsigned *ret) {
        struct faulty_table *f = faulty(k);

        return fails(f) ? f->error : passed(f, f->inner->ops->run_natives(f->inner, among, ret));
}

/* The caller owns both. */
static void faulty_free(struct table *k _unused_) {
}

void faulty_table_init(struct faulty_table *f, struct table *inner) {
        static const struct table_ops ops = {
                .add = faulty_add,
                .remove = faulty_remove,
                .enable = faulty_enable,
                .mark = faulty_mark,
                .read_one = faulty_read_one,
                .read = faulty_read,
                .run_natives = faulty_run_natives,
                .free = faulty_free,
        };

        *f = (struct faulty_table){ .table.ops = &ops, .inner = inner };
}
