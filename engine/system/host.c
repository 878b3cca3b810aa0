/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/file.h"
#include "engine/system/probe.h"
#include "engine/system/surroundings.h"

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

/* Takes fd over. */
static void take_sample(struct host *h, int descriptor) {
        _cleanup_close_ int fd = descriptor;
        uint8_t *sample = h->samples[h->n_samples];

        if (fd < 0 || pread(fd, sample, PATTERN_HEADER_SIZE, 0) < 4)
                return;
        h->n_samples++;
}

static int open_program(const char *path) {
        return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* The machine of uname(2), which tells of another one to who has the 32-bit personality (setarch(8)). */
static const struct elf_machine *machine_of_kernel(void) {
        int before = personality(0xffffffff);
        bool changed = before > 0 && personality(PER_LINUX) >= 0;
        const struct elf_machine *m = NULL;
        struct utsname u;

        if (uname(&u) == 0)
                m = elf_machine_of_uname(u.machine);
        if (changed)
                personality((unsigned long) before);
        return m;
}

void host_probe(struct host *ret) {
        bool emulated = executing_is_emulator();

        *ret = (struct host){ 0 };
        take_sample(ret, executing_program());
        /* uname(2) is the emulator's, then, and /bin/sh a program for it. */
        if (emulated)
                ret->native = ret->n_samples > 0 ? elf_machine_of(ret->samples[0]) : NULL;
        else {
                ret->native = machine_of_kernel();
                take_sample(ret, open_program("/bin/sh"));
        }
        take_sample(ret, open_program("/proc/1/exe"));
        if (ret->native) {
                const char *compat = compat_of(ret->native->name);

                ret->compat = compat ? elf_machine_by_name(compat) : NULL;
        }
}
