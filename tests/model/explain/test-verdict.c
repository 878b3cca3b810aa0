/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Verdicts on the kinds of failure that tests/ctl/verbs/test-explain.sh does not show, with what they blame.
 */

#include "model/explain/verdict.h"
#include "tests/model/small-world.h"
#include "tests/test.h"

static struct small_world w;
static struct setting setting;
static struct verdict verdict;

static void set_up(void) {
        small_world_init(&w);
        setting = (struct setting){ .root = "", .instance = "/instance", .dpkg = true };
        small_world_elf(&w, "/usr/bin/qemu-arm", "x86_64", NULL);
}

static void tear_down(void) {
        verdict_clear(&verdict);
        small_world_clear(&w);
}

static void reach(const char *path, enum outcome outcome, const char *sentence) {
        verdict_clear(&verdict);
        small_world_explain(&w, path);
        assert_ok(verdict_reach(&w.question, &w.explanation, &setting, &verdict));
        ck_assert_str_eq(verdict.sentence, sentence);
        ck_assert_int_eq(verdict.outcome, outcome);
}

static void assert_finding(size_t i, enum severity severity, const char *code, const char *hint) {
        const struct diagnostic *d = &verdict.findings.items[i];

        ck_assert_uint_lt(i, verdict.findings.n);
        ck_assert_str_eq(d->code, code);
        ck_assert_int_eq(d->severity, severity);
        ck_assert_msg(streq_ptr(d->hint, hint), "the hint is \"%s\"", d->hint);
}

START_TEST(a_program_of_this_machine)
{
        struct program *loader;

        small_world_elf(&w, "/f", "x86_64", "/lib64/ld-linux-x86-64.so.2");
        reach("/f", OUTCOME_FAILS,
              "/f does not run: it needs the loader /lib64/ld-linux-x86-64.so.2, which is not there");
        assert_finding(0, SEVERITY_ERROR, "loader", "apt-get install libc6");
        loader = small_world_elf(&w, "/lib64/ld-linux-x86-64.so.2", "x86_64", NULL);
        reach("/f", OUTCOME_RUNS, "/f runs: it is a program of this machine");
        ck_assert_uint_eq(verdict.findings.n, 0);
        loader->header[18] = 40;
        reach("/f", OUTCOME_FAILS,
              "/f does not run: it needs the loader /lib64/ld-linux-x86-64.so.2, which is no loader for it");

        small_world_elf(&w, "/i386", "i386", "/lib/ld-linux.so.2");
        reach("/i386", OUTCOME_FAILS,
              "/i386 does not run: it needs the loader /lib/ld-linux.so.2, which is not there");
        assert_finding(0, SEVERITY_ERROR, "loader",
                       "dpkg --add-architecture i386 && apt-get update && apt-get install libc6:i386");
}
END_TEST

START_TEST(an_emulated_program_needs_its_loader_too)
{
        small_world_elf(&w, "/f", "arm", "/lib/ld-linux-armhf.so.3");
        small_world_entry(&w, "qemu-arm", small_machine("arm"), "/usr/bin/qemu-arm", 0);
        reach("/f", OUTCOME_FAILS,
              "/f does not run: it needs the loader /lib/ld-linux-armhf.so.3, which is not there");
        assert_finding(0, SEVERITY_ERROR, "emulator-loader",
                       "dpkg --add-architecture armhf && apt-get update && apt-get install libc6:armhf");
        setting.dpkg = false;
        reach("/f", OUTCOME_FAILS,
              "/f does not run: it needs the loader /lib/ld-linux-armhf.so.3, which is not there");
        assert_finding(0, SEVERITY_ERROR, "emulator-loader",
                       "install the C library that brings /lib/ld-linux-armhf.so.3 (Debian's package "
                       "libc6:armhf)");
        small_world_elf(&w, "/usr/gnemul/qemu-arm/lib/ld-linux-armhf.so.3", "arm", NULL);
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/bin/qemu-arm, by the format qemu-arm");
}
END_TEST

/* Box64 and the like have ways of their own. */
START_TEST(of_other_interpreters_no_loader_is_asked)
{
        small_world_elf(&w, "/box", "x86_64", NULL);
        small_world_elf(&w, "/f", "arm", "/lib/ld-linux-armhf.so.3");
        small_world_entry(&w, "box", small_machine("arm"), "/box", 0);
        reach("/f", OUTCOME_RUNS, "/f runs with /box, by the format box");
}
END_TEST

START_TEST(without_an_instance)
{
        small_world_elf(&w, "/f", "arm", NULL);
        w.off = true;
        setting.unavailable = "binfmt_misc is not mounted";
        setting.unavailable_hint = "mount it";
        reach("/f", OUTCOME_FAILS, "/f does not run: binfmt_misc is not mounted");
        assert_finding(0, SEVERITY_ERROR, "no-instance", "mount it");
        setting.contained = true;
        reach("/f", OUTCOME_UNKNOWN,
              "whether /f runs cannot be told: binfmt_misc is not mounted here, and whether this "
              "container's "
              "host has formats that hold in here too cannot be seen from inside");
        assert_finding(0, SEVERITY_WARNING, "no-instance", "mount it");
        small_world_file(&w, "/text", "hello\n", 6);
        reach("/text", OUTCOME_FAILS,
              "/text does not run: it is text without a #! line; shells run it as a script of their own, "
              "nothing else does");
}
END_TEST

START_TEST(what_f_opened_and_cannot_be_seen)
{
        struct entry *e;

        small_world_elf(&w, "/f", "arm", NULL);
        e = small_world_entry(&w, "qemu-arm", small_machine("arm"), "/usr/bin/qemu-arm", ENTRY_FIX_BINARY);
        w.files[0].readable = false;
        w.files[0].mode = 0;
        reach("/f", OUTCOME_UNKNOWN,
              "whether /f runs cannot be told: qemu-arm takes it, with the interpreter that was opened when "
              "it "
              "was registered (flag F), which is not to be seen from here as /usr/bin/qemu-arm; it runs if "
              "that one is statically linked");
        w.files[0].mode = 0100755;
        e->ours = true;
        reach("/f", OUTCOME_UNKNOWN,
              "whether /f runs cannot be told: qemu-arm takes it, with the interpreter that was opened when "
              "it "
              "was registered (flag F), which is no longer the file /usr/bin/qemu-arm; it runs if that one "
              "is "
              "statically linked");
        assert_finding(0, SEVERITY_WARNING, "pinned-unseen", "binfmtctl apply");
}
END_TEST

START_TEST(a_script_that_f_opened_is_looked_for_inside)
{
        small_world_elf(&w, "/bin/sh", "x86_64", NULL);
        small_world_file(&w, "/f", "MZ", 2);
        small_world_file(&w, "/wrapper", "#!/bin/sh\n", 10);
        small_world_entry(&w, "wrapped", small_magic("MZ"), "/wrapper", ENTRY_FIX_BINARY);
        reach("/f", OUTCOME_RUNS, "/f runs with /wrapper, by the format wrapped, and in the end /bin/sh");
        w.gone = "/wrapper";
        setting.root = "/jail";
        reach("/f", OUTCOME_FAILS,
              "/f does not run: the interpreter of wrapped is a script, which /bin/sh will look for at "
              "/jail/wrapper, and that is not there");
}
END_TEST

START_TEST(addresses_are_mentioned_where_they_matter)
{
        struct program *native = small_world_elf(&w, "/native", "x86_64", NULL),
                       *arm = small_world_elf(&w, "/arm", "arm", NULL);

        native->lowest = arm->lowest = 0x8000;
        setting.mmap_min_addr = 0x10000;
        small_world_entry(&w, "qemu-arm", small_machine("arm"), "/usr/bin/qemu-arm", 0);
        reach("/native", OUTCOME_RUNS, "/native runs: it is a program of this machine");
        assert_finding(0, SEVERITY_WARNING, "low-address", "sysctl -w vm.mmap_min_addr=32768");
        reach("/arm", OUTCOME_RUNS, "/arm runs with /usr/bin/qemu-arm, by the format qemu-arm");
        assert_finding(0, SEVERITY_WARNING, "low-address", "sysctl -w vm.mmap_min_addr=32768");
        setting.mmap_min_addr = 0x1000;
        reach("/arm", OUTCOME_RUNS, "/arm runs with /usr/bin/qemu-arm, by the format qemu-arm");
        ck_assert_uint_eq(verdict.findings.n, 0);
}
END_TEST

START_TEST(setuid_needs_c_and_a_file_system_that_allows_it)
{
        struct program *f = small_world_elf(&w, "/f", "arm", NULL);
        struct entry *e = small_world_entry(&w, "q", small_machine("arm"), "/usr/bin/qemu-arm", 0);

        f->mode = 0104755;
        e->ours = true;
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/bin/qemu-arm, by the format q");
        assert_finding(0, SEVERITY_WARNING, "setuid",
                       "printf '%s\\n' '[q]' Credentials=yes > /etc/binfmtd/override.d/q.conf && binfmtctl "
                       "apply");
        e->flags = ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY;
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/bin/qemu-arm, by the format q");
        ck_assert_uint_eq(verdict.findings.n, 0);
        setting.no_new_privs = true;
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/bin/qemu-arm, by the format q");
        assert_finding(0, SEVERITY_WARNING, "no-new-privs", NULL);
        f->nosuid = true;
        f->mount_point = strdup("/media/my stick");
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/bin/qemu-arm, by the format q");
        assert_finding(0, SEVERITY_WARNING, "nosuid", "mount -o remount,suid '/media/my stick'");
}
END_TEST

START_TEST(what_cannot_be_opened)
{
        struct program *f = small_world_elf(&w, "/f", "x86_64", NULL);

        f->error = -ETXTBSY;
        reach("/f", OUTCOME_FAILS, "/f does not run: it is open for writing");
        assert_finding(0, SEVERITY_ERROR, "busy", "fuser -v /f");
        f->error = -EACCES;
        reach("/f", OUTCOME_FAILS, "/f does not run: it may not be executed by this user");
        assert_finding(0, SEVERITY_ERROR, "not-permitted", "namei -l /f");
        f->mode = 0100644;
        setting.root = "/my jail";
        reach("/f", OUTCOME_FAILS, "/f does not run: it is not executable");
        assert_finding(0, SEVERITY_ERROR, "not-executable", "chmod +x '/my jail'/f");
        f->noexec = true;
        reach("/f", OUTCOME_FAILS, "/f does not run: it lies on a file system that is mounted noexec");
        assert_finding(0, SEVERITY_ERROR, "noexec", "mount -o remount,exec its file system");
        f->error = -ELOOP;
        reach("/f", OUTCOME_FAILS,
              "/f does not run: it cannot be opened: Too many levels of symbolic links");
        assert_finding(0, SEVERITY_ERROR, "unopened", NULL);
}
END_TEST

START_TEST(what_is_declared_and_not_in_the_kernel)
{
        struct definition *d;
        struct format *f = format_new("qemu-arm");

        ck_assert_ptr_nonnull(f);
        assert_ok(definition_new("qemu-arm", SOURCE_BINFMTD, (struct location){ "x.conf", 1 }, &d));
        assert_ok(definition_add_interpreter(d, "/usr/bin/qemu-arm-static"));
        f->definition = d;
        setting.declared = f;
        small_world_elf(&w, "/f", "arm", NULL);
        f->state = FORMAT_DISABLED;
        reach("/f", OUTCOME_FAILS, "/f does not run: qemu-arm would take it, and is disabled");
        assert_finding(0, SEVERITY_ERROR, "declared",
                       "printf '%s\\n' '[qemu-arm]' Enabled=yes > /etc/binfmtd/override.d/qemu-arm.conf && "
                       "binfmtctl apply");
        f->state = FORMAT_INACTIVE;
        f->reason = strdup("nothing is there");
        reach("/f", OUTCOME_FAILS,
              "/f does not run: qemu-arm would take it, and is inactive: nothing is there");
        assert_finding(0, SEVERITY_ERROR, "declared", "apt-get install qemu-user-static && binfmtctl apply");
        f->state = FORMAT_REFUSED;
        reach("/f", OUTCOME_FAILS,
              "/f does not run: qemu-arm would take it, and is refused: nothing is there");
        assert_finding(0, SEVERITY_ERROR, "declared", "binfmtctl show qemu-arm");
        f->state = FORMAT_UNAVAILABLE;
        reach("/f", OUTCOME_FAILS,
              "/f does not run: qemu-arm would take it, and is declared but not registered yet");
        assert_finding(0, SEVERITY_ERROR, "declared", "binfmtctl apply");
        format_free(f);
        definition_free(d);
}
END_TEST

START_TEST(ours_in_the_wrong_order_are_for_apply)
{
        small_world_file(&w, "/f", "MZqFpD", 6);
        small_world_entry(&w, "APE", small_magic("MZqFpD"), "/usr/bin/qemu-arm", 0)->ours = true;
        small_world_entry(&w, "wine", small_magic("MZ"), "/usr/bin/qemu-arm", 0)->ours = true;
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/bin/qemu-arm, by the format wine");
        assert_finding(0, SEVERITY_WARNING, "misordered", "binfmtctl apply");
}
END_TEST

START_TEST(scripts_are_never_setuid)
{
        small_world_file(&w, "/f", "#!/usr/bin/qemu-arm\n", 20)->mode = 0104755;
        reach("/f", OUTCOME_RUNS, "/f runs, as a script for /usr/bin/qemu-arm");
        assert_finding(0, SEVERITY_WARNING, "setuid", NULL);
}
END_TEST

START_TEST(an_unknown_machine_has_unknown_programs)
{
        w.host.native = w.host.compat = NULL;
        small_world_elf(&w, "/f", "arm", NULL);
        reach("/f", OUTCOME_UNKNOWN,
              "whether /f runs cannot be told: which programs this machine runs by itself is not known");
}
END_TEST

START_TEST(who_asks_detectors_is_told)
{
        small_world_file(&w, "/f", "MZ", 2);
        small_world_elf(&w, "/usr/libexec/run-detectors", "x86_64", NULL);
        small_world_entry(&w, "cli", small_magic("MZ"), "/usr/libexec/run-detectors", 0);
        reach("/f", OUTCOME_RUNS, "/f runs with /usr/libexec/run-detectors, by the format cli");
        assert_finding(0, SEVERITY_NOTE, "dispatcher", NULL);
}
END_TEST

START_TEST(what_is_no_program)
{
        small_world_elf(&w, "/object", "arm", NULL)->header[16] = 1;
        reach("/object", OUTCOME_FAILS,
              "/object does not run: it is 32-bit ARM ELF object file (arm), which is no program");
        small_world_elf(&w, "/damaged", "x86_64", NULL)->damaged = -ENOEXEC;
        reach("/damaged", OUTCOME_FAILS, "/damaged does not run: it is a damaged ELF file");
        small_world_file(&w, "/line", "#!\n", 3);
        reach("/line", OUTCOME_FAILS, "/line does not run: its #! line names no interpreter");
}
END_TEST

START_TEST(what_may_not_be_looked_at)
{
        struct entry *e;

        small_world_file(&w, "/f", "MZ", 2)->readable = false;
        reach("/f", OUTCOME_UNKNOWN, "whether /f runs cannot be told: /f may not be read by this user");
        w.files[1].readable = true;
        e = small_world_entry(&w, "odd", small_magic("MZ"), "/usr/bin/qemu-arm", 0);
        e->pattern = pattern_unref(e->pattern);
        reach("/f", OUTCOME_UNKNOWN,
              "whether /f runs cannot be told: the text of the entry odd cannot be read, and it is asked "
              "first");
        assert_finding(0, SEVERITY_WARNING, "entry-unreadable", NULL);
}
END_TEST

int main(void) {
        const TTest *const tests[] = {
                a_program_of_this_machine,
                an_emulated_program_needs_its_loader_too,
                of_other_interpreters_no_loader_is_asked,
                without_an_instance,
                what_f_opened_and_cannot_be_seen,
                a_script_that_f_opened_is_looked_for_inside,
                addresses_are_mentioned_where_they_matter,
                setuid_needs_c_and_a_file_system_that_allows_it,
                what_cannot_be_opened,
                what_is_declared_and_not_in_the_kernel,
                ours_in_the_wrong_order_are_for_apply,
                scripts_are_never_setuid,
                an_unknown_machine_has_unknown_programs,
                who_asks_detectors_is_told,
                what_is_no_program,
                what_may_not_be_looked_at,
        };

        return small_world_run("verdict", set_up, tear_down, tests, ELEMENTSOF(tests));
}
