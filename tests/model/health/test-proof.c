/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/proof.h"
#include "tests/model/health/samples.h"
#include "tests/test.h"

#include <signal.h>

static struct formats table;
static uint64_t serial;

static void setup(void) {
        formats_clear(&table);
        serial = 0;
}

/* An entry for `machine`'s programs (NULL: for *.jar), registered after all others. */
static struct format *add(const char *name, const char *machine, const char *interpreter, unsigned flags) {
        _cleanup_(pattern_unrefp) struct pattern *pattern = NULL;
        struct format *f;

        if (machine)
                assert_ok(elf_machine_pattern(elf_machine_by_name(machine), &pattern));
        else
                assert_ok(pattern_new_extension("jar", &pattern));
        assert_ok(formats_obtain(&table, name, &f));
        assert_ok(entry_new(name, pattern, interpreter, flags, NULL, &f->have));
        f->serial = ++serial;
        return f;
}

static const struct sample *program_for(const struct format *f, const struct format **ret_rival) {
        *ret_rival = NULL;
        return proof_sample(&table, f, ret_rival);
}

START_TEST(an_entry_is_proved_by_what_it_matches)
{
        struct format *arm, *jar;
        const struct format *rival;

        setup();
        arm = add("a", "arm", "/i", 0);
        jar = add("b", NULL, "/i", 0);
        ck_assert_str_eq(program_for(arm, &rival)->platform, "linux/arm/v7");
        ck_assert_ptr_null(program_for(jar, &rival));
        ck_assert_ptr_null(rival);
}
END_TEST

START_TEST(the_newest_entry_is_the_winner)
{
        struct format *old, *new;
        const struct format *rival;
        const struct sample *arm = sample_of_platform("linux/arm/v7");

        setup();
        old = add("old", "arm", "/i", 0);
        ck_assert_ptr_eq(proof_winner(&table, arm), old);
        new = add("new", "arm", "/i", 0);
        ck_assert_ptr_eq(proof_winner(&table, arm), new);
        ck_assert_ptr_null(program_for(old, &rival));
        ck_assert_ptr_eq(rival, new);
        ck_assert_ptr_eq(program_for(new, &rival), arm);
        new->have->enabled = false;
        ck_assert_ptr_eq(proof_winner(&table, arm), old);
        ck_assert_ptr_eq(program_for(old, &rival), arm);
        /* it would be asked if it were not switched off */
        ck_assert_ptr_eq(program_for(new, &rival), arm);
        ck_assert_ptr_null(proof_winner(&table, sample_of_platform("linux/s390x")));
}
END_TEST

static void expect(const struct proof *p, enum proof_result result, const char *reason, const char *hint) {
        ck_assert_str_eq(proof_result_name(p->result), proof_result_name(result));
        ck_assert_pstr_eq(p->reason, reason);
        ck_assert_pstr_eq(p->hint, hint);
}

START_TEST(some_verdicts_need_no_run)
{
        const struct sample *arm = sample_of_platform("linux/arm/v7");
        struct format *f, *rival;
        struct format declared = { .name = "jar", .state = FORMAT_INACTIVE, .reason = (char *) "no java" };
        struct proof p = { 0 };

        setup();
        rival = add("rival", "arm", "/i", 0);
        f = add("f", "arm", "/i", 0);
        ck_assert_int_eq(proof_without_run(f, arm, NULL, false, &p), 1);
        ck_assert_int_eq(proof_without_run(f, NULL, rival, false, &p), 0);
        expect(&p, PROOF_UNTESTABLE, "rival is asked before it and takes the programs that would prove it",
               NULL);
        proof_clear(&p);
        ck_assert_int_eq(proof_without_run(f, NULL, NULL, false, &p), 0);
        expect(&p, PROOF_UNTESTABLE, "no program that it matches is at hand", NULL);
        proof_clear(&p);
        ck_assert_int_eq(proof_without_run(f, arm, NULL, true, &p), 0);
        expect(&p, PROOF_FAILS, "binfmt_misc as a whole is switched off",
               "echo 1 >/proc/sys/fs/binfmt_misc/status");
        proof_clear(&p);
        f->have->enabled = false;
        ck_assert_int_eq(proof_without_run(f, arm, NULL, false, &p), 0);
        expect(&p, PROOF_FAILS, "its entry is switched off", "echo 1 >/proc/sys/fs/binfmt_misc/f");
        proof_clear(&p);
        f->have->pattern = pattern_unref(f->have->pattern);
        ck_assert_ptr_null(proof_sample(&table, f, &(const struct format *){ NULL }));
        ck_assert_int_eq(proof_without_run(f, NULL, NULL, false, &p), 0);
        expect(&p, PROOF_UNTESTABLE, "its entry cannot be read unambiguously", NULL);
        proof_clear(&p);
        ck_assert_int_eq(proof_without_run(&declared, NULL, NULL, false, &p), 0);
        expect(&p, PROOF_FAILS, "it is not registered (inactive): no java", "binfmtctl show jar");
        proof_clear(&p);
        declared = (struct format){ .name = "jar", .state = FORMAT_PENDING };
        ck_assert_int_eq(proof_without_run(&declared, NULL, NULL, false, &p), 0);
        expect(&p, PROOF_FAILS, "it is not registered (pending)", "binfmtctl apply");
        proof_clear(&p);
}
END_TEST

static const struct run proved = { .end = RUN_PROVED };
static const struct run missing = { .end = RUN_REFUSED, .error = -ENOENT };

static void judge(struct format *f, const struct interpreter *i, const struct run *here,
                  const struct run *in_chroot, enum proof_result result, const char *reason,
                  const char *hint) {
        struct proof p = { 0 };

        ck_assert_int_eq(proof_conclude(f->have, i, here, in_chroot, &p), 0);
        expect(&p, result, reason, hint);
        proof_clear(&p);
}

#define STATIC_HINT "use a statically linked interpreter, such as those of qemu-user-static"

START_TEST(what_works_only_outside_of_chroots_says_why)
{
        const struct interpreter fixed = { .kind = INTERPRETER_ELF_STATIC };
        const struct interpreter dynamic = { .kind = INTERPRETER_ELF_DYNAMIC, .needs = (char *) "/ld.so" };
        struct format *f;

        setup();
        f = add("f", "arm", "/q", 0);
        judge(f, &fixed, &proved, &proved, PROOF_WORKS, NULL, NULL);
        judge(f, &fixed, &proved, &missing, PROOF_OUTSIDE,
              "/q is looked up in the chroot, where it is not, as the entry does not pin it (F)",
              "have it registered with the flag F");
        f->have->ours = true;
        judge(f, &fixed, &proved, &missing, PROOF_OUTSIDE,
              "/q is looked up in the chroot, where it is not, as the entry does not pin it (F)",
              "write FixBinary=yes into its definition or an override, see binfmtd-conf(5)");
        judge(f, &dynamic, &proved, &missing, PROOF_OUTSIDE,
              "/q is looked up in the chroot, where it is not, as the entry does not pin it (F)",
              STATIC_HINT ", with FixBinary=yes");
        f->have->flags = ENTRY_FIX_BINARY;
        judge(f, &dynamic, &proved, &missing, PROOF_OUTSIDE, "/q needs /ld.so, which is not there",
              STATIC_HINT);
}
END_TEST

START_TEST(what_fails_says_why)
{
        const struct interpreter gone = { .error = -ENOENT }, there = { .kind = INTERPRETER_ELF_STATIC };
        const struct interpreter dynamic = { .kind = INTERPRETER_ELF_DYNAMIC, .needs = (char *) "/ld.so" };
        const struct run killed = { .end = RUN_KILLED, .status = SIGSEGV, .said = "oops\nmore" };
        const struct run exited = { .end = RUN_EXITED, .status = 3, .said = "" };
        const struct run late = { .end = RUN_TIMED_OUT };
        const struct run denied = { .end = RUN_REFUSED, .error = -EACCES };
        const struct run junk = { .end = RUN_REFUSED, .error = -ENOEXEC };
        const struct run loop = { .end = RUN_REFUSED, .error = -ELOOP };
        const struct run memory = { .end = RUN_REFUSED, .error = -ENOMEM };
        const char *broken = "the interpreter is broken, or not one for this machine's programs: install it "
                             "again, or another one";
        struct format *f;

        setup();
        f = add("f", "arm", "/q", 0);
        judge(f, &gone, &missing, &missing, PROOF_FAILS, "its interpreter /q is not there",
              "install it, or remove the entry");
        judge(f, &dynamic, &missing, &missing, PROOF_FAILS,
              "/q is there, but /ld.so, which it needs, is not",
              "install what it needs, or a statically linked interpreter");
        judge(f, &there, &killed, &killed, PROOF_FAILS,
              "/q was killed by signal 11 (Segmentation fault): oops", broken);
        judge(f, &there, &exited, &exited, PROOF_FAILS,
              "/q ended with exit status 3 without having run the program", broken);
        judge(f, &there, &late, &late, PROOF_FAILS, "/q did not end in time", broken);
        judge(f, &there, &denied, &denied, PROOF_FAILS, "/q may not be executed (Permission denied)",
              "look at its mode, and at noexec where it is mounted");
        judge(f, &there, &junk, &junk, PROOF_FAILS, "/q is not a program that this machine runs", NULL);
        judge(f, &there, &loop, &loop, PROOF_FAILS,
              "starting /q ends in a loop: it is itself taken by an entry", NULL);
        judge(f, &there, &memory, &memory, PROOF_FAILS,
              "the kernel could not start /q: Cannot allocate memory", NULL);
}
END_TEST

TEST_MAIN("proof", an_entry_is_proved_by_what_it_matches, the_newest_entry_is_the_winner,
          some_verdicts_need_no_run, what_works_only_outside_of_chroots_says_why, what_fails_says_why)
