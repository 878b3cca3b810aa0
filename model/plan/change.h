/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One change of the kernel's table: which entry, what happens to it, and why. Plans consist of changes. */

#include "model/format/format.h"

enum change_type {
        CHANGE_ADD,     /* register NAME */
        CHANGE_REPLACE, /* register stand-in, remove NAME, register NAME, remove stand-in: no gap */
        CHANGE_FINISH,  /* register NAME, remove stand-in: an earlier replacement broke off, NAME is gone */
        CHANGE_ADOPT,   /* mark the very entry, which is there, as ours (or we died before marking it) */
        CHANGE_ENABLE,  /* write 1: somebody switched our entry off */
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
        const struct entry *have; /* the entry that is removed, marked or enabled; NULL with CHANGE_ADD.
                                     Borrowed from the table */
        const char *above; /* with CAUSE_ORDER: the name of the format that it must stand above. Borrowed */
        bool drift;        /* it undoes what somebody else did to an entry of ours */
        bool registered;   /* filled by apply: NAME was registered anew, and stands on top of the table */
        bool taken_back;   /* filled by apply: an entry was registered or enabled, and removed again */
        int error;         /* filled by apply: 0 or negative errno */
        bool done;         /* filled by apply */
};

/* Does the change bring its entry to the top of the table? */
static inline bool change_moves(const struct change *c) {
        return c->type == CHANGE_ADD || c->type == CHANGE_REPLACE || c->type == CHANGE_FINISH;
}

/* Appends one line for people: "add qemu-arm", "replace wine: the interpreter was upgraded", "replace APE:
 * has to stand above wine" … */
void change_describe(const struct change *c, struct text *t);

/* "add", "replace" …, "new", "changed" …: stable words for JSON. */
const char *change_type_name(enum change_type type);
const char *change_cause_name(enum change_cause cause);
