/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Notes tell what is doubtful or worth knowing besides: the entries that would have taken the file, too, and
 * what the program will miss. */

#include "model/base/quote.h"
#include "model/explain/verdict-private.h"

#include <errno.h>

#define S_SETUID 04000u
#define S_SETGID 02010u /* with x for the group; without that, the bit means something else */

static const struct location nowhere;

static int note_append(struct reasoning *j, enum severity severity, const char *code,
                       const struct entry *about, struct text *hint, struct text *message) {
        int r = -ENOMEM;

        if (!hint->failed && !message->failed)
                r = diagnostics_add(&j->v->findings, severity, code, nowhere, about ? about->name : NULL,
                                    hint->data, "%s", message->data);
        text_clear(hint);
        text_clear(message);
        return r;
}

/* Without priorities, model/plan/rank would put a above b by their type or their number of bits. */
static bool is_more_special(const struct entry *a, const struct entry *b) {
        if (a->pattern->type != b->pattern->type)
                return a->pattern->type == PATTERN_MAGIC;
        return pattern_bits(a->pattern) > pattern_bits(b->pattern);
}

static int note_shadowed(struct reasoning *j, const struct explain_step *step) {
        const struct entry *winner = step->matching[0];
        struct text t = { 0 }, hint = { 0 };

        for (size_t i = 1; i < step->n_matching; i++) {
                const struct entry *loser = step->matching[i];
                bool misordered = is_more_special(loser, winner);
                int r;

                text_printf(&t, "%s matches %s too, but never gets it: %s was registered later", loser->name,
                            step->path, winner->name);
                if (misordered) {
                        text_printf(&t, ", although %s is the more specific of the two", loser->name);
                        remedy_entry(&hint, j->s);
                        if (loser->ours && winner->ours)
                                text_append(&hint, "binfmtctl apply");
                        else
                                remedy_write(&hint, "echo -1 > ", j->s->instance, winner->name);
                }
                r = note_append(j, misordered ? SEVERITY_WARNING : SEVERITY_NOTE,
                                misordered ? "misordered" : "shadowed", loser, &hint, &t);
                if (r < 0)
                        return r;
        }
        return 0;
}

static int note_taken(struct reasoning *j, const struct explain_step *first) {
        const struct elf_machine *m = explain_native(j->q->host, first->program);
        struct text t = { 0 }, hint = { 0 };

        if (!m)
                return 0;
        text_printf(&t, "this kernel runs %s programs by itself; %s takes it first", m->words,
                    first->matching[0]->name);
        return note_append(j, SEVERITY_NOTE, "taken", first->matching[0], &hint, &t);
}

/* The kernel takes no credentials from scripts at all. */
static int note_setuid(struct reasoning *j, const struct explain_step *first) {
        const struct program *p = first->program;
        bool setuid = p->mode & S_SETUID, setgid = (p->mode & S_SETGID) == S_SETGID;
        const struct entry *e = first->taker == TAKER_ENTRY ? first->matching[0] : NULL;
        struct text t = { 0 }, hint = { 0 };
        const char *code = "setuid";

        if (!setuid && !setgid)
                return 0;
        text_printf(&t, "it is %s, but ", setuid ? "setuid" : "setgid");
        if (e && !(e->flags & ENTRY_CREDENTIALS)) {
                text_printf(&t, "%s has no flag C, so it runs with the rights of who starts it", e->name);
                remedy_entry(&hint, j->s);
                remedy_override(&hint, e, "Credentials=yes");
        } else if (first->taker == TAKER_SCRIPT)
                text_append(&t, "the kernel ignores that for scripts");
        else if (p->nosuid) {
                code = "nosuid";
                text_append(&t,
                            "lies on a file system that is mounted nosuid, so it runs with the rights of who starts it");
                if (p->mount_point) {
                        text_append(&hint, "mount -o remount,suid ");
                        quote_for_shell(&hint, p->mount_point);
                }
        } else if (j->s->no_new_privs) {
                code = "no-new-privs";
                text_append(&t,
                            "this process has no_new_privs set, so it runs with the rights of who starts it");
        } else {
                text_clear(&t);
                return 0;
        }
        return note_append(j, SEVERITY_WARNING, code, e, &hint, &t);
}

static int note_low_address(struct reasoning *j, const struct explain_step *first) {
        struct text t = { 0 }, hint = { 0 };
        bool native = first->taker == TAKER_KERNEL;

        if (first->program->lowest >= j->s->mmap_min_addr ||
            (!native && (first->taker != TAKER_ENTRY || !is_qemu(first->matching[0]->interpreter))))
                return 0;
        text_printf(&t,
                    "it wants to stand at address 0x%llx, below the sysctl vm.mmap_min_addr (0x%llx): %s",
                    (unsigned long long) first->program->lowest, (unsigned long long) j->s->mmap_min_addr,
                    native ? "the kernel will kill it"
                           : "QEMU may have to say that it cannot reserve the address space");
        text_printf(&hint, "sysctl -w vm.mmap_min_addr=%llu", (unsigned long long) first->program->lowest);
        return note_append(j, SEVERITY_WARNING, "low-address", NULL, &hint, &t);
}

/* Detectors are programs of others, so none is run here to find out what it would say. */
static int note_dispatcher(struct reasoning *j, const struct entry *e) {
        struct text t = { 0 }, hint = { 0 };

        if (!streq(base_name(e->interpreter), "run-detectors"))
                return 0;
        text_printf(&t,
                    "%s is shared by formats with detectors: run-detectors asks those, and goes on to the interpreter of the one that says yes",
                    e->name);
        return note_append(j, SEVERITY_NOTE, "dispatcher", e, &hint, &t);
}

static int note_relative(struct reasoning *j, const struct entry *e) {
        struct text t = { 0 }, hint = { 0 };

        if (e->interpreter[0] == '/' || e->flags & ENTRY_FIX_BINARY)
                return 0;
        text_printf(&t,
                    "the interpreter of %s is a relative path: what runs depends on the working directory",
                    e->name);
        return note_append(j, SEVERITY_WARNING, "relative", e, &hint, &t);
}

static int note_nearest(struct reasoning *j, const struct explain_step *first) {
        const struct miss *m = &first->miss;
        struct text t = { 0 }, hint = { 0 };

        if (!m->entry || first->taker != TAKER_NONE)
                return 0;
        if (m->entry->pattern->type == PATTERN_EXTENSION) {
                bool dot = !pattern_can_match(m->entry->pattern);

                text_printf(&t, "%s wants the extension .%s%s", m->entry->name,
                            (const char *) m->entry->pattern->data,
                            dot ? ", which no file has: an extension is what follows the last dot"
                                : ", and upper and lower case count");
        } else {
                const struct pattern *p = m->entry->pattern;
                unsigned i = m->byte - p->offset;

                text_printf(&t, "the nearest is %s: byte %u is %02x, and it wants %02x", m->entry->name,
                            m->byte, first->program->header[m->byte], pattern_magic(p)[i]);
                if (p->masked && pattern_mask(p)[i] != 0xff)
                        text_printf(&t, " in the bits %02x", pattern_mask(p)[i]);
                if (m->n_bytes > 1)
                        text_printf(&t, " (%u bytes differ)", m->n_bytes);
        }
        return note_append(j, SEVERITY_NOTE, "nearest", m->entry, &hint, &t);
}

int verdict_add_notes(struct reasoning *j) {
        const struct explain_step *first = &j->e->steps[0];
        int r = 0;

        for (unsigned i = 0; r >= 0 && i < j->e->n && j->e->steps[i].taker == TAKER_ENTRY; i++) {
                /* A loop says the same again. */
                if (i > 0 && streq(j->e->steps[i].path, j->e->steps[i - 1].path))
                        break;
                r = note_shadowed(j, &j->e->steps[i]);
                if (r >= 0)
                        r = note_relative(j, j->e->steps[i].matching[0]);
                if (r >= 0)
                        r = note_dispatcher(j, j->e->steps[i].matching[0]);
        }
        if (r >= 0 && first->taker == TAKER_ENTRY && j->v->outcome == OUTCOME_RUNS)
                r = note_taken(j, first);
        if (r >= 0)
                r = note_setuid(j, first);
        if (r >= 0)
                r = note_low_address(j, first);
        return r >= 0 ? note_nearest(j, first) : r;
}
