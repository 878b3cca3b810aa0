/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The verdict tells a person what an explanation comes to: does the file run, the reason in one sentence,
 * and what to do about it. It goes further than execve(2): an emulator that is started but cannot find the
 * program's loader does not run the program. */

#include "model/base/diagnostic.h"
#include "model/explain/explain.h"
#include "model/explain/remedy.h"

struct verdict {
        enum outcome outcome;
        char *sentence;              /* without a full stop. Owned */
        struct diagnostics findings; /* the reason first, if it does not run: its hint says what to do. Then
                                        what is doubtful, and what is worth knowing. They name formats, not
                                        files */
};

/* Reaches the verdict; q->look is called for files that an emulator would open. 0 or -ENOMEM; *ret is to be
 * cleared with verdict_clear() also after a failure.
 *
 * Codes of the reasons: not-there, not-permitted, not-executable, not-regular, noexec, busy, unopened,
 * no-instance, switched-off, entry-off, declared, no-format, no-line, script-line, damaged, own-interpreter,
 * native-taken, chain, open-binary, interpreter-format, loader, loader-format, emulator-loader,
 * script-inside, unreadable, pinned-unseen, entry-unreadable, machine-unknown.
 * Codes of the other findings: shadowed, misordered, taken, dispatcher, setuid, nosuid, no-new-privs,
 * low-address, relative, nearest. */
int verdict_reach(const struct question *q, const struct explanation *e, const struct setting *s,
                  struct verdict *ret);

void verdict_clear(struct verdict *v);

/* "runs", "fails", "unknown" */
const char *outcome_name(enum outcome outcome);

/* "ENOENT" …, for errors that execve(2) may give; NULL for others. */
const char *exec_error_name(int error);
