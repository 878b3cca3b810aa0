/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/doctor.h"
#include "tests/test.h"

#define MAX 700

static struct formats table;
static const struct interpreter *interpreters[MAX];
static struct interpreter fixed = { .registered = (char *) "/i", .kind = INTERPRETER_ELF_STATIC, .pin = 7 };
static struct machine_facts machine;
static struct host host;
static struct diagnostics findings;
static uint64_t serial;

static void setup(void) {
        formats_clear(&table);
        diagnostics_clear(&findings);
        serial = 0;
        machine = (struct machine_facts){ .instance = "/b", .module_known = true, .answers = true };
        host = (struct host){ .native = elf_machine_by_name("x86_64"),
                              .compat = elf_machine_by_name("i386") };
}

static struct format *add_pattern(const char *name, struct pattern *pattern, const char *interpreter,
                                  unsigned flags) {
        struct format *f;

        assert_ok(formats_obtain(&table, name, &f));
        assert_ok(entry_new(name, pattern, interpreter, flags, NULL, &f->have));
        f->serial = ++serial;
        return f;
}

static struct format *add(const char *name, const char *magic, const char *interpreter, unsigned flags) {
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;

        assert_ok(pattern_new_magic(0, (const uint8_t *) magic, NULL, strlen(magic), &p));
        return add_pattern(name, p, interpreter, flags);
}

static struct format *add_extension(const char *name, const char *extension) {
        _cleanup_(pattern_unrefp) struct pattern *p = NULL;

        assert_ok(pattern_new_extension(extension, &p));
        return add_pattern(name, p, "/i", 0);
}

static void declare(struct format *f, int priority) {
        static struct definition definitions[MAX];
        struct definition *d = &definitions[f->serial];

        *d = (struct definition){ .name = (char *) f->name,
                                  .priority = priority,
                                  .pattern = f->have->pattern };
        f->definition = d;
        f->have->ours = true;
}

static void judge(const struct interpreter *interpreter) {
        const struct doctor_facts c = { &machine, &host, &table, interpreters };

        for (size_t i = 0; i < table.n; i++)
                interpreters[i] = interpreter;
        diagnostics_clear(&findings);
        assert_ok(doctor_findings(&c, &findings));
}

static const struct diagnostic *find(const char *code) {
        for (size_t i = 0; i < findings.n; i++)
                if (streq(findings.items[i].code, code))
                        return &findings.items[i];
        return NULL;
}

/* The only finding. */
static void expect(enum severity severity, const char *code, const char *name, const char *hint,
                   const char *message) {
        const struct diagnostic *d = find(code);

        ck_assert_msg(findings.n == 1, "%zu findings, the first is %s", findings.n,
                      findings.n > 0 ? findings.items[0].code : "none");
        ck_assert_ptr_nonnull(d);
        ck_assert_str_eq(severity_name(d->severity), severity_name(severity));
        ck_assert_pstr_eq(d->name, name);
        ck_assert_pstr_eq(d->hint, hint);
        ck_assert_msg(strstr(d->message, message) != NULL, "%s", d->message);
}

START_TEST(a_healthy_machine_has_no_finding)
{
        setup();
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0);
        declare(add("a", "AAAA", "/i", ENTRY_FIX_BINARY), 0);
        formats_find(&table, "a")->have->pin = 7;
        add("b", "BBBB", "/i", 0);
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0);
}
END_TEST

START_TEST(an_instance_that_is_missing)
{
        setup();
        machine.why = "not mounted";
        machine.what_to_do = "mount it";
        machine.changes = 3;
        judge(&fixed);
        expect(SEVERITY_ERROR, "unavailable", NULL, "mount it", "/b: not mounted");
        machine.module_known = false;
        judge(&fixed);
        ck_assert_ptr_nonnull(find("no-module"));
        ck_assert_uint_eq(findings.n, 1);
        machine.module_there = true;
        judge(&fixed);
        expect(SEVERITY_ERROR, "module-not-loaded", NULL, "modprobe binfmt_misc", "not loaded");
}
END_TEST

START_TEST(an_instance_that_is_switched_off_or_a_containers)
{
        setup();
        machine.switched_off = true;
        judge(&fixed);
        expect(SEVERITY_ERROR, "switched-off", NULL, "echo 1 >/b/status", "switched off");
        machine.switched_off = false;
        machine.owner = INSTANCE_OWN;
        judge(&fixed);
        expect(SEVERITY_NOTE, "own-instance", NULL, NULL, "a table of its own");
        machine.owner = INSTANCE_AROUND_CHROOT;
        judge(&fixed);
        expect(SEVERITY_NOTE, "outside-instance", NULL, "for a table of your own: binfmtctl exec",
               "this is a chroot");
        machine.why = "not mounted";
        machine.changes = 3;
        machine.binfmt_support.active = true;
        judge(&fixed);
        expect(SEVERITY_NOTE, "outside-instance", NULL, "for a table of your own: binfmtctl exec",
               "left alone");
        ck_assert_uint_eq(findings.n, 1);
}
END_TEST

START_TEST(other_managers)
{
        setup();
        machine.systemd_binfmt = (struct unit_facts){ true, false, true };
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0); /* there is nothing of ours that it could remove */
        declare(add("a", "AAAA", "/i", 0), 0);
        judge(&fixed);
        expect(SEVERITY_WARNING, "systemd-binfmt", NULL, "systemctl enable --now binfmtd.service",
               "removes all entries");
        machine.binfmtd.enabled = true;
        judge(&fixed);
        expect(SEVERITY_WARNING, "systemd-binfmt", NULL, "systemctl mask systemd-binfmt.service", "active");
        machine.withheld = true;
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0);
        machine.binfmt_support = (struct unit_facts){ true, true, false };
        judge(&fixed);
        expect(SEVERITY_WARNING, "binfmt-support", NULL, "systemctl disable --now binfmt-support.service",
               "two managers");
        machine.binfmt_support = (struct unit_facts){ true, false, false };
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0);
        machine.answers = false;
        judge(&fixed);
        expect(SEVERITY_NOTE, "binfmtd-not-running", NULL, "systemctl enable --now binfmtd.service",
               "does not answer");
}
END_TEST

START_TEST(what_is_declared_and_does_not_stand_there)
{
        setup();
        machine.changes = 1;
        judge(&fixed);
        expect(SEVERITY_WARNING, "pending", NULL, "binfmtctl apply", "1 change would be made");
        machine.changes = 0;
        machine.mistakes = 2;
        judge(&fixed);
        expect(SEVERITY_WARNING, "definition-errors", NULL, "binfmtctl lint", "2 errors");
}
END_TEST

START_TEST(more_entries_than_is_good)
{
        char name[16];

        setup();
        for (unsigned i = 0; i <= DOCTOR_ENTRIES_MAX; i++) {
                if (i == DOCTOR_ENTRIES_MAX) {
                        judge(&fixed);
                        ck_assert_uint_eq(findings.n, 0);
                }
                snprintf(name, sizeof name, "e%04u", i);
                add(name, name, "/i", 0);
        }
        judge(&fixed);
        expect(SEVERITY_WARNING, "many-entries", NULL, "binfmtctl list", "501 entries");
}
END_TEST

START_TEST(foreign_credentials)
{
        struct format *f;

        setup();
        f = add("it's", "AAAA", "/i", ENTRY_CREDENTIALS | ENTRY_OPEN_BINARY);
        judge(&fixed);
        expect(SEVERITY_WARNING, "foreign-credentials", "it's", "echo -1 >'/b/it'\\''s'",
               "a way to become root");
        f->have->ours = true;
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0);
}
END_TEST

START_TEST(interpreters_that_do_not_serve)
{
        const struct interpreter gone = { .error = -ENOENT }, directory = { .error = -EACCES };
        const struct interpreter dynamic = { .kind = INTERPRETER_ELF_DYNAMIC, .needs = (char *) "/ld" };
        const struct interpreter script = { .kind = INTERPRETER_SCRIPT, .needs = (char *) "/bin/sh" };
        struct format *f;

        setup();
        f = add("a", "AAAA", "/i", 0);
        judge(&gone);
        expect(SEVERITY_ERROR, "interpreter-missing", "a", "echo -1 >/b/a", "/i is not there");
        judge(&directory);
        expect(SEVERITY_ERROR, "interpreter-missing", "a", "echo -1 >/b/a", "not an executable file");
        judge(&dynamic);
        ck_assert_uint_eq(findings.n, 0);
        f->have->flags = ENTRY_FIX_BINARY;
        judge(&gone);
        expect(SEVERITY_NOTE, "pinned-and-gone", "a", NULL, "the kernel holds it as it was");
        judge(&dynamic);
        expect(SEVERITY_WARNING, "dynamic-interpreter", "a",
               "use a statically linked interpreter, or leave FixBinary= away", "without /ld");
        judge(&script);
        expect(SEVERITY_WARNING, "dynamic-interpreter", "a",
               "use a statically linked interpreter, or leave FixBinary= away", "a script");
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 0);
        f->have->ours = true;
        f->have->pin = 8;
        judge(&fixed);
        expect(SEVERITY_WARNING, "stale-pin", "a", "binfmtctl apply", "was replaced since");
}
END_TEST

START_TEST(entries_that_endanger_the_machine)
{
        _cleanup_(pattern_unrefp) struct pattern *native = NULL;
        struct interpreter own = fixed;
        struct format *f;

        setup();
        assert_ok(elf_machine_pattern(host.native, &native));
        f = add_pattern("n", native, "/i", 0);
        judge(&fixed);
        expect(SEVERITY_ERROR, "host-architecture", "n", "echo -1 >/b/n", "");
        f->have->enabled = false;
        judge(&fixed);
        expect(SEVERITY_NOTE, "entry-off", "n", NULL, "switched off");

        setup();
        add("o", "OWN!", "/i", 0);
        memcpy(own.header, "OWN!", 4);
        judge(&own);
        expect(SEVERITY_ERROR, "own-interpreter", "o", "echo -1 >/b/o", "can never start");
}
END_TEST

START_TEST(entries_that_say_nothing)
{
        struct format *f;

        setup();
        add_extension("tar", "tar.gz");
        judge(&fixed);
        expect(SEVERITY_WARNING, "never-matches", "tar", "echo -1 >/b/tar", ".tar.gz has a dot itself");

        setup();
        f = add("opaque", "AAAA", "/i", 0);
        f->have->pattern = pattern_unref(f->have->pattern);
        judge(NULL);
        expect(SEVERITY_NOTE, "opaque-entry", "opaque", "echo -1 >/b/opaque", "unambiguously");
}
END_TEST

START_TEST(entries_of_known_others)
{
        const struct interpreter gone = { .error = -ENOENT };

        setup();
        add("WSLInterop-late", "MZ", "/init", ENTRY_FIX_BINARY);
        judge(&fixed);
        expect(SEVERITY_NOTE, "wsl-interop", "WSLInterop-late", NULL, "leave it as it is");

        setup();
        add("qemu-arm", "AAAA", "/usr/bin/qemu-arm", ENTRY_FIX_BINARY);
        judge(&fixed);
        expect(SEVERITY_NOTE, "docker-helper", "qemu-arm", "echo -1 >/b/qemu-arm", "gone after a reboot");
        judge(&gone);
        ck_assert_uint_eq(findings.n, 2);
        ck_assert_ptr_nonnull(find("pinned-and-gone"));
}
END_TEST

START_TEST(pairs_say_who_wins_and_why)
{
        struct format *wine, *ape;

        setup();
        wine = add("wine", "MZ", "/i", 0);
        ape = add("APE", "MZqFpD", "/i", 0);
        judge(&fixed);
        expect(SEVERITY_NOTE, "overlap", "wine", NULL,
               "APE takes some of the same files, and wins, as it was registered later");
        declare(wine, 0);
        declare(ape, 0);
        judge(&fixed);
        expect(SEVERITY_NOTE, "overlap", "wine", NULL, "its pattern is more specific");
        declare(ape, 5);
        judge(&fixed);
        expect(SEVERITY_NOTE, "overlap", "wine", NULL, "its Priority=5 is above 0");
        ape->serial = 0;
        judge(&fixed);
        expect(SEVERITY_WARNING, "wrong-order", "APE", "binfmtctl apply", "wine is asked before it");
        declare(wine, 9);
        judge(&fixed);
        expect(SEVERITY_WARNING, "shadowed", "APE", "binfmtctl show wine APE", "Priority=9 is above 5");
        wine->have->enabled = false;
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 1);
        ck_assert_ptr_nonnull(find("entry-off"));
}
END_TEST

START_TEST(the_topmost_shadows_all)
{
        setup();
        add("c", "MZ", "/i", 0);
        add("b", "MZ", "/i", 0);
        add("a", "MZ", "/i", 0);
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 2);
        for (size_t i = 0; i < 2; i++)
                ck_assert_str_eq(findings.items[i].message,
                                 "it is never asked: a takes all of its files, as it was registered later");
        add_extension("e", "mz");
        judge(&fixed);
        ck_assert_uint_eq(findings.n, 2);
}
END_TEST

TEST_MAIN("doctor", a_healthy_machine_has_no_finding, an_instance_that_is_missing,
          an_instance_that_is_switched_off_or_a_containers, other_managers,
          what_is_declared_and_does_not_stand_there, more_entries_than_is_good, foreign_credentials,
          interpreters_that_do_not_serve, entries_that_endanger_the_machine, entries_that_say_nothing,
          entries_of_known_others, pairs_say_who_wins_and_why, the_topmost_shadows_all)
