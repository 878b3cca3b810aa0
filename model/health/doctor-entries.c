/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Findings on single entries. We never change entries of others, so for them the command is the one that
 * removes them. */

#include "model/explain/remedy.h"
#include "model/health/doctor.h"

#include <errno.h>

struct checked_entry {
        const struct doctor_facts *doctor_facts;
        const struct format *format;
        const struct entry *entry;
        const struct interpreter *interpreter; /* NULL for an opaque entry */
        const char *removal;                   /* the command that removes the entry */
        struct diagnostics *findings;
};

static const struct location nowhere = { .file = NULL };

static bool is_pinned(const struct checked_entry *p) {
        return p->entry->flags & ENTRY_FIX_BINARY;
}

#define FIND(p, severity, code, hint, ...)                                                                  \
        diagnostics_add((p)->findings, severity, code, nowhere, (p)->format->name, hint, __VA_ARGS__)

static int check_credentials(const struct checked_entry *p) {
        if (p->entry->ours || !(p->entry->flags & ENTRY_CREDENTIALS))
                return 0;
        return FIND(p, SEVERITY_WARNING, "foreign-credentials", p->removal,
                    "somebody else registered it with the flag C: %s runs with the rights of every setuid program that it takes, which is a way to become root",
                    p->entry->interpreter);
}

static int check_reach(const struct checked_entry *p) {
        if (pattern_can_match(p->entry->pattern))
                return 0;
        return FIND(p, SEVERITY_WARNING, "never-matches", p->entry->ours ? "binfmtctl lint" : p->removal,
                    "it can never match: the kernel takes what follows the last dot of a path for its extension, and .%s has a dot itself",
                    (const char *) p->entry->pattern->data);
}

/* An entry of ours is never registered if it endangers the host. */
static int check_host(const struct checked_entry *p) {
        _cleanup_free_ char *reason = NULL;
        const struct interpreter *taken;
        const char *hint;
        int r;

        if (p->entry->ours || !p->entry->enabled)
                return 0;
        r = guard_host(p->entry->pattern, p->doctor_facts->host, &reason, &hint);
        if (r < 0)
                return r;
        if (reason)
                return FIND(p, SEVERITY_ERROR, "host-architecture", p->removal, "%s", reason);
        taken = guard_interpreter(p->entry->pattern, p->interpreter);
        if (!taken)
                return 0;
        if (taken == p->interpreter)
                return FIND(p, SEVERITY_ERROR, "own-interpreter", p->removal,
                            "it takes its own interpreter %s as well, which can never start",
                            p->entry->interpreter);
        return FIND(p, SEVERITY_ERROR, "own-interpreter", p->removal,
                    "it takes %s as well, which its own interpreter %s needs: neither can ever start",
                    taken->path, p->entry->interpreter);
}

static int check_missing(const struct checked_entry *p) {
        const struct interpreter *i = p->interpreter;

        if (i->error == 0)
                return 0;
        if (is_pinned(p) && i->error == -ENOENT)
                return FIND(p, SEVERITY_NOTE, "pinned-and-gone", p->entry->ours ? "binfmtctl apply" : NULL,
                            "%s is not there any more, or is a container's; the kernel holds it as it was (F)",
                            p->entry->interpreter);
        return FIND(p, is_pinned(p) ? SEVERITY_WARNING : SEVERITY_ERROR, "interpreter-missing",
                    p->entry->ours ? "binfmtctl apply" : p->removal, "its interpreter %s %s",
                    p->entry->interpreter, interpreter_error_predicate(i->error));
}

static int check_pin(const struct checked_entry *p) {
        const struct entry *e = p->entry;

        if (!e->ours || !is_pinned(p) || p->interpreter->error < 0 || e->pin == p->interpreter->pin)
                return 0;
        return FIND(p, SEVERITY_WARNING, "stale-pin", "binfmtctl apply",
                    "%s was replaced since it was registered: the kernel still runs the file of before",
                    e->interpreter);
}

static int check_linkage(const struct checked_entry *p) {
        const struct interpreter *i = p->interpreter;
        bool needs = i->kind == INTERPRETER_ELF_DYNAMIC || i->kind == INTERPRETER_SCRIPT;

        if (!is_pinned(p) || i->error < 0 || !needs)
                return 0;
        return FIND(p, SEVERITY_WARNING, "dynamic-interpreter",
                    strstr(p->entry->interpreter, "/qemu-")
                                    ? "install the statically linked one (qemu-user-static), then: binfmtctl apply"
                                    : "use a statically linked interpreter, or leave FixBinary= away",
                    "it is pinned (F), but does not work in chroots and containers without %s, which %s needs, as it is %s",
                    i->needs ? i->needs : "the same libraries", p->entry->interpreter,
                    i->kind == INTERPRETER_SCRIPT ? "a script" : "dynamically linked");
}

static bool string_begins_with(const char *s, const char *prefix) {
        return strncmp(s, prefix, strlen(prefix)) == 0;
}

static int check_origin(const struct checked_entry *p) {
        const struct entry *e = p->entry;

        if (e->ours)
                return 0;
        if (string_begins_with(e->name, "WSLInterop"))
                return FIND(p, SEVERITY_NOTE, "wsl-interop", NULL,
                            "Windows registered it, to start its own programs; leave it as it is");
        if (string_begins_with(e->name, "qemu-") && string_begins_with(e->interpreter, "/usr/bin/qemu-") &&
            is_pinned(p))
                return FIND(p, SEVERITY_NOTE, "docker-helper", p->removal,
                            "it looks like one of docker's helper (tonistiigi/binfmt): it is gone after a reboot, and nobody upgrades its interpreter; a package such as qemu-user-static does both");
        return 0;
}

static int check_entry(const struct checked_entry *p) {
        int (*const checks[])(const struct checked_entry *p) = {
                check_host,    check_missing, check_credentials, check_pin,
                check_linkage, check_reach,   check_origin,
        };
        int r = 0;

        if (!p->entry->pattern)
                return FIND(p, SEVERITY_NOTE, "opaque-entry", p->removal,
                            "its text cannot be read unambiguously, so that nothing is known of it");
        if (!p->entry->enabled)
                r = FIND(p, SEVERITY_NOTE, "entry-off", p->entry->ours ? "binfmtctl apply" : NULL,
                         "it is switched off");
        for (size_t i = 0; r >= 0 && i < ELEMENTSOF(checks); i++)
                r = checks[i](p);
        return r;
}

int doctor_check_entries(const struct doctor_facts *c, struct diagnostics *ret) {
        int r = 0;

        for (size_t i = 0; r >= 0 && i < c->formats->n; i++) {
                const struct format *f = c->formats->items[i];
                _cleanup_(text_clear) struct text removal = { 0 };

                if (!f->have)
                        continue;
                remedy_write(&removal, "echo -1 >", c->machine->instance, f->name);
                if (removal.failed)
                        return -ENOMEM;
                r = check_entry(&(struct checked_entry){ c, f, f->have, c->interpreters[i], removal.data,
                                                         ret });
        }
        return r;
}
