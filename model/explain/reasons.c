/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The step at which the chain ended gives the reason why a file does not run, or why that cannot be told. */

#include "model/base/quote.h"
#include "model/explain/verdict-private.h"
#include "model/format/describe.h"

#include <elf.h>
#include <errno.h>

#define S_TYPE      0170000u
#define S_DIRECTORY 0040000u
#define S_REGULAR   0100000u
#define X_ANY       0111u

static const struct explain_step *previous_step(const struct reasoning *j) {
        return j->e->n > 1 ? &j->e->steps[j->e->n - 2] : NULL;
}

static const struct entry *step_winner(const struct explain_step *step) {
        return step && step->taker == TAKER_ENTRY ? step->matching[0] : NULL;
}

static void reason_set(struct reasoning *j, const char *code, const struct entry *about) {
        j->code = code;
        j->name = about ? about->name : NULL;
}

/* Begins a sentence about an interpreter: "qemu-arm takes it, but its interpreter " … */
static void append_how(struct reasoning *j, const struct explain_step *from) {
        const struct entry *e = step_winner(from);

        if (!from)
                return;
        if (from != &j->e->steps[0])
                text_printf(&j->reason, "%s, which should run it, is taken further: ", from->path);
        if (e)
                text_printf(&j->reason, "%s takes it, but its interpreter %s ", e->name, e->interpreter);
        else
                text_printf(&j->reason, "its #! line names %s, which ",
                            *from->script.interpreter ? from->script.interpreter : "nothing");
}

static void append_noexec(struct reasoning *j, const struct program *p) {
        reason_set(j, "noexec", NULL);
        text_append(&j->reason, "lies on a file system that is mounted noexec");
        if (p->mount_point) {
                text_printf(&j->reason, " (%s)", p->mount_point);
                text_append(&j->hint, "mount -o remount,exec ");
                quote_for_shell(&j->hint, p->mount_point);
        } else
                text_append(&j->hint, "mount -o remount,exec its file system");
}

static void append_access(struct reasoning *j, const struct program *p, const char *path) {
        if (p->mode != 0 && (p->mode & S_TYPE) != S_REGULAR) {
                reason_set(j, "not-regular", NULL);
                text_append(&j->reason,
                            (p->mode & S_TYPE) == S_DIRECTORY ? "is a directory" : "is no regular file");
        } else if (p->noexec)
                append_noexec(j, p);
        else if (p->mode != 0 && (p->mode & X_ANY) == 0) {
                reason_set(j, "not-executable", NULL);
                text_append(&j->reason, "is not executable");
                text_append(&j->hint, "chmod +x ");
                if (*j->s->root)
                        quote_for_shell(&j->hint, j->s->root);
                quote_for_shell(&j->hint, path);
        } else {
                reason_set(j, "not-permitted", NULL);
                text_append(&j->reason, "may not be executed by this user");
                text_append(&j->hint, "namei -l ");
                quote_for_shell(&j->hint, path);
        }
}

static void reason_not_there(struct reasoning *j, const char *path, const struct explain_step *from) {
        const struct entry *e = step_winner(from);
        size_t n = strlen(path);

        reason_set(j, "not-there", NULL);
        text_append(&j->reason, "is not there");
        if (*j->s->root && from)
                text_printf(&j->reason, " below %s", j->s->root);
        if (e)
                remedy_interpreter(&j->hint, j->s, e);
        else if (from && n > 0 && path[n - 1] == '\r') {
                text_append(&j->reason, ": the line ends with a carriage return, as on Windows");
                text_append(&j->hint, "sed -i '1s/\\r$//' ");
                quote_for_shell(&j->hint, from->path);
        } else if (from)
                text_printf(&j->hint, "install what brings %s, or change the #! line", path);
        else if (!strchr(path, '/')) {
                text_append(&j->hint, "if it is a command: binfmtctl explain \"$(command -v ");
                quote_for_shell(&j->hint, path);
                text_append(&j->hint, ")\"");
        }
}

/* For a file that execve(2) could not open: the first one, or one that another one led to. */
static void reason_unopened(struct reasoning *j) {
        const struct explain_step *last = explanation_last(j->e), *from = previous_step(j);
        const struct program *p = last->program;
        const struct entry *e = step_winner(from);

        append_how(j, from);
        if (!from)
                text_append(&j->reason, "it ");
        if (p->error == -EACCES)
                append_access(j, p, last->path);
        else if (p->error == -ENOENT)
                reason_not_there(j, last->path, from);
        else if (p->error == -ETXTBSY) {
                reason_set(j, "busy", NULL);
                text_append(&j->reason, "is open for writing");
                text_append(&j->hint, "fuser -v ");
                quote_for_shell(&j->hint, last->path);
        } else {
                reason_set(j, "unopened", NULL);
                text_printf(&j->reason, "cannot be opened: %s", strerror(-p->error));
        }
        j->name = e ? e->name : NULL;
}

static void reason_looped(struct reasoning *j) {
        const struct explain_step *last = explanation_last(j->e), *from = previous_step(j);
        const struct entry *e = step_winner(from);

        if (e && streq(from->path, last->path)) {
                bool native = explain_native(j->q->host, from->program);

                reason_set(j, native ? "native-taken" : "own-interpreter", e);
                text_printf(&j->reason, "%s takes %s its own interpreter %s", e->name,
                            native ? "this machine's own programs, among them" : "even", e->interpreter);
                remedy_entry(&j->hint, j->s);
                remedy_write(&j->hint, "echo -1 > ", j->s->instance, e->name);
                return;
        }
        reason_set(j, "chain", e);
        text_append(&j->reason,
                    "each interpreter needs another one: the kernel follows five, and this would be the sixth");
}

static void reason_carried_twice(struct reasoning *j) {
        const struct explain_step *from = previous_step(j);
        const struct entry *opener = j->e->opened_by;

        reason_set(j, "open-binary", opener);
        text_printf(&j->reason,
                    "%s hands the program over as an open file (flag %s), so its interpreter %s must be a program of this machine, but that is ",
                    opener->name, opener->flags & ENTRY_CREDENTIALS ? "C" : "O", opener->interpreter);
        if (step_winner(from))
                text_printf(&j->reason, "itself taken by %s", step_winner(from)->name);
        else
                text_append(&j->reason, "itself a script");
        remedy_entry(&j->hint, j->s);
        remedy_override(&j->hint, opener,
                        opener->flags & ENTRY_CREDENTIALS ? "Credentials=no" : "OpenBinary=no");
}

static void reason_bad_line(struct reasoning *j, const struct program *p) {
        reason_set(j, "script-line", NULL);
        text_append(&j->reason, memchr(p->header, '\n', PATTERN_HEADER_SIZE)
                                                ? "its #! line names no interpreter"
                                                : "its #! line does not end within 256 bytes");
        text_append(&j->hint, "begin the file with a line such as #!/bin/sh");
}

static bool is_text(const char *kind) {
        return strncmp(kind, "text", 4) == 0;
}

/* For a file that neither an entry nor the kernel itself takes. True if its kind is the reason. */
static bool reason_nature(struct reasoning *j, const struct program *p) {
        _cleanup_(text_clear) struct text kind = { 0 };
        const struct elf_machine *m = elf_machine_of(p->header);
        struct elf_header h;

        if (memcmp(p->header, "#!", 2) == 0) {
                reason_bad_line(j, p);
                return true;
        }
        if (elf_header_parse(p->header, PATTERN_HEADER_SIZE, &h) &&
            (h.type == ET_REL || h.type == ET_CORE ||
             (m && (m == j->q->host->native || m == j->q->host->compat)))) {
                describe_header(p->header, &kind);
                reason_set(j, "damaged", NULL);
                text_printf(&j->reason, "it is %s, %s", kind.data ? kind.data : "ELF",
                            h.type == ET_REL || h.type == ET_CORE ? "which is no program" : "and damaged");
                return true;
        }
        describe_header(p->header, &kind);
        if (!kind.data || (!is_text(kind.data) && strncmp(kind.data, "empty", 5) != 0))
                return false;
        reason_set(j, "no-line", NULL);
        if (is_text(kind.data)) {
                text_printf(&j->reason,
                            "it is %s; shells run it as a script of their own, nothing else does",
                            kind.data);
                text_append(&j->hint, "begin the file with a line such as #!/bin/sh");
        } else
                text_printf(&j->reason, "it is an %s", kind.data);
        return true;
}

static void reason_declared(struct reasoning *j, const struct format *f) {
        char **interpreters = f->definition ? f->definition->interpreters : NULL;
        bool unregistered = f->state == FORMAT_PENDING || f->state == FORMAT_UNAVAILABLE, qemu = false;

        reason_set(j, "declared", NULL);
        j->name = f->name;
        text_printf(&j->reason, "%s would take it, and is %s", f->name,
                    unregistered ? "declared but not registered yet" : format_state_name(f->state));
        if (f->reason && !unregistered)
                text_printf(&j->reason, ": %s", f->reason);
        for (char **i = interpreters; i && *i; i++)
                qemu = qemu || is_qemu(*i);
        if (unregistered)
                remedy_apply(&j->hint, j->s, j->file);
        else if (f->state == FORMAT_DISABLED && !j->s->around)
                remedy_declared(&j->hint, f->name, "Enabled=yes");
        else if (f->state == FORMAT_DISABLED) {
                text_append(&j->hint, "binfmtctl enable ");
                quote_for_shell(&j->hint, f->name);
                text_append(&j->hint, " && ");
                remedy_apply(&j->hint, j->s, j->file);
        } else if (f->state == FORMAT_INACTIVE && qemu && j->s->dpkg) {
                text_append(&j->hint, "apt-get install qemu-user-static && ");
                remedy_apply(&j->hint, j->s, j->file);
        } else if (f->state == FORMAT_INACTIVE && interpreters) {
                text_printf(&j->hint, "install what brings %s, then ", interpreters[0]);
                remedy_apply(&j->hint, j->s, j->file);
        } else {
                text_append(&j->hint, "binfmtctl show ");
                quote_for_shell(&j->hint, f->name);
        }
}

static void reason_switched_off(struct reasoning *j, const struct explain_step *step) {
        const struct entry *e = step->off[0];

        if (j->q->off) {
                reason_set(j, "switched-off", e);
                text_printf(&j->reason, "%s would take it, but binfmt_misc as a whole is switched off",
                            e->name);
                remedy_entry(&j->hint, j->s);
                remedy_write(&j->hint, "echo 1 > ", j->s->instance, "status");
        } else {
                reason_set(j, "entry-off", e);
                text_printf(&j->reason, "%s would take it, but is switched off", e->name);
                remedy_entry(&j->hint, j->s);
                remedy_write(&j->hint, "echo 1 > ", j->s->instance, e->name);
        }
}

static void reason_no_instance(struct reasoning *j) {
        reason_set(j, "no-instance", NULL);
        text_append(&j->reason, j->s->unavailable);
        if (j->s->contained) {
                j->v->outcome = OUTCOME_UNKNOWN;
                text_append(&j->reason,
                            " here, and whether this container's host has formats that hold in here too cannot be seen from inside");
        }
        if (j->s->unavailable_hint)
                text_append(&j->hint, j->s->unavailable_hint);
}

static void reason_no_format(struct reasoning *j, const struct explain_step *step) {
        const struct elf_machine *m = elf_machine_of(step->program->header);
        _cleanup_(text_clear) struct text kind = { 0 };

        describe_header(step->program->header, &kind);
        reason_set(j, "no-format", NULL);
        text_printf(&j->reason, "it is %s %s, and ",
                    kind.data && strchr("AEIaeiou", *kind.data) ? "an" : "a",
                    kind.data ? kind.data : "file");
        if (j->q->n_entries > 0)
                text_append(&j->reason, "no registered format takes it");
        else if (j->s->contained)
                text_append(&j->reason, "this container has a table of formats of its own, which is empty");
        else
                text_append(&j->reason, "no format is registered at all");
        if (m && m->debian && j->s->dpkg) {
                text_append(&j->hint, "apt-get install qemu-user-static && ");
                remedy_apply(&j->hint, j->s, j->file);
                return;
        }
        text_append(&j->hint, "binfmtctl explain --suggest ");
        quote_for_shell(&j->hint, j->file);
        text_append(&j->hint, " prints a definition; with it in /etc/binfmtd/conf.d, ");
        remedy_apply(&j->hint, j->s, j->file);
}

static void reason_untaken(struct reasoning *j) {
        const struct explain_step *last = explanation_last(j->e), *from = previous_step(j);

        if (from) {
                _cleanup_(text_clear) struct text kind = { 0 };

                describe_header(last->program->header, &kind);
                append_how(j, from);
                reason_set(j, "interpreter-format", step_winner(from));
                text_printf(&j->reason, "cannot be run itself: it is %s", kind.data ? kind.data : "?");
                return;
        }
        if (last->n_off > 0)
                reason_switched_off(j, last);
        else if (j->s->unavailable && !reason_nature(j, last->program))
                reason_no_instance(j);
        else if (!j->code && j->s->declared)
                reason_declared(j, j->s->declared);
        else if (!j->code && !reason_nature(j, last->program))
                reason_no_format(j, last);
}

/* For a program of this machine that the kernel began to load. */
static void reason_unloaded(struct reasoning *j) {
        const struct explain_step *last = explanation_last(j->e), *from = previous_step(j);
        const struct program *p = last->program;

        append_how(j, from);
        if (!from)
                text_append(&j->reason, "it ");
        j->name = step_winner(from) ? step_winner(from)->name : NULL;
        if (p->damaged < 0) {
                j->code = "damaged";
                text_append(&j->reason, "is a damaged ELF file");
                return;
        }
        if (last->loader->error == -ENOENT) {
                j->code = "loader";
                text_printf(&j->reason, "needs the loader %s, which is not there", p->loader);
                if (*j->s->root)
                        text_printf(&j->reason, " below %s", j->s->root);
                if (step_winner(from) && *j->s->root)
                        text_append(&j->hint,
                                    "use an interpreter that is statically linked, such as those of qemu-user-static");
                else
                        remedy_loader(&j->hint, j->s, p->loader, p->header, reasoning_native(j));
        } else if (last->loader->error < 0) {
                text_printf(&j->reason, "needs the loader %s, which ", p->loader);
                append_access(j, last->loader, p->loader);
                j->code = "loader";
        } else {
                j->code = "loader-format";
                text_printf(&j->reason, "needs the loader %s, which is no loader for it", p->loader);
        }
}

void reasons_of_failure(struct reasoning *j) {
        const struct explain_step *last = explanation_last(j->e);

        if (last->taker == TAKER_KERNEL)
                reason_unloaded(j);
        else if (last->taker == TAKER_NONE)
                reason_untaken(j);
        else if (last->program->error < 0)
                reason_unopened(j);
        else if (j->e->error == -ELOOP)
                reason_looped(j);
        else
                reason_carried_twice(j);
}

void reasons_of_unknown(struct reasoning *j) {
        const struct explain_step *last = explanation_last(j->e), *from = previous_step(j);
        const struct entry *pinned_by = last->pinned_by;

        if (last->unclear) {
                reason_set(j, "entry-unreadable", last->unclear);
                text_printf(&j->reason, "the text of the entry %s cannot be read, and it is asked first",
                            last->unclear->name);
        } else if (pinned_by) {
                reason_set(j, "pinned-unseen", pinned_by);
                text_printf(&j->reason,
                            "%s takes it, with the interpreter that was opened when it was registered (flag F), which is %s %s; it runs if that one is statically linked",
                            pinned_by->name,
                            last->program->mode == 0 ? "not to be seen from here as" : "no longer the file",
                            pinned_by->interpreter);
                if (pinned_by->ours && last->program->mode != 0) {
                        remedy_entry(&j->hint, j->s);
                        text_append(&j->hint, "binfmtctl apply");
                }
        } else if (!last->program->readable) {
                reason_set(j, "unreadable", step_winner(from));
                text_printf(&j->reason,
                            last->program->mode == 0 ? "%s was not looked at"
                                                     : "%s may not be read by this user",
                            last->path);
                text_append(&j->hint, "run binfmtctl explain as root");
        } else {
                reason_set(j, "machine-unknown", NULL);
                text_append(&j->reason, "which programs this machine runs by itself is not known");
        }
}
