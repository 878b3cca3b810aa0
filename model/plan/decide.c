/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Formats that are certain to be unwanted are decided first, so that nothing is asked that nobody needs to
 * know. Where nothing is wanted, somebody else's entry of the same name stays, unless the definition says
 * Enabled=no: only that, or something better to put in its place, is a reason to remove it. */

#include "model/plan/decide.h"

#include <errno.h>
#include <stdio.h>

static bool has_own_entry(const struct format *f) {
        return f->have && f->have->ours;
}

static int set_decision(struct format *f, enum format_state state, bool keep, char *reason) {
        f->state = state;
        f->keep = keep;
        f->reason = reason;
        return 0;
}

/* The definition gives no entry; an entry of ours from before stays in use. Takes `reason` over. */
static int set_unusable(struct format *f, enum format_state state, char *reason) {
        _cleanup_free_ char *plain = reason;
        char *stale;

        if (!has_own_entry(f))
                return set_decision(f, state, f->have, TAKE_PTR(plain));
        if (asprintf(&stale, "%s; the entry of before stays in use", plain) < 0)
                return -ENOMEM;
        return set_decision(f, FORMAT_STALE, true, stale);
}

/* Sets *ret to why the host would suffer, or leaves it NULL. With Machine= it is only a note, as definitions
 * for all machines may well be installed everywhere, and one of them is the host's own; without an
 * interpreter, too, as no harm is done yet. */
static int ask_host_guard(const struct format *f, const struct host *host, bool own,
                          struct diagnostics *diagnostics, char **ret) {
        const struct definition *d = f->definition;
        _cleanup_free_ char *reason = NULL;
        const char *hint = NULL;
        int r;

        if (d->allow_native)
                return 0;
        r = guard_host(d->pattern, host, &reason, &hint);
        if (r < 0 || !reason)
                return r;
        if (own)
                hint = "nothing can be done: the interpreter is such a program itself, so that AllowNative=yes would not help";
        r = diagnostics_add(diagnostics, d->machine || !f->interpreter ? SEVERITY_NOTE : SEVERITY_ERROR,
                            "host-architecture", definition_location(d), f->name, hint, "%s", reason);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(reason);
        return 0;
}

static int refuse_own_interpreter(const struct format *f, struct diagnostics *diagnostics, char **ret) {
        _cleanup_free_ char *reason = NULL;
        const struct interpreter *self = f->interpreter, *taken;
        int r;

        taken = guard_interpreter(f->definition->pattern, self);
        if (!taken) {
                self = f->dispatcher;
                taken = guard_interpreter(f->definition->pattern, self);
        }
        r = taken == self ? asprintf(&reason,
                                     "the pattern matches its own interpreter %s, which could never start",
                                     self->path)
                          : asprintf(&reason,
                                     "the pattern matches %s, which its own interpreter %s, a script, needs: neither could ever start",
                                     taken->path, self->path);
        if (r < 0) {
                reason = NULL;
                return -ENOMEM;
        }
        r = diagnostics_add(diagnostics, SEVERITY_ERROR, "own-interpreter",
                            definition_location(f->definition), f->name,
                            "make the pattern more specific, or use an interpreter of another kind", "%s",
                            reason);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(reason);
        return 0;
}

static int ask_guards(const struct format *f, const struct host *host, struct diagnostics *diagnostics,
                      char **ret) {
        const struct pattern *p = f->definition->pattern;
        bool own = f->interpreter && (guard_interpreter(p, f->interpreter) ||
                                      (f->dispatcher && guard_interpreter(p, f->dispatcher)));
        int r = ask_host_guard(f, host, own, diagnostics, ret);

        return r < 0 || *ret || !own ? r : refuse_own_interpreter(f, diagnostics, ret);
}

/* The kernel holds the pinned file, so an entry under F works on without the path. But a definition that
 * names several means whichever is installed: where none is, the package was removed, and its format
 * goes with it. */
static int decide_missing(struct format *f, const char *missing) {
        const struct definition *d = f->definition;
        bool names_several = d->interpreters && d->interpreters[0] && d->interpreters[1];
        char *reason = strdup(missing ? missing : "none of its interpreters is there");

        if (!reason)
                return -ENOMEM;
        if (!has_own_entry(f) || !(f->have->flags & ENTRY_FIX_BINARY) || names_several)
                return set_decision(f, FORMAT_INACTIVE, f->have && !f->have->ours, reason);
        if (f->have->enabled && f->have->pattern && pattern_equal(f->have->pattern, d->pattern) &&
            f->have->flags == d->flags)
                return set_decision(f, FORMAT_REGISTERED, true, reason);
        return set_unusable(f, FORMAT_INACTIVE, reason);
}

static int warn_dynamic(const struct format *f, struct diagnostics *diagnostics) {
        const struct definition *d = f->definition;
        const struct interpreter *i = f->interpreter;

        if (!(d->flags & ENTRY_FIX_BINARY) ||
            (i->kind != INTERPRETER_ELF_DYNAMIC && i->kind != INTERPRETER_SCRIPT))
                return 0;
        return diagnostics_add(
                        diagnostics, SEVERITY_WARNING, "dynamic-interpreter", definition_location(d),
                        f->name, "use a statically linked interpreter, or leave FixBinary= away",
                        "FixBinary=yes has no use in a chroot or container without %s, which %s needs, as it is %s",
                        i->needs ? i->needs : "the same libraries", i->path,
                        i->kind == INTERPRETER_SCRIPT ? "a script" : "dynamically linked");
}

void decide_standing(struct format *f) {
        const struct entry *have = f->have, *want = f->want;
        bool stands = have && have->ours && have->enabled && entry_same(have, want) &&
                      (!(want->flags & ENTRY_FIX_BINARY) || have->pin == want->pin);

        f->state = stands ? FORMAT_REGISTERED : FORMAT_PENDING;
}

static int decide_wanted(struct format *f, const struct host *host, struct diagnostics *diagnostics) {
        const struct definition *d = f->definition;
        int r = entry_new(f->name, d->pattern, f->interpreter->registered, d->flags, d->extra_flags,
                          &f->want);

        if (r < 0)
                return r;
        f->want->ours = true;
        if (d->flags & ENTRY_FIX_BINARY)
                f->want->pin = f->interpreter->pin;
        r = d->allow_native ? 1 : guard_may_take_natives(d->pattern, host);
        if (r < 0)
                return r;
        f->may_take_natives = r > 0;
        set_decision(f, FORMAT_PENDING, false, NULL);
        decide_standing(f);
        return warn_dynamic(f, diagnostics);
}

int decide_format(struct format *f, const struct host *host, const char *missing,
                  struct diagnostics *diagnostics) {
        _cleanup_free_ char *danger = NULL;
        int r;

        if (!f->definition->enabled)
                return set_decision(f, FORMAT_DISABLED, false, NULL);
        if (f->definition->invalid) {
                const char *mistake = f->definition->mistake;
                char *reason = strdup(mistake ? mistake : "the definition has errors");

                return reason ? set_unusable(f, FORMAT_INVALID, reason) : -ENOMEM;
        }
        r = ask_guards(f, host, diagnostics, &danger);
        if (r < 0)
                return r;
        if (danger)
                return set_unusable(f, FORMAT_REFUSED, TAKE_PTR(danger));
        return f->interpreter ? decide_wanted(f, host, diagnostics) : decide_missing(f, missing);
}

int decide_orphan(struct format *f, bool incomplete) {
        static const char why[] = "some definitions could not be read, and its own may be one of them",
                          elsewhere[] = "binfmtd registered it for another root than this one";
        char *reason;

        if (f->have->elsewhere) {
                reason = strdup(elsewhere);
                return reason ? set_decision(f, FORMAT_FOREIGN, true, reason) : -ENOMEM;
        }
        if (!f->have->ours)
                return set_decision(f, FORMAT_FOREIGN, true, NULL);
        if (!incomplete)
                return set_decision(f, FORMAT_PENDING, false, NULL);
        reason = strdup(why);
        return reason ? set_decision(f, FORMAT_STALE, true, reason) : -ENOMEM;
}
