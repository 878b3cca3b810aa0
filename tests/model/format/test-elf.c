/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/elf.h"
#include "model/format/escape.h"
#include "tests/test.h"

#include <elf.h>

static const struct elf_machine *machine(const char *name) {
        const struct elf_machine *m = elf_machine_by_name(name);

        ck_assert_msg(m, "no machine is called %s", name);
        return m;
}

/* A small but honest header, as a linker writes it. */
static void make_header(const struct elf_machine *m, uint16_t type, uint32_t flags,
                        uint8_t header[static PATTERN_HEADER_SIZE]) {
        bool big = m->elf_data == ELFDATA2MSB;
        size_t at = m->elf_class == ELFCLASS64 ? 48 : 36;

        memset(header, 0, PATTERN_HEADER_SIZE);
        memcpy(header, ELFMAG, SELFMAG);
        header[EI_CLASS] = m->elf_class;
        header[EI_DATA] = m->elf_data;
        header[EI_VERSION] = EV_CURRENT;
        header[big ? 17 : 16] = (uint8_t) type;
        header[big ? 18 : 19] = (uint8_t) (m->e_machine >> 8);
        header[big ? 19 : 18] = (uint8_t) m->e_machine;
        header[big ? 23 : 20] = EV_CURRENT;
        for (size_t i = 0; i < 4; i++)
                header[at + (big ? 3 - i : i)] = (uint8_t) (flags >> (8 * i));
}

static uint32_t usual_flags(const struct elf_machine *m) {
        return strncmp(m->name, "mipsn32", 7) == 0 ? EF_MIPS_ABI2 : 0;
}

static struct pattern *pattern_of(const char *magic, const char *mask) {
        uint8_t a[256], b[256];
        struct pattern *p;
        size_t n, m;

        assert_ok(escape_decode(magic, strlen(magic), a, &n, NULL));
        assert_ok(escape_decode(mask, strlen(mask), b, &m, NULL));
        ck_assert_uint_eq(n, m);
        assert_ok(pattern_new_magic(0, a, b, n, &p));
        return p;
}

static bool same_bytes(const struct pattern *a, const struct pattern *b) {
        return a->offset == b->offset && a->size == b->size && a->masked == b->masked &&
               memcmp(a->data, b->data, (a->masked ? 2u : 1u) * a->size) == 0;
}

/* We differ on purpose: see the table in model/format/elf.c. */
static bool differs_from_qemu(const char *name) {
        return strncmp(name, "microblaze", 10) == 0;
}

START_TEST(every_row_of_qemus_table_is_met_byte_for_byte)
{
        const char *srcdir = getenv("srcdir");
        char path[4096], line[1024];
        size_t n = 0;
        FILE *f;

        snprintf(path, sizeof path, "%s/tests/model/targets.tsv", srcdir ? srcdir : ".");
        f = fopen(path, "re");
        ck_assert_msg(f, "%s: %m", path);
        ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
        for (; fgets(line, sizeof line, f); n++) {
                _cleanup_(pattern_unrefp) struct pattern *theirs = NULL, *ours = NULL;
                char name[32], family[32], magic[400], mask[400];
                const struct elf_machine *m;

                ck_assert_int_eq(sscanf(line, "%31[^\t]\t%31[^\t]\t%399[^\t]\t%399[^\n]", name, family,
                                        magic, mask),
                                 4);
                m = machine(name);
                ck_assert_str_eq(m->name, name);
                ck_assert_msg(m == elf_machine_at(n), "%s is not in QEMU's order", name);
                theirs = pattern_of(magic, mask);
                assert_ok(elf_machine_pattern(m, &ours));
                ck_assert_msg(same_bytes(ours, theirs) != differs_from_qemu(name), "%s", name);
        }
        fclose(f);
        ck_assert_uint_eq(n, 34);
}
END_TEST

START_TEST(microblaze_is_what_its_toolchain_writes)
{
        static const char *const names[] = { "microblaze", "microblazeel" };

        for (size_t i = 0; i < ELEMENTSOF(names); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = NULL;
                uint8_t header[PATTERN_HEADER_SIZE];

                assert_ok(elf_machine_pattern(machine(names[i]), &p));
                make_header(machine(names[i]), ET_EXEC, 0, header);
                ck_assert_uint_eq(header[18] + header[19], 189);
                ck_assert(pattern_matches(p, header, "a"));
        }
}
END_TEST

START_TEST(debians_cris_has_the_same_pattern)
{
        _cleanup_(pattern_unrefp) struct pattern
                        *ours = NULL,
                        *theirs = pattern_of("\\x7fELF\\x01\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x0"
                                             "0\\x00\\x02\\x00\\x4c\\x00",
                                             "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\"
                                             "xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff");

        assert_ok(elf_machine_pattern(machine("cris"), &ours));
        ck_assert(same_bytes(ours, theirs));
}
END_TEST

START_TEST(a_name_belongs_to_one_machine_only)
{
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                ck_assert_ptr_eq(machine(m->name), m);
                for (const char *const *a = m->aliases; *a; a++)
                        ck_assert_msg(machine(*a) == m, "%s is another name of %s too", *a, m->name);
                if (m->debian)
                        ck_assert_msg(machine(m->debian) == m, "%s is Debian's %s", m->name, m->debian);
                if (m->platform)
                        ck_assert_msg(machine(m->platform) == m, "%s is %s", m->name, m->platform);
                ck_assert_msg(m->words && *m->words, "%s", m->name);
                for (size_t j = 0; j < i; j++)
                        ck_assert_str_ne(m->words, elf_machine_at(j)->words);
        }
        ck_assert_ptr_null(elf_machine_at(SIZE_MAX));
}
END_TEST

START_TEST(people_may_call_machines_as_they_are_used_to)
{
        static const struct {
                const char *called, *name;
        } cases[] = {
                { "arm64", "aarch64" },       { "ARM64", "aarch64" },
                { "linux/arm64", "aarch64" }, { "linux/arm64/v8", "aarch64" },
                { "armhf", "arm" },           { "armel", "arm" },
                { "arm/v7", "arm" },          { "linux/arm/v6", "arm" },
                { "armv7l", "arm" },          { "amd64", "x86_64" },
                { "x86-64", "x86_64" },       { "386", "i386" },
                { "i686", "i386" },           { "ppc64el", "ppc64le" },
                { "powerpc64le", "ppc64le" }, { "powerpc", "ppc" },
                { "mips64le", "mips64el" },   { "mipsle", "mipsel" },
                { "loong64", "loongarch64" }, { "parisc", "hppa" },
                { "openrisc", "or1k" },       { "Aarch64_BE", "aarch64_be" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_str_eq(machine(cases[i].called)->name, cases[i].name);
        ck_assert_ptr_null(elf_machine_by_name(""));
        ck_assert_ptr_null(elf_machine_by_name("linux/"));
        ck_assert_ptr_null(elf_machine_by_name("aarch6"));
        ck_assert_ptr_null(elf_machine_by_name("aarch64x"));
        ck_assert_ptr_null(elf_machine_by_name("x32"));
        ck_assert_ptr_null(elf_machine_by_name("s390"));
}
END_TEST

START_TEST(uname_names_the_host)
{
        static const struct {
                const char *machine, *name;
        } cases[] = {
                { "x86_64", "x86_64" }, { "i386", "i386" },       { "i486", "i386" },
                { "i686", "i386" },     { "armv7l", "arm" },      { "armv8l", "arm" },
                { "armv5tel", "arm" },  { "aarch64", "aarch64" }, { "ppc64le", "ppc64le" },
                { "parisc64", "hppa" }, { "s390x", "s390x" },     { "riscv64", "riscv64" },
                { "sh4a", "sh4" },      { "sparc64", "sparc64" }, { "loongarch64", "loongarch64" },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                const struct elf_machine *m = elf_machine_of_uname(cases[i].machine);

                ck_assert_msg(m, "%s", cases[i].machine);
                ck_assert_str_eq(m->name, cases[i].name);
        }
        ck_assert_ptr_null(elf_machine_of_uname("s390"));
        ck_assert_ptr_null(elf_machine_of_uname("ia64"));
        ck_assert_ptr_null(elf_machine_of_uname("arm/v7"));
}
END_TEST

START_TEST(a_machines_programs_are_known_as_its_own)
{
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = NULL, *native = NULL;
                uint8_t header[PATTERN_HEADER_SIZE];

                assert_ok(elf_machine_pattern(m, &p));
                assert_ok(elf_machine_native_pattern(m, &native));
                for (uint16_t type = ET_REL; type <= ET_CORE; type++) {
                        bool program = type == ET_EXEC || type == ET_DYN;

                        make_header(m, type, usual_flags(m), header);
                        ck_assert_msg(elf_machine_of(header) == (program ? m : NULL), "%s type %u", m->name,
                                      type);
                        ck_assert_msg(pattern_matches(p, header, "a") == program, "%s type %u", m->name,
                                      type);
                        ck_assert_msg(pattern_matches(native, header, "a") == program, "%s type %u", m->name,
                                      type);
                }
        }
}
END_TEST

START_TEST(patterns_of_two_machines_take_no_file_in_common)
{
        const struct elf_machine *a, *b;

        for (size_t i = 0; (a = elf_machine_at(i)); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = NULL;

                assert_ok(elf_machine_pattern(a, &p));
                for (size_t j = 0; j < i; j++) {
                        _cleanup_(pattern_unrefp) struct pattern *q = NULL;

                        b = elf_machine_at(j);
                        assert_ok(elf_machine_pattern(b, &q));
                        ck_assert_msg(!pattern_overlaps(p, q), "%s and %s", a->name, b->name);
                }
        }
}
END_TEST

START_TEST(the_two_abis_of_32_bit_mips_are_told_apart_by_flags)
{
        uint8_t header[PATTERN_HEADER_SIZE];

        make_header(machine("mips"), ET_DYN, EF_MIPS_ABI2 | EF_MIPS_PIC, header);
        ck_assert_ptr_eq(elf_machine_of(header), machine("mipsn32"));
        make_header(machine("mipsel"), ET_DYN, EF_MIPS_PIC, header);
        ck_assert_ptr_eq(elf_machine_of(header), machine("mipsel"));
}
END_TEST

START_TEST(what_the_kernel_would_not_run_is_not_native)
{
        _cleanup_(pattern_unrefp) struct pattern *amd64 = NULL, *i386 = NULL;
        uint8_t header[PATTERN_HEADER_SIZE];

        assert_ok(elf_machine_native_pattern(machine("x86_64"), &amd64));
        assert_ok(elf_machine_native_pattern(machine("i386"), &i386));
        make_header(machine("x86_64"), ET_EXEC, 0, header);

        header[EI_OSABI] = ELFOSABI_GNU;
        ck_assert(pattern_matches(amd64, header, "a"));
        header[EI_OSABI] = ELFOSABI_FREEBSD;
        ck_assert(!pattern_matches(amd64, header, "a"));
        header[EI_OSABI] = 0;
        memcpy(header + 8, "AI\2", 3);
        ck_assert(!pattern_matches(amd64, header, "a"));

        make_header(machine("i486"), ET_EXEC, 0, header);
        ck_assert_msg(pattern_matches(i386, header, "a"), "Linux on x86 runs EM_486 as well");
}
END_TEST

START_TEST(headers_are_read_in_both_byte_orders_and_widths)
{
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                uint8_t header[PATTERN_HEADER_SIZE];
                struct elf_header h;

                make_header(m, ET_DYN, 0x12345678, header);
                header[EI_OSABI] = 42;
                ck_assert(elf_header_parse(header, sizeof header, &h));
                ck_assert_uint_eq(h.elf_class, m->elf_class);
                ck_assert_uint_eq(h.elf_data, m->elf_data);
                ck_assert_uint_eq(h.osabi, 42);
                ck_assert_uint_eq(h.type, ET_DYN);
                ck_assert_uint_eq(h.machine, m->e_machine);
                ck_assert_uint_eq(h.flags, 0x12345678);
                ck_assert(elf_header_parse(header, 20, &h));
                ck_assert_uint_eq(h.flags, 0);
                ck_assert(elf_header_parse(header, m->elf_class == ELFCLASS64 ? 51 : 39, &h));
                ck_assert_uint_eq(h.flags, 0);
                ck_assert(elf_header_parse(header, m->elf_class == ELFCLASS64 ? 52 : 40, &h));
                ck_assert_uint_eq(h.flags, 0x12345678);
        }
}
END_TEST

START_TEST(what_is_no_elf_header_is_not_read)
{
        struct elf_header h = { .machine = 4711 };
        uint8_t header[PATTERN_HEADER_SIZE];

        make_header(machine("arm"), ET_EXEC, 0, header);
        ck_assert(!elf_header_parse(header, 19, &h));
        ck_assert(!elf_header_parse(header, 0, &h));
        header[EI_CLASS] = 3;
        ck_assert(!elf_header_parse(header, sizeof header, &h));
        header[EI_CLASS] = ELFCLASS32;
        header[EI_DATA] = 0;
        ck_assert(!elf_header_parse(header, sizeof header, &h));
        header[EI_DATA] = ELFDATA2LSB;
        header[3] = 'f';
        ck_assert(!elf_header_parse(header, sizeof header, &h));
        ck_assert_ptr_null(elf_machine_of(header));
        ck_assert_msg(h.machine == 4711, "the output is untouched on failure");
}
END_TEST

/* elf_machine_of() compares without patterns; both must agree on whatever bytes. */
START_TEST(the_machine_of_a_header_is_one_whose_pattern_matches_it)
{
        uint64_t seed = test_seed(), state = seed;
        struct pattern *patterns[64];
        size_t n = 0;

        while (elf_machine_at(n)) {
                assert_ok(elf_machine_pattern(elf_machine_at(n), &patterns[n]));
                n++;
        }
        for (size_t round = test_rounds(20000); round > 0; round--) {
                const struct elf_machine *start = elf_machine_at(test_below(&state, n)), *found;
                uint8_t header[PATTERN_HEADER_SIZE];
                size_t n_matching = 0;

                make_header(start, (uint16_t) test_below(&state, 5), usual_flags(start), header);
                for (size_t changes = test_below(&state, 3); changes > 0; changes--)
                        header[test_below(&state, 40)] ^= (uint8_t) (1u << test_below(&state, 8));
                found = elf_machine_of(header);
                for (size_t i = 0; i < n; i++)
                        if (pattern_matches(patterns[i], header, "a")) {
                                n_matching++;
                                ck_assert_msg(elf_machine_at(i) == found, "seed %#llx: %s",
                                              (unsigned long long) seed, elf_machine_at(i)->name);
                        }
                ck_assert_msg((found != NULL) == (n_matching == 1), "seed %#llx", (unsigned long long) seed);
        }
        while (n > 0)
                pattern_unref(patterns[--n]);
}
END_TEST

TEST_MAIN("elf", every_row_of_qemus_table_is_met_byte_for_byte, microblaze_is_what_its_toolchain_writes,
          debians_cris_has_the_same_pattern, a_name_belongs_to_one_machine_only,
          people_may_call_machines_as_they_are_used_to, uname_names_the_host,
          a_machines_programs_are_known_as_its_own, patterns_of_two_machines_take_no_file_in_common,
          the_two_abis_of_32_bit_mips_are_told_apart_by_flags, what_the_kernel_would_not_run_is_not_native,
          headers_are_read_in_both_byte_orders_and_widths, what_is_no_elf_header_is_not_read,
          the_machine_of_a_header_is_one_whose_pattern_matches_it)
