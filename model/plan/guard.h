/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The host guard: binfmt_misc is asked *before* native ELF and `#!`, so a pattern that matches the host's
 * own programs, or the interpreter itself, turns every exec into ELOOP. Such a definition is refused unless
 * AllowNative=yes (which does not lift the interpreter rule). */

#include "model/format/definition.h"
#include "model/format/interpreter.h"

#define HOST_SAMPLES_MAX 4u

struct host {
        const struct elf_machine *native; /* NULL: unknown */
        const struct elf_machine *compat; /* also run by this kernel, i386 on x86_64; NULL: none */
        uint8_t samples[HOST_SAMPLES_MAX][PATTERN_HEADER_SIZE]; /* headers of programs of this machine */
        unsigned n_samples;
};

/* Says why the pattern endangers the host, as a sentence into *ret (owned, NULL if it does not), with the
 * matching remedy in *ret_hint (static). A pattern endangers native programs if some native program matches
 * it without a coincidence of 16 or more bits beyond what every native header has. `#!` counts for the
 * scripts that systems consist of (sh, bash, env, perl, python). 0 or -ENOMEM. */
int guard_host(const struct pattern *p, const struct host *host, char **ret, const char **ret_hint);

/* May a native program, or a `#!` script, match the pattern at all, by whatever coincidence? Then it takes a
 * run of native programs to know that they do not suffer. 1, 0 or -ENOMEM. */
int guard_may_take_natives(const struct pattern *p, const struct host *host);

/* Finds out whether the pattern matches its own interpreter, so that this could never start. Of a script,
 * the programs behind it count as well: the kernel asks its entries for each of them. Returns the one that
 * is matched, borrowed, or NULL. What is not there is not matched. */
const struct interpreter *guard_interpreter(const struct pattern *p, const struct interpreter *interpreter);
