/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/file.h"
#include "engine/system/probe.h"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/utsname.h>

/* arm64 takes the 32-bit personality only where a CPU can run AArch32 programs (arch/arm64/kernel/sys.c). */
static bool runs_arm32(void) {
        int before = personality(0xffffffff);

        if (before < 0 || personality(PER_LINUX32) < 0)
                return false;
        personality((unsigned long) before);
        return true;
}

/* The second machine that a kernel of this one runs, if any. The CPU is asked where not every one has it. */
static const char *compat_of(const char *native) {
        static const struct {
                const char *native, *compat;
        } pairs[] = {
                { "x86_64", "i386" }, { "ppc64", "ppc" },       { "sparc64", "sparc" },
                { "mips64", "mips" }, { "mips64el", "mipsel" },
        };

        if (streq(native, "aarch64"))
                return runs_arm32() ? "arm" : NULL;
        for (size_t i = 0; i < ELEMENTSOF(pairs); i++)
                if (streq(pairs[i].native, native))
                        return pairs[i].compat;
        return NULL;
}

static void take_sample(struct host *h, const char *path) {
        _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        uint8_t *sample = h->samples[h->n_samples];

        if (fd < 0 || pread(fd, sample, PATTERN_HEADER_SIZE, 0) < 4)
                return;
        h->n_samples++;
}

void host_probe(struct host *ret) {
        struct utsname u;

        *ret = (struct host){ 0 };
        if (uname(&u) == 0)
                ret->native = elf_machine_of_uname(u.machine);
        if (ret->native) {
                const char *compat = compat_of(ret->native->name);

                ret->compat = compat ? elf_machine_by_name(compat) : NULL;
        }
        take_sample(ret, "/proc/self/exe");
        take_sample(ret, "/bin/sh");
}
