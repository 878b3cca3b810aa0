/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The rules one by one; that they are the kernel's is what tests/engine/system/test-explain shows. */

#include "tests/model/small-world.h"
#include "tests/test.h"

static struct small_world w;

static void set_up(void) {
        small_world_init(&w);
        small_world_elf(&w, "/run", "x86_64", NULL);
}

static void tear_down(void) {
        small_world_clear(&w);
}

static void assert_fails(const struct explanation *e, int error, unsigned n) {
        ck_assert_int_eq(e->outcome, OUTCOME_FAILS);
        ck_assert_int_eq(e->error, error);
        ck_assert_uint_eq(e->n, n);
}

static void assert_runs(const struct explanation *e, const char *path) {
        ck_assert_int_eq(e->outcome, OUTCOME_RUNS);
        ck_assert_str_eq(explanation_last(e)->path, path);
        ck_assert_int_eq(explanation_last(e)->taker, TAKER_KERNEL);
}

START_TEST(the_newest_entry_that_matches_wins_and_the_others_are_told)
{
        const struct explanation *e;
        struct entry *old, *off;

        small_world_file(&w, "/f.ext", "MZqFpD", 6);
        old = small_world_entry(&w, "specific", small_magic("MZqFpD"), "/nothing", 0);
        off = small_world_entry(&w, "off", small_magic("MZ"), "/nothing", 0);
        off->enabled = false;
        small_world_entry(&w, "other", small_magic("PK"), "/nothing", 0);
        small_world_entry(&w, "new", small_extension("ext"), "/run", 0);
        e = small_world_explain(&w, "/f.ext");
        assert_runs(e, "/run");
        ck_assert_uint_eq(e->steps[0].n_matching, 2);
        ck_assert_ptr_eq(e->steps[0].matching[0], w.entries[0]);
        ck_assert_ptr_eq(e->steps[0].matching[1], old);
        ck_assert_uint_eq(e->steps[0].n_off, 1);
        ck_assert_ptr_eq(e->steps[0].off[0], off);
}
END_TEST

START_TEST(without_an_entry_the_kernel_decides)
{
        small_world_elf(&w, "/native", "i386", NULL);
        small_world_elf(&w, "/foreign", "aarch64", NULL);
        small_world_file(&w, "/script", "#!/run\n", 7);
        small_world_file(&w, "/text", "hello\n", 6);
        small_world_entry(&w, "riscv64", small_machine("riscv64"), "/run", 0);
        assert_runs(small_world_explain(&w, "/native"), "/native");
        assert_runs(small_world_explain(&w, "/script"), "/run");
        ck_assert_int_eq(w.explanation.steps[0].taker, TAKER_SCRIPT);
        assert_fails(small_world_explain(&w, "/text"), -ENOEXEC, 1);
        ck_assert_ptr_null(w.explanation.steps[0].miss.entry);
        assert_fails(small_world_explain(&w, "/foreign"), -ENOEXEC, 1);
        ck_assert_str_eq(w.explanation.steps[0].miss.entry->name, "riscv64");
        assert_fails(small_world_explain(&w, "/absent"), -ENOENT, 1);
}
END_TEST

START_TEST(there_is_no_falling_through_to_the_next_entry)
{
        small_world_file(&w, "/f", "MZ", 2);
        small_world_file(&w, "/closed", "MZ", 2)->error = -EACCES;
        small_world_entry(&w, "old", small_magic("M"), "/run", 0);
        small_world_entry(&w, "new", small_magic("MZ"), "/absent", 0);
        assert_fails(small_world_explain(&w, "/f"), -ENOENT, 2);
        small_world_entry(&w, "newer", small_magic("MZ"), "/closed", 0);
        assert_fails(small_world_explain(&w, "/f"), -EACCES, 2);
        small_world_entry(&w, "newest", small_magic("MZ"), "/text", 0);
        small_world_file(&w, "/text", "hello", 5);
        assert_fails(small_world_explain(&w, "/f"), -ENOEXEC, 2);
}
END_TEST

START_TEST(five_interpreters_run_and_the_sixth_does_not)
{
        char path[8], line[16];

        small_world_file(&w, "/s0", "#!/run\n", 7);
        for (int i = 1; i < 6; i++) {
                snprintf(path, sizeof path, "/s%d", i);
                snprintf(line, sizeof line, "#!/s%d\n", i - 1);
                small_world_file(&w, path, line, strlen(line));
        }
        assert_runs(small_world_explain(&w, "/s4"), "/run");
        assert_fails(small_world_explain(&w, "/s5"), -ELOOP, 7);
        ck_assert_int_eq(explanation_last(&w.explanation)->taker, TAKER_UNASKED);
}
END_TEST

START_TEST(an_entry_that_takes_its_own_interpreter_is_a_loop)
{
        small_world_entry(&w, "all", small_machine("x86_64"), "/run", 0);
        assert_fails(small_world_explain(&w, "/run"), -ELOOP, 7);
}
END_TEST

START_TEST(with_an_open_binary_the_interpreter_must_be_the_last)
{
        small_world_file(&w, "/f", "MZ", 2);
        small_world_file(&w, "/wrapper", "#!/run\n", 7);
        small_world_entry(&w, "o", small_magic("MZ"), "/wrapper", ENTRY_OPEN_BINARY);
        assert_fails(small_world_explain(&w, "/f"), -ENOEXEC, 3);
        ck_assert_ptr_eq(w.explanation.opened_by, w.entries[0]);
        small_world_entry(&w, "direct", small_magic("MZ"), "/run", ENTRY_OPEN_BINARY);
        assert_runs(small_world_explain(&w, "/f"), "/run");
}
END_TEST

START_TEST(a_programs_own_loader_decides_too)
{
        struct program *loader;

        small_world_elf(&w, "/f", "x86_64", "/ld.so");
        assert_fails(small_world_explain(&w, "/f"), -ENOENT, 1);
        loader = small_world_elf(&w, "/ld.so", "x86_64", NULL);
        assert_runs(small_world_explain(&w, "/f"), "/f");
        loader->size = 20;
        assert_fails(small_world_explain(&w, "/f"), -EIO, 1);
        loader->size = 4096;
        loader->header[18] = 0x28;
        assert_fails(small_world_explain(&w, "/f"), -ELIBBAD, 1);
        loader->error = -EACCES;
        assert_fails(small_world_explain(&w, "/f"), -EACCES, 1);
}
END_TEST

START_TEST(nothing_is_asked_where_the_instance_is_off)
{
        small_world_file(&w, "/f", "MZ", 2);
        small_world_entry(&w, "mz", small_magic("MZ"), "/run", 0);
        w.off = true;
        assert_fails(small_world_explain(&w, "/f"), -ENOEXEC, 1);
        ck_assert_uint_eq(w.explanation.steps[0].n_off, 1);
}
END_TEST

START_TEST(what_cannot_be_seen_is_unknown)
{
        struct entry *opaque;

        small_world_file(&w, "/f", "MZ", 2);
        small_world_entry(&w, "mz", small_magic("MZ"), "/run", ENTRY_FIX_BINARY);
        w.files[0].readable = false;
        ck_assert_int_eq(small_world_explain(&w, "/f")->outcome, OUTCOME_UNKNOWN);
        ck_assert_ptr_eq(explanation_last(&w.explanation)->pinned_by, w.entries[0]);

        w.files[0].readable = true;
        opaque = small_world_entry(&w, "opaque", small_magic("x"), "/run", 0);
        opaque->pattern = pattern_unref(opaque->pattern);
        ck_assert_int_eq(small_world_explain(&w, "/f")->outcome, OUTCOME_UNKNOWN);
        ck_assert_ptr_eq(w.explanation.steps[0].unclear, opaque);
        opaque->enabled = false;
        assert_runs(small_world_explain(&w, "/f"), "/run");

        w.host.native = NULL;
        ck_assert_int_eq(small_world_explain(&w, "/f")->outcome, OUTCOME_UNKNOWN);
}
END_TEST

int main(void) {
        const TTest *const tests[] = {
                the_newest_entry_that_matches_wins_and_the_others_are_told,
                without_an_entry_the_kernel_decides,
                there_is_no_falling_through_to_the_next_entry,
                five_interpreters_run_and_the_sixth_does_not,
                an_entry_that_takes_its_own_interpreter_is_a_loop,
                with_an_open_binary_the_interpreter_must_be_the_last,
                a_programs_own_loader_decides_too,
                nothing_is_asked_where_the_instance_is_off,
                what_cannot_be_seen_is_unknown,
        };

        return small_world_run("explain", set_up, tear_down, tests, ELEMENTSOF(tests));
}
