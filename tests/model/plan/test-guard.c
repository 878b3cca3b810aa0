/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/format/escape.h"
#include "model/plan/guard.h"
#include "tests/test.h"

#include <elf.h>

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

static void pc(struct host *ret) {
        *ret = (struct host){
                .native = elf_machine_by_name("x86_64"),
                .compat = elf_machine_by_name("i386"),
        };
}

/* The reason why the guard refuses the pattern, or NULL. Takes the pattern over. */
static char *verdict_on(struct pattern *p, const struct host *h) {
        const char *hint = "";
        char *why = (char *) "";

        assert_ok(guard_host(p, h, &why, &hint));
        pattern_unref(p);
        ck_assert_msg(!why == !hint, "a reason has a remedy");
        ck_assert(!hint || strstr(hint, "AllowNative=yes"));
        return why;
}

static void assert_verdict(struct pattern *p, const struct host *h, const char *expected) {
        _cleanup_free_ char *why = verdict_on(p, h);

        ck_assert_msg(streq_ptr(why, expected), "%s, not %s", why ?: "allowed", expected ?: "allowed");
}

static struct pattern *machine_pattern(const char *name) {
        struct pattern *p;

        assert_ok(elf_machine_pattern(elf_machine_by_name(name), &p));
        return p;
}

static const char amd64_taken[] = "it would take the host's own 64-bit x86 programs (x86_64)";
static const char i386_taken[] = "it would take the host's own 32-bit x86 programs (i386)";

START_TEST(of_all_machines_a_pc_guards_those_it_runs_itself)
{
        const struct elf_machine *m;
        struct host h;

        pc(&h);
        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                const char *expected = NULL;

                if (streq(m->name, "x86_64"))
                        expected = amd64_taken;
                else if (streq(m->name, "i386") || streq(m->name, "i486"))
                        expected = i386_taken;
                assert_verdict(machine_pattern(m->name), &h, expected);
        }
        h.compat = NULL;
        assert_verdict(machine_pattern("i386"), &h, NULL);
}
END_TEST

START_TEST(every_host_guards_its_own_machine)
{
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                struct host h = { .native = m };
                _cleanup_free_ char *why = verdict_on(machine_pattern(m->name), &h);

                ck_assert_msg(why && strstr(why, m->words), "%s", m->name);
                free(TAKE_PTR(why));
                why = verdict_on(machine_pattern(streq(m->name, "arm") ? "s390x" : "arm"), &h);
                ck_assert_msg(!why, "%s", m->name);
        }
}
END_TEST

START_TEST(careless_patterns_are_refused)
{
        struct host h;

        pc(&h);
        assert_verdict(magic(255, "\\x00", NULL), &h, amd64_taken);
        assert_verdict(magic(0, "MZ", "\\x00\\x00"), &h,
                       "it would take every program, the host's own among them");
        assert_verdict(magic(0, "\\x7fELF", NULL), &h, amd64_taken);
        assert_verdict(magic(1, "ELF", NULL), &h, amd64_taken);
        assert_verdict(magic(0, "\\x7fELF\\x02", NULL), &h, amd64_taken);
        assert_verdict(magic(0, "\\x7fELF\\x01", NULL), &h, i386_taken);
        assert_verdict(magic(4, "\\x02\\x01\\x01", NULL), &h, amd64_taken);
        assert_verdict(magic(16, "\\x03\\x00", NULL), &h, amd64_taken);
        assert_verdict(magic(18, "\\x3e\\x00", NULL), &h, amd64_taken);
        assert_verdict(magic(200, "A", NULL), &h, amd64_taken);
        assert_verdict(magic(200, "A\\x00\\x00\\x00\\x00\\x00\\x00", NULL), &h, amd64_taken);
        assert_verdict(magic(0, "AAAA", "\\x01\\x01\\x00\\x00"), &h, amd64_taken);
}
END_TEST

START_TEST(sixteen_bits_of_coincidence_are_enough_and_fifteen_are_not)
{
        struct host h;

        pc(&h);
        assert_verdict(magic(100, "AB", NULL), &h, NULL);
        assert_verdict(magic(100, "AB", "\\xff\\xfe"), &h, amd64_taken);
        assert_verdict(magic(100, "A\\x00B", NULL), &h, NULL);
        assert_verdict(magic(0,
                             "\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02"
                             "\\x00\\x3e\\x00\\x41\\x42",
                             NULL),
                       &h, NULL);
}
END_TEST

/* The definitions we ship that are not machines, and others that people have. */
START_TEST(formats_that_people_use_are_allowed)
{
        static const struct {
                size_t offset;
                const char *magic, *mask;
        } formats[] = {
                { 0, "MZ", NULL },
                { 0, "MZqFpD", NULL },
                { 0, "jartsr", NULL },
                { 0, "PK\\x03\\x04", NULL },
                { 0, "\\xca\\xfe\\xba\\xbe\\x00\\x00\\x00\\x40",
                  "\\xff\\xff\\xff\\xff\\x00\\x00\\xff\\xe0" },
                { 0, "\\xa7\\x0d\\x0d\\x0a", NULL },
                { 0, "\\x00asm\\x01\\x00\\x00\\x00", NULL },
                { 0, "BC\\xc0\\xde", NULL },
                { 0, "\\x1bLJ", NULL },
                { 0, "NES\\x1a", NULL },
                { 8, "AI\\x01", NULL },
                { 8, "AI\\x02", NULL },
                { 0, "\\x7fELF\\x00\\x00\\x00\\x00AI\\x02",
                  "\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff" },
                { 128, "DICM", NULL },
        };
        struct host h;

        pc(&h);
        for (size_t i = 0; i < ELEMENTSOF(formats); i++)
                assert_verdict(magic(formats[i].offset, formats[i].magic, formats[i].mask), &h, NULL);
}
END_TEST

START_TEST(another_operating_systems_programs_may_be_taken)
{
        struct host h;

        pc(&h);
        assert_verdict(magic(0, "\\x7fELF\\x02\\x01\\x01\\x09", NULL), &h, NULL);
}
END_TEST

START_TEST(the_scripts_of_the_system_are_guarded)
{
        struct host h = { 0 };

        assert_verdict(magic(0, "#!", NULL), &h, "it would take the host's own scripts (#!/bin/sh)");
        assert_verdict(magic(0, "#!/bin/sh", NULL), &h, "it would take the host's own scripts (#!/bin/sh)");
        assert_verdict(magic(2, "/usr/bin/", NULL), &h,
                       "it would take the host's own scripts (#!/usr/bin/env )");
        assert_verdict(magic(0, "#!/usr/bin/python3", NULL), &h,
                       "it would take the host's own scripts (#!/usr/bin/python3)");
        assert_verdict(magic(0, "#! ", NULL), &h, "it would take the host's own scripts (#! /bin/sh)");
        assert_verdict(magic(0, "#!/opt/x/run", NULL), &h, NULL);
        assert_verdict(magic(0, "#!/usr/bin/env node", NULL), &h, NULL);
        assert_verdict(magic(0, "#!ocamlrun", NULL), &h, NULL);
}
END_TEST

START_TEST(an_extension_endangers_nobody)
{
        struct pattern *p;
        struct host h;

        pc(&h);
        assert_ok(pattern_new_extension("sh", &p));
        assert_verdict(p, &h, NULL);
}
END_TEST

static void sample(const char *machine, uint8_t header[static PATTERN_HEADER_SIZE]) {
        _cleanup_(pattern_unrefp) struct pattern *p = machine_pattern(machine);

        memset(header, 0, PATTERN_HEADER_SIZE);
        memcpy(header, pattern_magic(p), p->size);
}

START_TEST(what_takes_a_program_of_this_very_machine_is_refused)
{
        struct host h = { .native = elf_machine_by_name("aarch64"), .n_samples = 2 };

        sample("x86_64", h.samples[1]);
        memset(h.samples[0], 'x', PATTERN_HEADER_SIZE);
        memcpy(h.samples[1] + 52, "\x40\0\x38", 3);
        assert_verdict(machine_pattern("x86_64"), &h, amd64_taken);
        assert_verdict(magic(52, "\\x40\\x00\\x38", NULL), &h, amd64_taken);
        assert_verdict(magic(0, "xxxx", NULL), &h, "it would take the host's own programs");
        assert_verdict(magic(0, "xxxy", NULL), &h, NULL);
        h.n_samples = 0;
        assert_verdict(machine_pattern("x86_64"), &h, NULL);
}
END_TEST

START_TEST(an_unknown_host_guards_what_all_have)
{
        struct host h = { 0 };

        assert_verdict(magic(3, "AAAA", "\\x00\\x00\\x00\\x00"), &h,
                       "it would take every program, the host's own among them");
        assert_verdict(machine_pattern("x86_64"), &h, NULL);
}
END_TEST

START_TEST(a_pattern_that_takes_its_own_interpreter_is_seen)
{
        char path[] = "/usr/bin/run.exe";
        struct interpreter i = { .path = path, .registered = path };
        struct pattern *p = machine_pattern("x86_64"), *q;

        sample("x86_64", i.header);
        ck_assert(guard_interpreter(p, &i));
        i.error = -ENOENT;
        ck_assert_msg(!guard_interpreter(p, &i), "what is not there is not run");
        i.error = 0;
        sample("arm", i.header);
        ck_assert(!guard_interpreter(p, &i));
        pattern_unref(p);

        assert_ok(pattern_new_extension("exe", &q));
        ck_assert(guard_interpreter(q, &i));
        i.registered = i.path = (char *) "/usr/bin/run";
        ck_assert(!guard_interpreter(q, &i));
        pattern_unref(q);
}
END_TEST

/* AllowNative=yes with a script for its interpreter: /bin/sh is a native program, too. */
START_TEST(what_stands_behind_a_script_counts)
{
        struct interpreter shell = { .path = (char *) "/bin/sh", .registered = (char *) "/bin/sh" };
        struct interpreter env = { .path = (char *) "/mnt/env",
                                   .registered = (char *) "/mnt/env",
                                   .header = "#!/bin/sh",
                                   .kind = INTERPRETER_SCRIPT,
                                   .behind = &shell };
        struct interpreter script = { .path = (char *) "/mnt/run",
                                      .registered = (char *) "/mnt/run",
                                      .header = "#!/mnt/env",
                                      .kind = INTERPRETER_SCRIPT,
                                      .behind = &env };
        struct pattern *p = machine_pattern("x86_64"), *q;

        sample("x86_64", shell.header);
        ck_assert_ptr_eq(guard_interpreter(p, &script), &shell);
        shell.error = -ENOENT;
        ck_assert_ptr_null(guard_interpreter(p, &script));

        assert_ok(pattern_new_extension("exe", &q));
        ck_assert_ptr_null(guard_interpreter(q, &script));
        env.registered = (char *) "/mnt/env.exe";
        ck_assert_ptr_eq(guard_interpreter(q, &script), &env);
        pattern_unref(q);

        env.behind = &script;
        ck_assert_msg(!guard_interpreter(p, &script), "a circle ends");
        pattern_unref(p);
}
END_TEST

/* A pattern that the guard allows matches none of many programs, however their code and data look behind the
 * header. */
static int may_take(struct pattern *p, const struct host *h) {
        int r = guard_may_take_natives(p, h);

        pattern_unref(p);
        return r;
}

START_TEST(plain_formats_can_take_no_native_program)
{
        struct pattern *extension;
        struct host h;

        pc(&h);
        assert_ok(pattern_new_extension("exe", &extension));
        ck_assert_int_eq(may_take(extension, &h), 0);
        ck_assert_int_eq(may_take(magic(0, "MZ", NULL), &h), 0);
        ck_assert_int_eq(may_take(machine_pattern("aarch64"), &h), 0);
}
END_TEST

START_TEST(what_may_take_a_native_program_by_any_coincidence_is_known)
{
        struct host h;

        pc(&h);
        ck_assert_int_eq(may_take(machine_pattern("x86_64"), &h), 1);
        ck_assert_int_eq(may_take(machine_pattern("i386"), &h), 1);
        ck_assert_int_eq(may_take(magic(24, "\\x78\\x56\\x34\\x12", NULL), &h), 1);
        ck_assert_int_eq(may_take(magic(200, "behind the header", NULL), &h), 1);
        ck_assert_int_eq(may_take(magic(0, "#!/opt/special", NULL), &h), 1);
        h = (struct host){ 0 };
        ck_assert_int_eq(may_take(machine_pattern("aarch64"), &h), 1);
        ck_assert_int_eq(may_take(magic(0, "MZ", NULL), &h), 0);
}
END_TEST

START_TEST(what_is_allowed_takes_no_ordinary_program)
{
        uint64_t seed = test_seed(), state = seed;
        struct host h;

        pc(&h);
        for (size_t round = test_rounds(5000); round > 0; round--) {
                uint8_t bytes[8], mask[8], header[PATTERN_HEADER_SIZE];
                size_t n = 1 + test_below(&state, 8), offset = test_below(&state, 40);
                _cleanup_(pattern_unrefp) struct pattern *p = NULL;
                _cleanup_free_ char *why = NULL;
                const char *hint;

                for (size_t i = 0; i < 8; i++) {
                        bytes[i] = test_below(&state, 2) ? (uint8_t) test_random(&state) : 0;
                        mask[i] = test_below(&state, 2) ? (uint8_t) test_random(&state) : 0;
                }
                assert_ok(pattern_new_magic(offset, bytes, mask, n, &p));
                assert_ok(guard_host(p, &h, &why, &hint));
                sample("x86_64", header);
                if (pattern_matches(p, header, "a"))
                        ck_assert_msg(why, "seed %#llx", (unsigned long long) seed);
        }
}
END_TEST

TEST_MAIN("guard", of_all_machines_a_pc_guards_those_it_runs_itself, every_host_guards_its_own_machine,
          careless_patterns_are_refused, sixteen_bits_of_coincidence_are_enough_and_fifteen_are_not,
          formats_that_people_use_are_allowed, another_operating_systems_programs_may_be_taken,
          the_scripts_of_the_system_are_guarded, an_extension_endangers_nobody,
          what_takes_a_program_of_this_very_machine_is_refused, an_unknown_host_guards_what_all_have,
          a_pattern_that_takes_its_own_interpreter_is_seen, what_stands_behind_a_script_counts,
          plain_formats_can_take_no_native_program,
          what_may_take_a_native_program_by_any_coincidence_is_known,
          what_is_allowed_takes_no_ordinary_program)
