/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/proof.h"
#include "model/explain/remedy.h"

#include <errno.h>
#include <stdio.h>

const struct format *proof_winner(const struct formats *formats, const struct sample *p) {
        const struct format *winner = NULL;

        for (size_t i = 0; i < formats->n; i++) {
                const struct format *f = formats->items[i];

                if (f->have && f->have->pattern && f->have->enabled && sample_matches(p, f->have->pattern) &&
                    (!winner || f->serial > winner->serial))
                        winner = f;
        }
        return winner;
}

const struct sample *proof_sample(const struct formats *formats, const struct format *f,
                                  const struct format **ret_rival) {
        const struct format *rival = NULL;
        const struct sample *p;

        for (size_t i = 0; (p = sample_at(i)); i++) {
                const struct format *winner;

                if (!f->have->pattern || !sample_matches(p, f->have->pattern))
                        continue;
                winner = proof_winner(formats, p);
                /* An entry that is switched off counts as if it were switched on. */
                if (winner == f || !winner || (!f->have->enabled && winner->serial < f->serial))
                        return p;
                rival = winner;
        }
        *ret_rival = rival;
        return NULL;
}

/* Takes both strings over; the hint may be NULL. */
static int proof_set(struct proof *p, enum proof_result result, char *reason, char *hint) {
        if (!reason) {
                free(hint);
                return -ENOMEM;
        }
        *p = (struct proof){ .result = result, .reason = reason, .hint = hint };
        return 0;
}

static int proof_set_words(struct proof *p, enum proof_result result, const char *reason, const char *hint) {
        char *copy = hint ? strdup(hint) : NULL;

        if (hint && !copy)
                return -ENOMEM;
        return proof_set(p, result, strdup(reason), copy);
}

static int proof_unregistered(const struct format *f, struct proof *ret) {
        _cleanup_(text_clear) struct text reason = { 0 }, hint = { 0 };
        char *words;

        text_printf(&reason, "it is not registered (%s)", format_state_name(f->state));
        if (f->reason)
                text_printf(&reason, ": %s", f->reason);
        if (f->state == FORMAT_PENDING)
                text_append(&hint, "binfmtctl apply");
        else
                text_printf(&hint, "binfmtctl show %s", f->name);
        words = text_take(&hint);
        return words ? proof_set(ret, PROOF_FAILS, text_take(&reason), words) : -ENOMEM;
}

int proof_without_run(const struct format *f, const struct sample *p, const struct format *rival,
                      bool switched_off, struct proof *ret) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (!f->have)
                return proof_unregistered(f, ret);
        if (!f->have->pattern)
                return proof_set_words(ret, PROOF_UNTESTABLE, "its entry cannot be read unambiguously",
                                       NULL);
        if (rival) {
                text_printf(&t, "%s is asked before it and takes the programs that would prove it",
                            rival->name);
                return proof_set(ret, PROOF_UNTESTABLE, text_take(&t), NULL);
        }
        if (!p)
                return proof_set_words(ret, PROOF_UNTESTABLE, "no program that it matches is at hand", NULL);
        if (switched_off)
                return proof_set_words(ret, PROOF_FAILS, "binfmt_misc as a whole is switched off",
                                       "echo 1 >/proc/sys/fs/binfmt_misc/status");
        if (!f->have->enabled) {
                remedy_write(&t, "echo 1 >", "/proc/sys/fs/binfmt_misc", f->name);
                return proof_set(ret, PROOF_FAILS, strdup("its entry is switched off"), text_take(&t));
        }
        return 1;
}

/* Says why the kernel could not start the interpreter. */
static void append_refusal(const struct entry *e, const struct interpreter *i, int error, bool in_chroot,
                           struct text *t) {
        bool pinned = e->flags & ENTRY_FIX_BINARY;

        switch (-error) {
        case ENOENT:
                if (pinned && i->needs)
                        text_printf(t, "%s needs %s, which is not there", e->interpreter, i->needs);
                else if (in_chroot && !pinned)
                        text_printf(t,
                                    "%s is looked up in the chroot, where it is not, as the entry does not pin it (F)",
                                    e->interpreter);
                else if (i->error == 0 && i->needs)
                        text_printf(t, "%s is there, but %s, which it needs, is not", e->interpreter,
                                    i->needs);
                else
                        text_printf(t, "its interpreter %s is not there", e->interpreter);
                break;
        case EACCES:
        case EPERM:
                text_printf(t, "%s may not be executed (%s)", e->interpreter, strerror(-error));
                break;
        case ENOEXEC:
                text_printf(t, "%s is not a program that this machine runs", e->interpreter);
                break;
        case ELOOP:
                text_printf(t, "starting %s ends in a loop: it is itself taken by an entry", e->interpreter);
                break;
        default:
                text_printf(t, "the kernel could not start %s: %s", e->interpreter, strerror(-error));
        }
}

static void append_failure(const struct entry *e, const struct interpreter *i, const struct run *run,
                           bool in_chroot, struct text *t) {
        size_t first_line = strcspn(run->said, "\r\n");

        switch (run->end) {
        case RUN_REFUSED:
                append_refusal(e, i, run->error, in_chroot, t);
                return;
        case RUN_KILLED:
                text_printf(t, "%s was killed by signal %d (%s)", e->interpreter, run->status,
                            strsignal(run->status));
                break;
        case RUN_TIMED_OUT:
                text_printf(t, "%s did not end in time", e->interpreter);
                break;
        default:
                text_printf(t, "%s ended with exit status %d without having run the program", e->interpreter,
                            run->status);
        }
        if (first_line > 0) {
                text_append(t, ": ");
                text_append_bytes(t, run->said, first_line);
        }
}

static const char *failure_hint(const struct interpreter *i, const struct run *run) {
        if (run->end != RUN_REFUSED)
                return "the interpreter is broken, or not one for this machine's programs: install it again, or another one";
        if (i->error == -ENOENT)
                return "install it, or remove the entry";
        if (run->error == -ENOENT && i->needs)
                return "install what it needs, or a statically linked interpreter";
        if (run->error == -EACCES || run->error == -EPERM)
                return "look at its mode, and at noexec where it is mounted";
        return NULL;
}

static const char *chroot_hint(const struct entry *e, const struct interpreter *i) {
        if (e->flags & ENTRY_FIX_BINARY)
                return i->needs ? "use a statically linked interpreter, such as those of qemu-user-static"
                                : NULL;
        if (i->error == 0 && i->needs)
                return "use a statically linked interpreter, such as those of qemu-user-static, with FixBinary=yes";
        return e->ours ? "write FixBinary=yes into its definition or an override, see binfmtd-conf(5)"
                       : "have it registered with the flag F";
}

int proof_conclude(const struct entry *entry, const struct interpreter *interpreter, const struct run *here,
                   const struct run *in_chroot, struct proof *ret) {
        _cleanup_(text_clear) struct text t = { 0 };
        const char *hint;
        char *copy;
        bool works = here->end == RUN_PROVED;

        if (works && in_chroot->end == RUN_PROVED) {
                *ret = (struct proof){ .result = PROOF_WORKS };
                return 0;
        }
        hint = works ? chroot_hint(entry, interpreter) : failure_hint(interpreter, here);
        append_failure(entry, interpreter, works ? in_chroot : here, works, &t);
        copy = hint ? strdup(hint) : NULL;
        if (hint && !copy)
                return -ENOMEM;
        return proof_set(ret, works ? PROOF_OUTSIDE : PROOF_FAILS, text_take(&t), copy);
}

void proof_clear(struct proof *p) {
        free(p->reason);
        free(p->hint);
        *p = (struct proof){ 0 };
}

const char *proof_result_name(enum proof_result result) {
        static const char *const names[] = {
                [PROOF_WORKS] = "works",
                [PROOF_OUTSIDE] = "outside-chroots",
                [PROOF_FAILS] = "fails",
                [PROOF_UNTESTABLE] = "untestable",
        };

        return names[result];
}
