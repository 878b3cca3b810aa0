/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/describe.h"
#include "model/format/elf.h"
#include "model/format/escape.h"
#include "tests/test.h"

#include <elf.h>

static void assert_pattern(struct pattern *p, const char *expected) {
        struct text t = { 0 };
        _cleanup_free_ char *words = NULL;

        describe_pattern(p, &t);
        words = text_take(&t);
        pattern_unref(p);
        ck_assert_ptr_nonnull(words);
        ck_assert_str_eq(words, expected);
}

static struct pattern *magic(size_t offset, const char *text, const char *mask_text) {
        uint8_t bytes[256], mask[256];
        struct pattern *p;
        size_t n, m;

        assert_ok(escape_decode(text, strlen(text), bytes, &n, NULL));
        if (mask_text) {
                assert_ok(escape_decode(mask_text, strlen(mask_text), mask, &m, NULL));
                ck_assert_uint_eq(n, m);
        }
        assert_ok(pattern_new_magic(offset, bytes, mask_text ? mask : NULL, n, &p));
        return p;
}

static void assert_header(const void *bytes, size_t n, const char *expected) {
        uint8_t header[PATTERN_HEADER_SIZE] = { 0 };
        struct text t = { 0 };
        _cleanup_free_ char *words = NULL;

        memcpy(header, bytes, n);
        describe_header(header, &t);
        words = text_take(&t);
        ck_assert_ptr_nonnull(words);
        ck_assert_str_eq(words, expected);
}

#define assert_begins(literal, expected) assert_header(literal, sizeof(literal) - 1, expected)

START_TEST(every_machines_pattern_is_named)
{
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                char expected[128];
                struct pattern *p;

                snprintf(expected, sizeof expected, "ELF programs for %s (%s)", m->words, m->name);
                assert_ok(elf_machine_pattern(m, &p));
                assert_pattern(p, expected);
        }
}
END_TEST

/* Debian's masks of old, FEX's and box64's are not QEMU's. */
START_TEST(machines_are_named_whatever_the_details_of_the_mask)
{
        assert_pattern(magic(0,
                             "\\x7fELF\\x01\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02"
                             "\\x00"
                             "\\x08\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x"
                             "00\\x00"
                             "\\x00\\x00\\x00\\x20",
                             "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xfe\\xff\\xff\\xff\\xff\\xff\\xff\\x"
                             "ff\\xff"
                             "\\xfe\\xff\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x"
                             "00\\x00"
                             "\\x00\\x00\\x00\\x00\\x00\\x20"),
                       "ELF programs for MIPS N32 (mipsn32)");
        assert_pattern(magic(0,
                             "\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00"
                             "\\x3e\\x00",
                             "\\xff\\xff\\xff\\xff\\xff\\xfe\\xfe\\x00\\x00\\x00\\x00\\xff\\xff\\xff\\xff\\x"
                             "ff\\xfe"
                             "\\xff\\xff\\xff"),
                       "ELF programs for 64-bit x86 (x86_64)");
        assert_pattern(magic(0,
                             "\\x7fELF\\x01\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02"
                             "\\x12\\x34",
                             NULL),
                       "ELF programs for an unknown machine (number 4660)");
}
END_TEST

START_TEST(elf_patterns_that_name_no_machine_do_not_pretend_to)
{
        assert_pattern(magic(0, "\\x7fELF", NULL), "ELF programs for any machine");
        assert_pattern(magic(0, "\\x7fELF\\x00", "\\xff\\xff\\xff\\xff\\x00"),
                       "ELF programs for any machine");
        assert_pattern(magic(0, "\\x7fELF\\x00\\x00\\x00\\x00AI\\x02",
                             "\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff"),
                       "bytes 0–3 are 7f 45 4c 46, bytes 8–10 are 41 49 02");
        assert_pattern(magic(0,
                             "\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00"
                             "\\x3e\\x00",
                             "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x"
                             "ff\\xff"
                             "\\xff\\x00\\x00"),
                       "files that begin with 7f 45 4c 46 02 01 01 00 00 00 00 00 00 00 00 00 02 00");
}
END_TEST

START_TEST(bytes_are_told_as_text_where_they_are_text)
{
        assert_pattern(magic(0, "MZ", NULL), "files that begin with \"MZ\"");
        assert_pattern(magic(0, "MZ", "\\xff\\xff"), "files that begin with \"MZ\"");
        assert_pattern(magic(0, "PK\\x03\\x04", NULL), "files that begin with 50 4b 03 04");
        assert_pattern(magic(0, "a\\x22b", NULL), "files that begin with 61 22 62");
        assert_pattern(magic(128, "DICM", NULL), "bytes 128–131 are \"DICM\"");
        assert_pattern(magic(8, "AI\\x02", NULL), "bytes 8–10 are 41 49 02");
        assert_pattern(magic(255, "\\x00", NULL), "byte 255 is 00");
}
END_TEST

START_TEST(masks_are_shown_and_free_ends_are_not)
{
        assert_pattern(magic(0, "\\xca\\xfe\\xba\\xbe\\x00\\x00\\x00\\x47",
                             "\\xff\\xff\\xff\\xff\\x00\\x00\\xff\\xe0"),
                       "bytes 0–7 are ca fe ba be .. .. 00 40&e0");
        assert_pattern(magic(0, "xxABx", "\\x00\\x00\\xff\\xff\\x00"), "bytes 2–3 are \"AB\"");
        assert_pattern(magic(3, "AB", "\\xff\\x00"), "byte 3 is \"A\"");
        assert_pattern(magic(3, "AB", "\\x00\\x00"), "every file");
        assert_pattern(magic(4, "A123B", "\\xff\\x00\\x00\\x00\\xff"), "bytes 4–8 are 41 .. .. .. 42");
        assert_pattern(magic(4, "A1234BC99999D",
                             "\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\x00\\x00\\x00\\x00\\x00\\xff"),
                       "byte 4 is \"A\", bytes 9–10 are \"BC\", byte 16 is \"D\"");
}
END_TEST

START_TEST(long_magic_is_cut)
{
        uint8_t bytes[256] = { 1 };
        struct pattern *p;

        assert_ok(pattern_new_magic(0, bytes, NULL, sizeof bytes, &p));
        assert_pattern(p, "files that begin with 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                          "00 00 00 00 "
                          "00 …");
}
END_TEST

START_TEST(extensions_are_shown_as_people_write_them)
{
        struct pattern *p;

        assert_ok(pattern_new_extension("jar", &p));
        assert_pattern(p, "files named *.jar");
}
END_TEST

START_TEST(elf_headers_are_told_by_machine_and_type)
{
        static const char arm64[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\xb7\0\1";
        char header[sizeof arm64];

        assert_begins(arm64, "64-bit ARM ELF program (aarch64)");
        memcpy(header, arm64, sizeof header);
        header[16] = ET_REL;
        assert_header(header, sizeof header, "64-bit ARM ELF object file (aarch64)");
        header[16] = ET_CORE;
        assert_header(header, sizeof header, "64-bit ARM ELF core dump (aarch64)");
        header[16] = ET_EXEC;
        header[EI_OSABI] = ELFOSABI_FREEBSD;
        assert_header(header, sizeof header, "64-bit ARM ELF program (aarch64)");
        memcpy(header + 8, "AI\2", 3);
        assert_header(header, sizeof header, "64-bit ARM AppImage of type 2 (aarch64)");
        memcpy(header, arm64, sizeof header);
        header[19] = 0x7f;
        assert_header(header, sizeof header, "ELF program for an unknown machine (number 32695)");
        assert_begins("\177ELF\1\2\1\0\0\0\0\0\0\0\0\0\0\2\0\x08\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20",
                      "MIPS N32 ELF program (mipsn32)");
}
END_TEST

START_TEST(scripts_are_told_by_their_interpreter)
{
        char line[PATTERN_HEADER_SIZE];

        assert_begins("#!/bin/sh\nexit 0\n", "script for /bin/sh");
        assert_begins("#! /bin/sh -e\n", "script for /bin/sh");
        assert_begins("#!/usr/bin/env python3\n", "script for /usr/bin/env python3");
        assert_begins("#!/usr/bin/perl", "script for /usr/bin/perl");
        assert_begins("#!/bin/sh\r\n", "script for /bin/sh");
        assert_begins("#!\n", "script with an odd #! line");
        assert_begins("#!/bin/\33[1m\n", "script with an odd #! line");
        memset(line, 'x', sizeof line);
        memcpy(line, "#!", 2);
        assert_header(line, sizeof line, "script with an odd #! line");
}
END_TEST

START_TEST(java_and_mach_o_are_told_apart)
{
        assert_begins("\xca\xfe\xba\xbe\0\0\0\x34", "Java class (version 52)");
        assert_begins("\xca\xfe\xba\xbe\0\0\0\x41", "Java class (version 65)");
        assert_begins("\xca\xfe\xba\xbe\0\0\0\2\1\0\0\7", "macOS universal program (Mach-O)");
}
END_TEST

/* The patterns of conf.d/java-class.conf. */
START_TEST(the_java_patterns_we_ship_leave_mach_o_alone)
{
        _cleanup_(pattern_unrefp) struct pattern *old = NULL, *new = NULL;

        old = magic(0, "\\xca\\xfe\\xba\\xbe\\x00\\x00\\x00\\x20",
                    "\\xff\\xff\\xff\\xff\\x00\\x00\\xff\\xe0");
        new = magic(0, "\\xca\\xfe\\xba\\xbe\\x00\\x00\\x00\\x40",
                    "\\xff\\xff\\xff\\xff\\x00\\x00\\xff\\xe0");
        for (unsigned n = 0; n < 256; n++) {
                uint8_t header[PATTERN_HEADER_SIZE] = { 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, (uint8_t) n };

                ck_assert_int_eq(pattern_matches(old, header, "a"), n >= 32 && n < 64);
                ck_assert_int_eq(pattern_matches(new, header, "a"), n >= 64 && n < 96);
        }
}
END_TEST

START_TEST(well_known_formats_are_named)
{
        static const char pe[132] = { [0] = 'M', 'Z', [60] = (char) 128, [128] = 'P', 'E' };

        assert_header(pe, sizeof pe, "Windows program (PE)");
        assert_begins("MZ\x90", "Windows or DOS program (MZ)");
        assert_begins("MZqFpD='\n", "Actually Portable Executable (APE)");
        assert_begins("PK\3\4", "zip archive, such as a Java program (jar)");
        assert_begins("\0asm\1\0\0\0", "WebAssembly module");
        assert_begins("BC\xc0\xde", "LLVM bitcode");
        assert_begins("\33LJ\2", "LuaJIT bytecode");
        assert_begins("\xa7\r\r\n", "Python 3 bytecode (magic number 3495)");
}
END_TEST

START_TEST(the_rest_is_told_as_well_as_can_be)
{
        assert_begins("", "empty file, or one that begins with zeros");
        assert_begins("hello\n", "text without a #! line");
        assert_begins("gr\xc3\xbc\xc3\x9f dich\n", "text without a #! line");
        assert_begins("\1\2\3\4", "file of an unknown format that begins with 01 02 03 04");
        assert_begins("\177ELF\3\1", "file of an unknown format that begins with 7f 45 4c 46");
}
END_TEST

START_TEST(whatever_the_bytes_the_words_are_one_line)
{
        static const char *const starts[] = { "", "#!", "MZ", "\177ELF\1\1\1", "\xca\xfe\xba\xbe" };
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = test_rounds(20000); round > 0; round--) {
                const char *start = starts[test_below(&state, ELEMENTSOF(starts))];
                uint8_t header[PATTERN_HEADER_SIZE];
                struct text t = { 0 };

                for (size_t i = 0; i < sizeof header; i++)
                        header[i] = (uint8_t) test_random(&state);
                memcpy(header, start, strlen(start));
                describe_header(header, &t);
                ck_assert_msg(t.length > 0 && t.length < 200, "seed %#llx", (unsigned long long) seed);
                for (size_t i = 0; i < t.length; i++)
                        ck_assert_msg(t.data[i] >= ' ' && t.data[i] <= '~', "seed %#llx: %s",
                                      (unsigned long long) seed, t.data);
                text_clear(&t);
        }
}
END_TEST

TEST_MAIN("describe", every_machines_pattern_is_named, machines_are_named_whatever_the_details_of_the_mask,
          elf_patterns_that_name_no_machine_do_not_pretend_to, bytes_are_told_as_text_where_they_are_text,
          masks_are_shown_and_free_ends_are_not, long_magic_is_cut,
          extensions_are_shown_as_people_write_them, elf_headers_are_told_by_machine_and_type,
          scripts_are_told_by_their_interpreter, java_and_mach_o_are_told_apart,
          the_java_patterns_we_ship_leave_mach_o_alone, well_known_formats_are_named,
          the_rest_is_told_as_well_as_can_be, whatever_the_bytes_the_words_are_one_line)
