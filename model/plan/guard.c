/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/guard.h"

#include <errno.h>

/* A native program that has this many bits of a pattern beyond those that all native programs have in common
 * is a coincidence that nobody will meet. */
#define COINCIDENCE 16u

static const char hint_narrow[] =
                "give Magic=, Mask= and Offset= that tell its files from the host's own; or, if taking over the host's programs is the purpose, set AllowNative=yes";

/* Counts the bits of p that a file of kind `natural` has only by chance. Zeros are no chance: headers are
 * padded with them, and short files too. */
static unsigned count_coincident_bits(const struct pattern *p, const struct pattern *natural) {
        const uint8_t *mask = pattern_mask(p), *natural_mask = pattern_mask(natural);
        unsigned bits = 0;

        for (unsigned i = 0; i < p->size; i++) {
                unsigned fixed = mask ? mask[i] : 0xffu, known = 0, at = p->offset + i;

                if (at >= natural->offset && at - natural->offset < natural->size)
                        known = natural_mask ? natural_mask[at - natural->offset] : 0xffu;
                if (pattern_magic(p)[i] & fixed & ~known)
                        bits += (unsigned) __builtin_popcount(fixed & ~known);
        }
        return bits;
}

static bool pattern_endangers(const struct pattern *p, const struct pattern *natural) {
        return pattern_overlaps(p, natural) && count_coincident_bits(p, natural) < COINCIDENCE;
}

static int guard_machine(const struct pattern *p, const struct elf_machine *m, struct text *why) {
        _cleanup_(pattern_unrefp) struct pattern *native = NULL;
        int r;

        if (!m)
                return 0;
        r = elf_machine_native_pattern(m, &native);
        if (r < 0)
                return r;
        if (pattern_endangers(p, native))
                text_printf(why, "it would take the host's own %s programs (%s)", m->words, m->name);
        return 0;
}

static void guard_samples(const struct pattern *p, const struct host *host, struct text *why) {
        for (unsigned i = 0; i < host->n_samples && i < HOST_SAMPLES_MAX; i++) {
                const struct elf_machine *m;

                if (!pattern_matches(p, host->samples[i], ""))
                        continue;
                m = elf_machine_of(host->samples[i]);
                if (m)
                        text_printf(why, "it would take the host's own %s programs (%s)", m->words, m->name);
                else
                        text_append(why, "it would take the host's own programs");
                return;
        }
}

static int guard_scripts(const struct pattern *p, struct text *why) {
        static const char *const scripts[] = {
                "#!/bin/sh\n",     "#! /bin/sh",      "#!/bin/bash",
                "#!/usr/bin/env ", "#!/usr/bin/perl", "#!/usr/bin/python3",
        };

        for (size_t i = 0; i < ELEMENTSOF(scripts); i++) {
                _cleanup_(pattern_unrefp) struct pattern *script = NULL;
                int r = pattern_new_magic(0, (const uint8_t *) scripts[i], NULL, strlen(scripts[i]),
                                          &script);

                if (r < 0)
                        return r;
                if (!pattern_endangers(p, script))
                        continue;
                text_printf(why, "it would take the host's own scripts (%.*s)",
                            (int) strcspn(scripts[i], "\n"), scripts[i]);
                return 0;
        }
        return 0;
}

int guard_host(const struct pattern *p, const struct host *host, char **ret, const char **ret_hint) {
        _cleanup_(text_clear) struct text why = { 0 };
        char *sentence = NULL;
        int r = 0;

        if (p->type == PATTERN_MAGIC && pattern_bits(p) == 0)
                text_append(&why, "it would take every program, the host's own among them");
        else if (p->type == PATTERN_MAGIC) {
                r = guard_machine(p, host->native, &why);
                if (r >= 0 && why.length == 0)
                        r = guard_machine(p, host->compat, &why);
                if (r >= 0 && why.length == 0)
                        guard_samples(p, host, &why);
                if (r >= 0 && why.length == 0)
                        r = guard_scripts(p, &why);
        }
        if (r < 0)
                return r;
        if (why.failed)
                return -ENOMEM;

        if (why.length > 0 && !(sentence = text_take(&why)))
                return -ENOMEM;
        *ret = sentence;
        *ret_hint = sentence ? hint_narrow : NULL;
        return 0;
}

static int overlaps_machine(const struct pattern *p, const struct elf_machine *m) {
        _cleanup_(pattern_unrefp) struct pattern *native = NULL;
        int r = m ? elf_machine_native_pattern(m, &native) : 0;

        return r < 0 ? r : native && pattern_overlaps(p, native);
}

static int overlaps_beginning(const struct pattern *p, const char *beginning) {
        _cleanup_(pattern_unrefp) struct pattern *natural = NULL;
        int r = pattern_new_magic(0, (const uint8_t *) beginning, NULL, strlen(beginning), &natural);

        return r < 0 ? r : pattern_overlaps(p, natural);
}

int guard_may_take_natives(const struct pattern *p, const struct host *host) {
        int r;

        if (p->type != PATTERN_MAGIC)
                return 0;
        r = host->native ? overlaps_machine(p, host->native)
                         : overlaps_beginning(p, "\x7f"
                                                 "ELF");
        if (r == 0)
                r = overlaps_machine(p, host->compat);
        for (unsigned i = 0; i < host->n_samples && i < HOST_SAMPLES_MAX && r == 0; i++)
                r = pattern_matches(p, host->samples[i], "");
        return r == 0 ? overlaps_beginning(p, "#!") : r;
}

const struct interpreter *guard_interpreter(const struct pattern *p, const struct interpreter *interpreter) {
        for (unsigned i = 0; i < INTERPRETER_DEPTH_MAX && interpreter && interpreter->error == 0; i++) {
                if (pattern_matches(p, interpreter->header, interpreter->registered))
                        return interpreter;
                interpreter = interpreter->behind;
        }
        return NULL;
}
