/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/explain/explain.h"
#include "model/format/elf.h"
#include "tests/test.h"

static struct entry *entry_of(const char *name, struct pattern *p) {
        struct entry *e;

        assert_ok(entry_new(name, p, "/bin/run", 0, NULL, &e));
        pattern_unref(p);
        return e;
}

static struct entry *machine(const char *name) {
        struct pattern *p;

        assert_ok(elf_machine_pattern(elf_machine_by_name(name), &p));
        return entry_of(name, p);
}

static struct entry *extension(const char *text) {
        struct pattern *p;

        assert_ok(pattern_new_extension(text, &p));
        return entry_of(text, p);
}

static struct entry *magic(const char *bytes) {
        struct pattern *p;

        assert_ok(pattern_new_magic(0, (const uint8_t *) bytes, NULL, strlen(bytes), &p));
        return entry_of(bytes, p);
}

static void program_of(const char *name, uint8_t header[static PATTERN_HEADER_SIZE]) {
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;

        memset(header, 0, PATTERN_HEADER_SIZE);
        assert_ok(elf_machine_pattern(elf_machine_by_name(name), &p));
        memcpy(header, pattern_magic(p), p->size);
}

START_TEST(the_nearest_fails_in_the_fewest_bytes)
{
        struct entry *entries[] = { magic("MZ"), machine("arm"), machine("riscv64"), machine("ppc") };
        uint8_t header[PATTERN_HEADER_SIZE];
        struct miss miss;

        program_of("aarch64", header);
        nearest_miss(entries, ELEMENTSOF(entries), header, "/x", &miss);
        ck_assert_ptr_eq(miss.entry, entries[2]);
        ck_assert_uint_eq(miss.byte, 18);
        ck_assert_uint_eq(miss.n_bytes, 1);
        ck_assert_uint_eq(miss.n_bits, 2);

        entries[2]->enabled = false;
        nearest_miss(entries, ELEMENTSOF(entries), header, "/x", &miss);
        ck_assert_ptr_eq(miss.entry, entries[1]);
        ck_assert_uint_eq(miss.byte, 4);
        ck_assert_uint_eq(miss.n_bytes, 2);
        for (size_t i = 0; i < ELEMENTSOF(entries); i++)
                entry_free(entries[i]);
}
END_TEST

START_TEST(what_matches_or_has_nothing_in_common_is_not_near)
{
        struct entry *entries[] = { magic("ABCD"), magic("AB"), magic("AXYZ") };
        uint8_t header[PATTERN_HEADER_SIZE] = "ABXX";
        struct miss miss;

        nearest_miss(entries, ELEMENTSOF(entries), header, "/x", &miss);
        ck_assert_ptr_eq(miss.entry, entries[0]);
        nearest_miss(entries + 1, 2, header, "/x", &miss);
        ck_assert_ptr_null(miss.entry);
        for (size_t i = 0; i < ELEMENTSOF(entries); i++)
                entry_free(entries[i]);
}
END_TEST

START_TEST(an_extension_is_near_in_another_case_or_with_a_dot)
{
        struct entry *entries[] = { magic("ABCD"), extension("jar"), extension("tar.gz"), extension("z") };
        uint8_t header[PATTERN_HEADER_SIZE] = "ABXX";
        struct miss miss;

        nearest_miss(entries, ELEMENTSOF(entries), header, "/x.JAR", &miss);
        ck_assert_ptr_eq(miss.entry, entries[1]);
        nearest_miss(entries, ELEMENTSOF(entries), header, "/x.tar.gz", &miss);
        ck_assert_ptr_eq(miss.entry, entries[2]);
        nearest_miss(entries, ELEMENTSOF(entries), header, "/xjar", &miss);
        ck_assert_ptr_eq(miss.entry, entries[0]);
        for (size_t i = 0; i < ELEMENTSOF(entries); i++)
                entry_free(entries[i]);
}
END_TEST

TEST_MAIN("nearest", the_nearest_fails_in_the_fewest_bytes,
          what_matches_or_has_nothing_in_common_is_not_near,
          an_extension_is_near_in_another_case_or_with_a_dot)
