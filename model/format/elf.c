/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/elf.h"

#include <elf.h>
#include <errno.h>

#define LE32       ELFCLASS32, ELFDATA2LSB
#define BE32       ELFCLASS32, ELFDATA2MSB
#define LE64       ELFCLASS64, ELFDATA2LSB
#define BE64       ELFCLASS64, ELFDATA2MSB
#define NAMES(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

/* Assigned to the 80486 once and to the Intel MCU since; Linux on x86 still runs it. */
#define EM_80486        6

#define HEADER_SIZE     20u /* up to and with e_machine */
#define HEADER_SIZE_MAX 40u /* up to and with the e_flags of a 32-bit header */
#define E_TYPE          16u
#define E_MACHINE       18u
#define E_VERSION       20u
#define E_FLAGS32       36u
#define E_FLAGS64       48u

/* Differences of a machine's pattern from the usual one, which fixes the identification but for EI_OSABI,
 * EXEC or DYN, and e_machine. */
enum quirk {
        ANY_VERSION = 1 << 0,     /* EI_VERSION may be 0 */
        ANY_DATA = 1 << 1,        /* EI_DATA may be 0 */
        ANY_ABI_VERSION = 1 << 2, /* EI_ABIVERSION is in use */
        OSABI_UNIX = 1 << 3,      /* EI_OSABI is one of 0 (System V) to 3 (GNU) */
        LOW_MACHINE = 1 << 4,     /* only the low byte of e_machine counts */
        ABI_O32 = 1 << 5,         /* e_version is 1, and e_flags have EF_MIPS_ABI2 not set */
        ABI_N32 = 1 << 6,         /* … or set */
};

struct row {
        struct elf_machine machine; /* first: rows are handed out as machines */
        unsigned quirks;            /* enum quirk */
};

/* The quirks are those of QEMU's script, bit for bit, so that what we register and what others registered is
 * the same pattern. The exception are the two MicroBlazes. The script knows only 0xbaab, a number that was
 * used until 189 was assigned; binutils writes 189, so neither row takes a program of today. Besides, the
 * row of the big-endian one has e_type in little-endian order and takes none at all. Ours take 189. */
static const struct row rows[] = {
        { { "i386", NAMES("386", "x86", "ia32", "i586", "i686"), "32-bit x86", "i386", "linux/386", LE32,
            EM_386 },
          ANY_DATA | ANY_VERSION },
        { { "i486", NAMES(), "32-bit x86 of old (EM_486)", NULL, NULL, LE32, EM_80486 },
          ANY_DATA | ANY_VERSION },
        { { "alpha", NAMES("alphaev56", "alphaev6", "alphaev67"), "Alpha", "alpha", NULL, LE64, EM_ALPHA },
          ANY_DATA | ANY_VERSION },
        { { "arm",
            NAMES("armhf", "armel", "arm/v5", "arm/v6", "arm/v7", "arm32v5", "arm32v6", "arm32v7", "armv4l",
                  "armv4tl", "armv5", "armv5l", "armv5tl", "armv5te", "armv5tel", "armv5tejl", "armv6",
                  "armv6l", "armv6hl", "armv7", "armv7a", "armv7l", "armv7hl", "armv7hnl", "armv8l"),
            "32-bit ARM", "armhf", "linux/arm/v7", LE32, EM_ARM },
          0 },
        { { "armeb", NAMES("armbe", "armv4b", "armv5b", "armv5tb", "armv5teb", "armv6b", "armv7b", "armv8b"),
            "big-endian 32-bit ARM", "armeb", NULL, BE32, EM_ARM },
          0 },
        { { "sparc", NAMES("sparc32", "sparcv8"), "32-bit SPARC", "sparc", NULL, BE32, EM_SPARC }, 0 },
        { { "sparc32plus", NAMES("sparcv8plus"), "32-bit SPARC V8+", NULL, NULL, BE32, EM_SPARC32PLUS }, 0 },
        { { "sparc64", NAMES("sparcv9"), "64-bit SPARC", "sparc64", NULL, BE64, EM_SPARCV9 }, 0 },
        { { "ppc", NAMES("powerpc", "ppc32"), "32-bit PowerPC", "powerpc", NULL, BE32, EM_PPC }, 0 },
        { { "ppc64", NAMES("powerpc64"), "64-bit PowerPC", "ppc64", "linux/ppc64", BE64, EM_PPC64 }, 0 },
        { { "ppc64le", NAMES("ppc64el", "powerpc64le"), "little-endian 64-bit PowerPC", "ppc64el",
            "linux/ppc64le", LE64, EM_PPC64 },
          LOW_MACHINE },
        { { "m68k", NAMES("m68000"), "Motorola 68000", "m68k", NULL, BE32, EM_68K }, ANY_VERSION },
        { { "mips", NAMES("mipseb", "mips32", "mips32r6", "mipsisa32r6", "mipsr6"), "32-bit MIPS", "mips",
            "linux/mips", BE32, EM_MIPS },
          ANY_ABI_VERSION | ABI_O32 },
        { { "mipsel", NAMES("mipsle", "mips32el", "mips32r6el", "mipsisa32r6el", "mipsr6el"),
            "little-endian 32-bit MIPS", "mipsel", "linux/mipsle", LE32, EM_MIPS },
          ANY_ABI_VERSION | ABI_O32 },
        { { "mipsn32", NAMES("mips64n32"), "MIPS N32", "mipsn32", NULL, BE32, EM_MIPS },
          ANY_ABI_VERSION | ABI_N32 },
        { { "mipsn32el", NAMES("mips64n32el"), "little-endian MIPS N32", "mipsn32el", NULL, LE32, EM_MIPS },
          ANY_ABI_VERSION | ABI_N32 },
        { { "mips64", NAMES("mips64eb", "mips64r6", "mipsisa64r6"), "64-bit MIPS", "mips64", "linux/mips64",
            BE64, EM_MIPS },
          ANY_ABI_VERSION },
        { { "mips64el", NAMES("mips64le", "mips64r6el", "mipsisa64r6el"), "little-endian 64-bit MIPS",
            "mips64el", "linux/mips64le", LE64, EM_MIPS },
          ANY_ABI_VERSION },
        { { "sh4", NAMES("sh4a", "superh"), "SuperH SH-4", "sh4", NULL, LE32, EM_SH }, 0 },
        { { "sh4eb", NAMES("sh4aeb"), "big-endian SuperH SH-4", "sh4eb", NULL, BE32, EM_SH }, 0 },
        { { "s390x", NAMES("systemz"), "64-bit IBM Z", "s390x", "linux/s390x", BE64, EM_S390 }, 0 },
        { { "aarch64", NAMES("arm64", "arm64/v8", "arm64v8"), "64-bit ARM", "arm64", "linux/arm64", LE64,
            EM_AARCH64 },
          0 },
        { { "aarch64_be", NAMES("arm64be"), "big-endian 64-bit ARM", NULL, NULL, BE64, EM_AARCH64 }, 0 },
        { { "hppa", NAMES("parisc", "parisc64", "hppa1.1", "hppa2.0"), "PA-RISC", "hppa", NULL, BE32,
            EM_PARISC },
          0 },
        { { "riscv32", NAMES("rv32"), "32-bit RISC-V", NULL, NULL, LE32, EM_RISCV }, 0 },
        { { "riscv64", NAMES("rv64"), "64-bit RISC-V", "riscv64", "linux/riscv64", LE64, EM_RISCV }, 0 },
        { { "xtensa", NAMES("xtensael"), "Xtensa", NULL, NULL, LE32, EM_XTENSA }, 0 },
        { { "xtensaeb", NAMES("xtensabe"), "big-endian Xtensa", NULL, NULL, BE32, EM_XTENSA }, 0 },
        { { "microblaze", NAMES("microblazeeb"), "MicroBlaze", NULL, NULL, BE32, EM_MICROBLAZE }, 0 },
        { { "microblazeel", NAMES("microblazele"), "little-endian MicroBlaze", NULL, NULL, LE32,
            EM_MICROBLAZE },
          0 },
        { { "or1k", NAMES("openrisc"), "OpenRISC", "or1k", NULL, BE32, EM_OPENRISC }, 0 },
        { { "x86_64", NAMES("amd64", "x86-64", "x64", "amd64/v2", "amd64/v3", "amd64/v4"), "64-bit x86",
            "amd64", "linux/amd64", LE64, EM_X86_64 },
          ANY_DATA | ANY_VERSION },
        { { "hexagon", NAMES("qdsp6"), "Hexagon", NULL, NULL, LE32, EM_QDSP6 }, 0 },
        { { "loongarch64", NAMES("loong64"), "64-bit LoongArch", "loong64", "linux/loong64", LE64,
            EM_LOONGARCH },
          OSABI_UNIX | ANY_ABI_VERSION },
        { { "cris", NAMES("crisv32"), "ETRAX CRIS", NULL, NULL, LE32, EM_CRIS }, 0 },
        { { "nios2", NAMES("nios2el"), "Nios II", "nios2", NULL, LE32, EM_ALTERA_NIOS2 }, 0 },
};

/* Names must not depend on the locale, which strcasecmp() would look at. */
static bool same_word(const char *a, const char *b) {
        for (;; a++, b++) {
                if (ascii_lower(*a) != ascii_lower(*b))
                        return false;
                if (*a == '\0')
                        return true;
        }
}

static bool machine_has_name(const struct elf_machine *m, const char *name) {
        if (same_word(m->name, name))
                return true;
        for (const char *const *a = m->aliases; *a; a++)
                if (same_word(*a, name))
                        return true;
        return false;
}

const struct elf_machine *elf_machine_by_name(const char *name) {
        /* Container tools write a platform before the architecture; the rest is an alias. */
        if (strncmp(name, "linux/", 6) == 0)
                name += 6;
        for (size_t i = 0; i < ELEMENTSOF(rows); i++)
                if (machine_has_name(&rows[i].machine, name))
                        return &rows[i].machine;
        return NULL;
}

const struct elf_machine *elf_machine_at(size_t index) {
        return index < ELEMENTSOF(rows) ? &rows[index].machine : NULL;
}

const struct elf_machine *elf_machine_of_uname(const char *machine) {
        const struct elf_machine *m;

        if (streq(machine, "i486"))
                return elf_machine_by_name("i386");
#if defined(__mips__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        /* Only here uname does not tell the byte order, which is the one that we were built for. */
        if (streq(machine, "mips"))
                return elf_machine_by_name("mipsel");
        if (streq(machine, "mips64"))
                return elf_machine_by_name("mips64el");
#endif
        m = elf_machine_by_name(machine);
        return m && !strchr(machine, '/') ? m : NULL;
}

static void write_number(uint8_t *to, uint8_t elf_data, size_t n, uint32_t value) {
        for (size_t i = 0; i < n; i++)
                to[elf_data == ELFDATA2MSB ? n - 1 - i : i] = (uint8_t) (value >> (8 * i));
}

static uint32_t read_number(const uint8_t *from, uint8_t elf_data, size_t n) {
        uint32_t value = 0;

        for (size_t i = 0; i < n; i++)
                value |= (uint32_t) from[elf_data == ELFDATA2MSB ? n - 1 - i : i] << (8 * i);
        return value;
}

struct header_pattern {
        uint8_t magic[HEADER_SIZE_MAX];
        uint8_t mask[HEADER_SIZE_MAX];
        size_t size;
};

static void build_magic(const struct row *row, struct header_pattern *h) {
        const struct elf_machine *m = &row->machine;

        memcpy(h->magic, ELFMAG, SELFMAG);
        h->magic[EI_CLASS] = m->elf_class;
        h->magic[EI_DATA] = m->elf_data;
        h->magic[EI_VERSION] = EV_CURRENT;
        write_number(h->magic + E_TYPE, m->elf_data, 2, ET_EXEC);
        write_number(h->magic + E_MACHINE, m->elf_data, 2, m->e_machine);
        if (row->quirks & (ABI_O32 | ABI_N32))
                write_number(h->magic + E_VERSION, m->elf_data, 4, EV_CURRENT);
        if (row->quirks & ABI_N32)
                write_number(h->magic + E_FLAGS32, m->elf_data, 4, EF_MIPS_ABI2);
}

static void build_header_pattern(const struct row *row, struct header_pattern *h) {
        const struct elf_machine *m = &row->machine;

        *h = (struct header_pattern){ .size = HEADER_SIZE };
        build_magic(row, h);

        memset(h->mask, 0xff, HEADER_SIZE);
        h->mask[EI_DATA] = row->quirks & ANY_DATA ? 0xfe : 0xff;
        h->mask[EI_VERSION] = row->quirks & ANY_VERSION ? 0xfe : 0xff;
        h->mask[EI_OSABI] = row->quirks & OSABI_UNIX ? 0xfc : 0;
        h->mask[EI_ABIVERSION] = row->quirks & ANY_ABI_VERSION ? 0 : 0xff;
        write_number(h->mask + E_TYPE, m->elf_data, 2, 0xffff ^ ET_EXEC ^ ET_DYN);
        if (row->quirks & LOW_MACHINE)
                write_number(h->mask + E_MACHINE, m->elf_data, 2, 0xff);
        if (row->quirks & (ABI_O32 | ABI_N32)) {
                h->size = HEADER_SIZE_MAX;
                memset(h->mask + E_VERSION, 0xff, 4);
                write_number(h->mask + E_FLAGS32, m->elf_data, 4, EF_MIPS_ABI2);
        }
}

/* Returns the number of bits that the pattern fixes; 0 if the header does not match it. */
static unsigned build_and_match(const struct row *row, const uint8_t *header) {
        struct header_pattern h;
        unsigned bits = 0;

        build_header_pattern(row, &h);
        for (size_t i = 0; i < h.size; i++) {
                if ((header[i] ^ h.magic[i]) & h.mask[i])
                        return 0;
                bits += (unsigned) __builtin_popcount(h.mask[i]);
        }
        return bits;
}

const struct elf_machine *elf_machine_of(const uint8_t header[static PATTERN_HEADER_SIZE]) {
        const struct elf_machine *best = NULL;
        unsigned best_bits = 0;

        for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
                unsigned bits = build_and_match(&rows[i], header);

                if (bits > best_bits) {
                        best = &rows[i].machine;
                        best_bits = bits;
                }
        }
        return best;
}

int elf_machine_pattern(const struct elf_machine *m, struct pattern **ret) {
        struct header_pattern h;

        build_header_pattern((const struct row *) m, &h);
        return pattern_new_magic(0, h.magic, h.mask, h.size, ret);
}

int elf_machine_native_pattern(const struct elf_machine *m, struct pattern **ret) {
        const struct row *row = (const struct row *) m;
        struct header_pattern h;

        build_header_pattern(row, &h);
        h.mask[EI_DATA] = h.mask[EI_VERSION] = 0xff;
        h.mask[EI_OSABI] = (uint8_t) ~(ELFOSABI_NONE ^ ELFOSABI_GNU);
        /* EI_ABIVERSION is a small number on machines that use it; an AppImage has a letter there. */
        h.mask[EI_ABIVERSION] = row->quirks & ANY_ABI_VERSION ? 0xf8 : 0xff;
        write_number(h.mask + E_MACHINE, m->elf_data, 2,
                     m->e_machine == EM_386 ? 0xffff ^ EM_386 ^ EM_80486 : 0xffff);
        return pattern_new_magic(0, h.magic, h.mask, h.size, ret);
}

bool elf_header_parse(const uint8_t *bytes, size_t n, struct elf_header *ret) {
        struct elf_header h;
        size_t flags;

        if (n < HEADER_SIZE || memcmp(bytes, ELFMAG, SELFMAG) != 0)
                return false;

        h = (struct elf_header){
                .elf_class = bytes[EI_CLASS],
                .elf_data = bytes[EI_DATA],
                .osabi = bytes[EI_OSABI],
        };
        if ((h.elf_class != ELFCLASS32 && h.elf_class != ELFCLASS64) ||
            (h.elf_data != ELFDATA2LSB && h.elf_data != ELFDATA2MSB))
                return false;

        h.type = (uint16_t) read_number(bytes + E_TYPE, h.elf_data, 2);
        h.machine = (uint16_t) read_number(bytes + E_MACHINE, h.elf_data, 2);
        flags = h.elf_class == ELFCLASS64 ? E_FLAGS64 : E_FLAGS32;
        if (n >= flags + 4)
                h.flags = read_number(bytes + flags, h.elf_data, 4);

        *ret = h;
        return true;
}
