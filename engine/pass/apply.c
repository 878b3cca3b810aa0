/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The register strings are composed before the first write of a change, as composing them may fail. The
 * writes follow each other so that an entry serves after each of them. */

#include "engine/pass/apply.h"
#include "engine/system/canary.h"

#include <errno.h>
#include <stdio.h>

struct applier {
        struct table *table;
        struct apply_result result;
        bool asked_natives;
        unsigned natives; /* those that ran before the first change that may stop them */
};

struct register_string {
        char bytes[REGISTRATION_MAX + 1];
        size_t n;
};

static int compose_registration(const struct entry *want, const char *name, struct register_string *ret) {
        return registration_format(name, want->pattern, want->interpreter, want->flags, want->extra_flags,
                                   ret->bytes, &ret->n);
}

static int applier_add(struct applier *a, const struct register_string *s) {
        a->result.writes++;
        return a->table->ops->add(a->table, s->bytes, s->n);
}

/* It is no failure if somebody else was faster. */
static int applier_remove(struct applier *a, const char *name) {
        int r;

        a->result.writes++;
        r = a->table->ops->remove(a->table, name);
        return r == -ENOENT ? 0 : r;
}

static int applier_mark(struct applier *a, const struct entry *want, const char *name) {
        return a->table->ops->mark(a->table, name, want->pin);
}

static int set_state(struct format *f, enum format_state state, int error, const char *what,
                     const char *why) {
        char *reason = NULL;

        if (why && asprintf(&reason, "%s%s", what, why) < 0)
                return -ENOMEM;
        free(f->reason);
        f->reason = reason;
        f->state = state;
        f->error = error;
        return 0;
}

static int change_failed(struct change *c, int error, const char *what, const char *why) {
        c->error = error;
        return set_state(c->format, FORMAT_FAILED, error, what, why);
}

static int change_refused(struct change *c, int error, const char *what) {
        bool fix_binary = c->format->want->flags & ENTRY_FIX_BINARY;

        return change_failed(c, error, what, table_refusal_sentence(error, fix_binary));
}

/* For a change after which NAME serves as it is wanted. `error` is that of a lesser step behind it: the
 * format is registered all the same, but the change is not done. */
static int change_serves(struct change *c, int error, const char *what) {
        c->error = error;
        c->done = error == 0;
        return set_state(c->format, FORMAT_REGISTERED, 0, what, error < 0 ? strerror(-error) : NULL);
}

/* What did not run before proves nothing, nor does what could not be tried. */
static void ask_natives_before(struct applier *a, const struct change *c) {
        unsigned alive;

        if (!c->format->may_take_natives || a->asked_natives)
                return;
        a->asked_natives = true;
        if (a->table->ops->run_natives(a->table, CANARY_ALL, &alive) >= 0)
                a->natives = alive;
}

static bool natives_died(struct applier *a, const struct change *c) {
        unsigned alive;

        if (!c->format->may_take_natives || a->natives == 0)
                return false;
        return a->table->ops->run_natives(a->table, a->natives, &alive) >= 0 && alive != a->natives;
}

/* The format is left as it is until it is decided again: each new try would stop the machine's programs. */
static int change_take_back(struct applier *a, struct change *c, const char *name, const char *what) {
        int r = applier_remove(a, name);

        if (r < 0)
                return change_failed(
                                c, r,
                                "programs of this machine do not run while it is registered, and it could not be removed: ",
                                strerror(-r));
        c->taken_back = c->format->keep = true;
        return change_failed(
                        c, -ENOEXEC, what,
                        "programs of this machine did not run while it was registered, so it was taken back");
}

#define UNMARKED "the entry is in use, but could not be marked as ours: "

static int apply_add(struct applier *a, struct change *c) {
        const struct entry *want = c->format->want;
        struct register_string s;
        int r;

        r = compose_registration(want, want->name, &s);
        ask_natives_before(a, c);
        if (r >= 0)
                r = applier_add(a, &s);
        if (r < 0)
                return change_refused(c, r, "");
        r = applier_mark(a, want, want->name);
        if (natives_died(a, c))
                return change_take_back(a, c, want->name, "");
        c->registered = true;
        return change_serves(c, r, UNMARKED);
}

/* NAME takes the place of its stand-in, which serves until then. */
static int replace_stand_in(struct applier *a, struct change *c, const struct register_string *s,
                            const char *stand_in) {
        const struct entry *want = c->format->want;
        int r, swept_error;

        r = applier_add(a, s);
        if (r < 0)
                return change_refused(c, r, "a stand-in is in use: ");
        r = applier_mark(a, want, want->name);
        /* A stand-in of this very change has been tried already. */
        if (c->type == CHANGE_FINISH && natives_died(a, c))
                return change_take_back(a, c, want->name, "a stand-in is in use: ");
        c->registered = true;
        swept_error = applier_remove(a, stand_in);
        if (r < 0)
                return change_serves(c, r, UNMARKED);
        return change_serves(c, swept_error, "the entry is in use, but its stand-in could not be removed: ");
}

static int apply_finish(struct applier *a, struct change *c) {
        struct register_string s;
        int r = compose_registration(c->format->want, c->format->want->name, &s);

        ask_natives_before(a, c);
        return r < 0 ? change_refused(c, r, "") : replace_stand_in(a, c, &s, c->have->name);
}

static int apply_replace(struct applier *a, struct change *c) {
        const struct entry *want = c->format->want;
        char stand_in[NAME_LENGTH_MAX + 1];
        struct register_string first, second;
        int r;

        entry_stand_in_name(want->name, stand_in);
        r = compose_registration(want, stand_in, &first);
        if (r >= 0)
                r = compose_registration(want, want->name, &second);
        ask_natives_before(a, c);
        if (r >= 0)
                r = applier_add(a, &first);
        if (r < 0)
                return change_refused(c, r, "the entry of before is still in use: ");
        /* Its name alone makes a stand-in ours; the mark is for those who look at the table. */
        (void) applier_mark(a, want, stand_in);
        if (natives_died(a, c))
                return change_take_back(a, c, stand_in, "the entry of before is still in use: ");

        r = applier_remove(a, want->name);
        if (r < 0) {
                (void) applier_remove(a, stand_in);
                return change_failed(c, r, "the entry of before is still in use and could not be removed: ",
                                     strerror(-r));
        }
        return replace_stand_in(a, c, &second, stand_in);
}

static int apply_adopt(struct applier *a, struct change *c) {
        return change_serves(c, applier_mark(a, c->format->want, c->have->name), UNMARKED);
}

static int apply_enable(struct applier *a, struct change *c) {
        int r;

        ask_natives_before(a, c);
        a->result.writes++;
        r = a->table->ops->enable(a->table, c->have->name);
        if (r < 0)
                return change_failed(c, r, "it could not be switched on again: ", strerror(-r));
        if (natives_died(a, c))
                return change_take_back(a, c, c->have->name, "");
        return change_serves(c, 0, "");
}

static int apply_remove(struct applier *a, struct change *c) {
        int r = applier_remove(a, c->have->name);

        if (r < 0)
                return change_failed(c, r, "its entry could not be removed: ", strerror(-r));
        c->done = true;
        return 0;
}

/* A leftover stand-in changes nothing about the state of its format. */
static int apply_sweep(struct applier *a, struct change *c) {
        c->error = applier_remove(a, c->have->name);
        c->done = c->error == 0;
        return 0;
}

int apply_plan(struct table *table, struct plan *plan, struct apply_result *ret) {
        static int (*const apply[])(struct applier *, struct change *) = {
                [CHANGE_ADD] = apply_add,       [CHANGE_REPLACE] = apply_replace,
                [CHANGE_FINISH] = apply_finish, [CHANGE_ADOPT] = apply_adopt,
                [CHANGE_ENABLE] = apply_enable, [CHANGE_REMOVE] = apply_remove,
                [CHANGE_SWEEP] = apply_sweep,
        };
        struct applier a = { .table = table };
        int error = 0;

        for (size_t i = 0; i < plan->n; i++) {
                int r = apply[plan->changes[i].type](&a, &plan->changes[i]);

                if (r < 0)
                        error = r;
                a.result.failed += !plan->changes[i].done;
        }
        *ret = a.result;
        return error;
}
