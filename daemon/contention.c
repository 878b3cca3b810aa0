/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A list of the formats whose entries were disturbed within the last window: a few, or none. It forgets by
 * itself. */

#include "daemon/contention-private.h"

#include <errno.h>

static struct contention *contention_find(const struct contention *c, const char *name) {
        for (; c; c = c->next)
                if (streq(c->name, name))
                        return (struct contention *) c;
        return NULL;
}

static struct contention *find_or_add(struct contention **c, const char *name) {
        struct contention *f = contention_find(*c, name);
        size_t n = strlen(name) + 1;

        if (f)
                return f;
        f = calloc(1, sizeof *f + n);
        if (!f)
                return NULL;
        memcpy(f->name, name, n);
        f->next = *c;
        *c = f;
        return f;
}

static uint64_t last_repair(const struct contention *f) {
        return f->repairs[(f->n - 1) % CONTENTION_LIMIT];
}

int contention_repaired(struct contention **c, const char *name, uint64_t now) {
        struct contention *f = find_or_add(c, name);
        uint64_t oldest;
        bool before, fight;

        if (!f)
                return -ENOMEM;
        f->repairs[f->n++ % CONTENTION_LIMIT] = now;
        oldest = f->repairs[f->n % CONTENTION_LIMIT];
        fight = f->n >= CONTENTION_LIMIT && now - oldest <= CONTENTION_WINDOW;
        before = f->contended;
        if (!before && !fight)
                return CONTENTION_NONE;
        f->contended = true;
        f->held_until = now + CONTENTION_HOLD;
        return before ? CONTENTION_LASTS : CONTENTION_BEGINS;
}

bool contention_holds(const struct contention *c, const char *name) {
        const struct contention *f = contention_find(c, name);

        return f && f->held_until > 0;
}

bool contention_holds_any(const struct contention *c) {
        for (; c; c = c->next)
                if (c->held_until > 0)
                        return true;
        return false;
}

/* An item that is not contended needs no timer: it is dropped at the next tick that another one asks for. */
uint64_t contention_next(const struct contention *c) {
        uint64_t next = CONTENTION_NEVER;

        for (; c; c = c->next) {
                uint64_t t = c->held_until > 0 ? c->held_until
                             : c->contended    ? last_repair(c) + CONTENTION_HOLD + CONTENTION_WINDOW
                                               : CONTENTION_NEVER;

                if (t < next)
                        next = t;
        }
        return next;
}

static bool contention_is_over(const struct contention *f, uint64_t now) {
        uint64_t calm = last_repair(f) + CONTENTION_WINDOW + (f->contended ? CONTENTION_HOLD : 0);

        return f->held_until == 0 && now >= calm;
}

void contention_tick(struct contention **c, uint64_t now, void (*trial)(void *user, const char *name),
                     void (*settled)(void *user, const char *name), void *user) {
        while (*c) {
                struct contention *f = *c;

                if (f->held_until > 0 && now >= f->held_until) {
                        f->held_until = 0;
                        trial(user, f->name);
                }
                if (contention_is_over(f, now)) {
                        if (f->contended)
                                settled(user, f->name);
                        *c = f->next;
                        free(f);
                } else
                        c = &f->next;
        }
}

void contention_free(struct contention **c) {
        while (*c) {
                struct contention *f = *c;

                *c = f->next;
                free(f);
        }
}
