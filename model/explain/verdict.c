/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/verdict-private.h"
#include "model/format/describe.h"

#include <elf.h>
#include <errno.h>

/* QEMU looks for a foreign program's files in other places before it looks at the path itself: Debian's, and
 * those of its own build. */
static int find_loader_elsewhere(const struct question *q, const struct program *p, bool *ret) {
        static const char *const places[] = { "/etc/qemu-binfmt/", "/usr/gnemul/qemu-" };
        const struct elf_machine *m = elf_machine_of(p->header);

        *ret = false;
        for (size_t i = 0; m && !*ret && i < ELEMENTSOF(places); i++) {
                _cleanup_(text_clear) struct text path = { 0 };
                const struct program *there;
                int r;

                text_printf(&path, "%s%s%s", places[i], m->name, p->loader);
                r = path.failed ? -ENOMEM : q->look(q->userdata, path.data, NULL, &there);
                if (r < 0)
                        return r;
                *ret = there->error != -ENOENT;
        }
        return 0;
}

/* QEMU loads a program as the kernel would, and its loader, too. */
static int reason_emulation(struct reasoning *j) {
        const struct explain_step *first = &j->e->steps[0];
        const struct program *p = first->program;
        bool elsewhere;
        int r;

        if (!is_qemu(first->matching[0]->interpreter) || !p->loader || first->loader->error != -ENOENT)
                return 0;
        r = find_loader_elsewhere(j->q, p, &elsewhere);
        if (r < 0 || elsewhere)
                return r;
        j->code = "emulator-loader";
        text_printf(&j->reason, "it needs the loader %s, which is not there", p->loader);
        if (*j->s->root)
                text_printf(&j->reason, " below %s", j->s->root);
        remedy_loader(&j->hint, j->s, p->loader, p->header, reasoning_native(j));
        return 0;
}

/* F opened a script outside, but the script's own interpreter gets its path, and looks that up inside. */
static int reason_script_inside(struct reasoning *j) {
        const struct explain_step *step = &j->e->steps[1];
        const struct program *inside;
        int r;

        if (j->e->n < 3 || step->taker != TAKER_SCRIPT || !step->pinned_by)
                return 0;
        r = j->q->look(j->q->userdata, step->path, NULL, &inside);
        if (r < 0 || inside->error != -ENOENT)
                return r;
        j->code = "script-inside";
        j->name = step->pinned_by->name;
        text_printf(&j->reason,
                    "the interpreter of %s is a script, which %s will look for at %s%s, and that is not there",
                    step->pinned_by->name, step->script.interpreter, j->s->root, step->path);
        text_append(&j->hint, "use an interpreter that is a statically linked program");
        return 0;
}

static void append_success(struct reasoning *j, struct text *t) {
        const struct explain_step *first = &j->e->steps[0], *last = explanation_last(j->e);

        text_printf(t, "%s runs", j->file);
        if (first->taker == TAKER_KERNEL)
                text_append(t, ": it is a program of this machine");
        else if (first->taker == TAKER_SCRIPT)
                text_printf(t, ", as a script for %s", first->script.interpreter);
        else
                text_printf(t, " with %s, by the format %s", first->matching[0]->interpreter,
                            first->matching[0]->name);
        if (j->e->n > 2)
                text_printf(t, ", and in the end %s", last->path);
        if (*j->s->root)
                text_printf(t, ", in %s", j->s->root);
}

static int verdict_conclude(struct reasoning *j) {
        _cleanup_(text_clear) struct text sentence = { 0 };

        if (j->v->outcome == OUTCOME_RUNS)
                append_success(j, &sentence);
        else {
                bool fails = j->v->outcome == OUTCOME_FAILS;
                int r;

                if (j->reason.failed || j->hint.failed || !j->reason.data)
                        return -ENOMEM;
                text_printf(&sentence, fails ? "%s does not run: %s" : "whether %s runs cannot be told: %s",
                            j->file, j->reason.data);
                r = diagnostics_add(&j->v->findings, fails ? SEVERITY_ERROR : SEVERITY_WARNING, j->code,
                                    (struct location){ 0 }, j->name, j->hint.data, "%s", j->reason.data);
                if (r < 0)
                        return r;
        }
        j->v->sentence = text_take(&sentence);
        return j->v->sentence ? 0 : -ENOMEM;
}

int verdict_reach(const struct question *q, const struct explanation *e, const struct setting *s,
                  struct verdict *ret) {
        struct reasoning j = { .q = q, .e = e, .s = s, .v = ret, .file = e->steps[0].path };
        int r = 0;

        *ret = (struct verdict){ .outcome = e->outcome };
        if (e->outcome == OUTCOME_FAILS)
                reasons_of_failure(&j);
        else if (e->outcome == OUTCOME_UNKNOWN)
                reasons_of_unknown(&j);
        else if (e->steps[0].taker == TAKER_ENTRY) {
                r = reason_emulation(&j);
                if (r >= 0 && !j.code)
                        r = reason_script_inside(&j);
                if (j.code)
                        ret->outcome = OUTCOME_FAILS;
        }
        if (r >= 0)
                r = verdict_conclude(&j);
        if (r >= 0)
                r = verdict_add_notes(&j);
        text_clear(&j.reason);
        text_clear(&j.hint);
        return r;
}

void verdict_clear(struct verdict *v) {
        free(v->sentence);
        diagnostics_clear(&v->findings);
        *v = (struct verdict){ 0 };
}

const char *outcome_name(enum outcome outcome) {
        static const char *const names[] = {
                [OUTCOME_RUNS] = "runs",
                [OUTCOME_FAILS] = "fails",
                [OUTCOME_UNKNOWN] = "unknown",
        };

        return names[outcome];
}

const char *exec_error_name(int error) {
        static const struct {
                int error;
                const char *name;
        } names[] = {
                { EPERM, "EPERM" },     { ENOENT, "ENOENT" }, { EIO, "EIO" },
                { ENOEXEC, "ENOEXEC" }, { EACCES, "EACCES" }, { ENOTDIR, "ENOTDIR" },
                { ETXTBSY, "ETXTBSY" }, { ELOOP, "ELOOP" },   { ENAMETOOLONG, "ENAMETOOLONG" },
                { ELIBBAD, "ELIBBAD" },
        };

        for (size_t i = 0; i < ELEMENTSOF(names); i++)
                if (names[i].error == -error)
                        return names[i].name;
        return NULL;
}
