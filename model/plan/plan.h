/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The plan: what has to change so that the kernel's table becomes what is wanted, in order, and no more than
 * that.
 *
 * The kernel takes the newest matching entry and knows neither "move" nor "replace", so an entry comes to
 * stand above another only by being registered again. Only pairs of patterns that overlap need their order
 * kept. The plan is therefore the least fixpoint of:
 *   - what is missing or differs is (re-)registered;
 *   - what must stand above something that is registered again, and overlaps it, is registered again too;
 *   - what stands below something that it must stand above, and overlaps it, is registered again.
 * Additions come first, from the worst rank to the best; removals of what is no longer wanted come last, so
 * that a renamed format leaves no gap. */

#include "model/plan/overlap.h"

enum change_type {
        CHANGE_ADD,     /* register NAME */
        CHANGE_REPLACE, /* register stand-in, remove NAME, register NAME, remove stand-in: no gap, 4 writes
                         */
        CHANGE_FINISH, /* an earlier replacement broke off: NAME is gone, its stand-in serves. Register NAME,
                          remove stand-in */
        CHANGE_ADOPT,  /* the very entry is there but not marked as ours (or we died before marking): mark it
                        */
        CHANGE_ENABLE, /* somebody switched our entry off: write 1 */
        CHANGE_REMOVE, /* remove NAME (ours and no longer wanted; or disabled by a definition of its name) */
        CHANGE_SWEEP,  /* remove a leftover stand-in whose NAME serves or is not wanted */
};

enum change_cause {
        CAUSE_NEW,      /* not in the kernel */
        CAUSE_CHANGED,  /* pattern, interpreter or flags differ */
        CAUSE_PIN,      /* F pins another file than the interpreter that is there now: upgraded */
        CAUSE_ORDER,    /* has to stand above `above` */
        CAUSE_TAKEOVER, /* somebody else's entry of a name that we define */
        CAUSE_UNWANTED, /* no definition wants it any more */
        CAUSE_DISABLED, /* Enabled=no */
        CAUSE_SHADOWED, /* another definition of the same pattern is better */
        CAUSE_SWITCHED_OFF,
        CAUSE_LEFTOVER,
};

struct change {
        enum change_type type;
        enum change_cause cause;
        struct format *format;    /* whose entry; NULL for a stand-in that belongs to no format */
        const struct entry *have; /* what is removed, marked or enabled; NULL with CHANGE_ADD. Borrowed from
                                     the table */
        const char *above; /* with CAUSE_ORDER: the name of the format that it must stand above. Borrowed */
        bool drift;        /* it undoes what somebody else did to an entry of ours */
        bool registered;   /* filled by apply: NAME was registered anew, and stands on top of the table */
        int error;         /* filled by apply: 0 or negative errno */
        bool done;         /* filled by apply */
};

struct plan {
        struct change *changes;
        size_t n;
};

/* What a plan is made of. All is borrowed. */
struct plan_scope {
        struct format *const *ranked; /* the formats that have a `want`, best rank first */
        size_t n_ranked;
        const struct formats *formats;  /* all, with what stands of each in the kernel and its place there */
        struct entry *const *stand_ins; /* that stand in the kernel */
        size_t n_stand_ins;
        struct format *const *dirty; /* only these may be otherwise than wanted; NULL: all may */
        size_t n_dirty;
        const struct overlaps *overlaps; /* of what is ranked; NULL: none are kept */
};

/* Patterns are compared only where the order may be disturbed: O(n log n) where nothing is, and O(n) for
 * each dirty format, which with overlap keys is one walk over them. 0 or -ENOMEM. */
int plan_make(const struct plan_scope *scope, struct plan *ret);

/* How many write(2) calls to the kernel the plan needs if all goes well. */
size_t plan_writes(const struct plan *p);

/* How many of its changes were not made (yet). */
size_t plan_count_pending(const struct plan *p);

/* One line for people: "add qemu-arm", "replace wine: the interpreter was upgraded", "replace APE: has to
 * stand above wine" … */
void change_describe(const struct change *c, struct text *t);

/* "add", "replace" …, "new", "changed" …: stable words for JSON. */
const char *change_type_name(enum change_type type);
const char *change_cause_name(enum change_cause cause);

void plan_clear(struct plan *p);
