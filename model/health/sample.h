/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Tiny static programs, one for each platform that container tools know: running one proves that its
 * machine's programs run here. Each writes its platform's name as a line, and exits with 64 plus what
 * write(2) returned. The line alone might come from anything that prints the file; the status comes only
 * from its code. Sources and bytes stand side by side in model/health/samples/. */

#include "model/format/elf.h"

struct sample {
        const char *platform; /* "linux/arm/v7": what it writes, followed by a newline */
        const char *name;     /* of its files in model/health/samples/: "arm-v7" */
        const uint8_t *bytes;
        size_t n; /* fewer than PATTERN_HEADER_SIZE */
};

/* The samples by index; NULL past the end. */
const struct sample *sample_at(size_t index);

/* The machine that it is for; never NULL. */
const struct elf_machine *sample_machine(const struct sample *p);

/* The status that it exits with where it writes its line. */
int sample_status(const struct sample *p);

/* Would the kernel hand this program to an entry of that pattern? */
bool sample_matches(const struct sample *p, const struct pattern *pattern);

/* Are this the output and the exit status of the sample itself? `output` need not be terminated. */
bool sample_ran(const struct sample *p, const char *output, size_t n, int exit_status);
