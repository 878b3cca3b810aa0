/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/sample.h"

/* clang-format off */
static const uint8_t amd64[] = {
#include "model/health/samples/amd64.inc"
};
static const uint8_t x86[] = {
#include "model/health/samples/386.inc"
};
static const uint8_t arm64[] = {
#include "model/health/samples/arm64.inc"
};
static const uint8_t arm_v7[] = {
#include "model/health/samples/arm-v7.inc"
};
static const uint8_t riscv64[] = {
#include "model/health/samples/riscv64.inc"
};
static const uint8_t ppc64le[] = {
#include "model/health/samples/ppc64le.inc"
};
static const uint8_t s390x[] = {
#include "model/health/samples/s390x.inc"
};
static const uint8_t mips64le[] = {
#include "model/health/samples/mips64le.inc"
};
static const uint8_t mips64[] = {
#include "model/health/samples/mips64.inc"
};
static const uint8_t loong64[] = {
#include "model/health/samples/loong64.inc"
};
/* clang-format on */

#define SAMPLE(platform, name, bytes)                                                                       \
        { platform, name, bytes, sizeof bytes }

static const struct sample samples[] = {
        SAMPLE("linux/amd64", "amd64", amd64),       SAMPLE("linux/386", "386", x86),
        SAMPLE("linux/arm64", "arm64", arm64),       SAMPLE("linux/arm/v7", "arm-v7", arm_v7),
        SAMPLE("linux/riscv64", "riscv64", riscv64), SAMPLE("linux/ppc64le", "ppc64le", ppc64le),
        SAMPLE("linux/s390x", "s390x", s390x),       SAMPLE("linux/mips64le", "mips64le", mips64le),
        SAMPLE("linux/mips64", "mips64", mips64),    SAMPLE("linux/loong64", "loong64", loong64),
};

#define STATUS_BASE 64

const struct sample *sample_at(size_t index) {
        return index < ELEMENTSOF(samples) ? &samples[index] : NULL;
}

const struct elf_machine *sample_machine(const struct sample *p) {
        return elf_machine_by_name(p->platform);
}

int sample_status(const struct sample *p) {
        return STATUS_BASE + (int) strlen(p->platform) + 1;
}

bool sample_matches(const struct sample *p, const struct pattern *pattern) {
        uint8_t header[PATTERN_HEADER_SIZE] = { 0 };

        memcpy(header, p->bytes, p->n);
        return pattern_matches(pattern, header, p->name);
}

bool sample_ran(const struct sample *p, const char *output, size_t n, int exit_status) {
        size_t line = strlen(p->platform);

        return n == line + 1 && memcmp(output, p->platform, line) == 0 && output[line] == '\n' &&
               exit_status == STATUS_BASE + (int) n;
}
