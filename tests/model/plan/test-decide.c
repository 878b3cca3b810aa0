/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/plan/decide.h"
#include "tests/test.h"

#define F ENTRY_FIX_BINARY
#define O ENTRY_OPEN_BINARY

/* One format with all that belongs to it. */
struct fixture {
        struct definition *definition;
        struct interpreter interpreter;
        struct entry *have;
        struct host host;
        struct format format;
        struct diagnostics diagnostics;
};

static struct pattern *magic(const char *bytes) {
        struct pattern *p;

        assert_ok(pattern_new_magic(0, (const uint8_t *) bytes, NULL, strlen(bytes), &p));
        return p;
}

/* A definition "x" for "MAGIC" whose static interpreter is there, on an x86_64 host. */
static void set_up(struct fixture *x, unsigned flags) {
        *x = (struct fixture){
                .interpreter = { .path = (char *) "/i",
                                 .registered = (char *) "/root/i",
                                 .kind = INTERPRETER_ELF_STATIC,
                                 .header = "\177ELF\2\1\1",
                                 .pin = 42 },
                .host = { .native = elf_machine_by_name("x86_64"), .compat = elf_machine_by_name("i386") },
        };
        assert_ok(definition_new("x", SOURCE_BINFMTD, (struct location){ "f.conf", 3 }, &x->definition));
        x->definition->pattern = magic("MAGIC");
        x->definition->flags = flags;
        x->definition->set = FIELD_PATTERN | FIELD_INTERPRETER;
        assert_ok(definition_add_interpreter(x->definition, "/i"));
        x->format = (struct format){
                .name = "x",
                .definition = x->definition,
                .interpreter = &x->interpreter,
        };
}

/* An entry that is just what the definition wants. */
static void set_up_entry(struct fixture *x, bool ours) {
        assert_ok(entry_new("x", x->definition->pattern, "/root/i", x->definition->flags, NULL, &x->have));
        x->have->ours = ours;
        x->have->pin = x->definition->flags & F ? 42 : 0;
        x->format.have = x->have;
}

static void set_pattern(struct fixture *x, struct pattern *p) {
        pattern_unref(x->definition->pattern);
        x->definition->pattern = p;
}

static void judge(struct fixture *x, const char *missing) {
        assert_ok(decide_format(&x->format, &x->host, missing, &x->diagnostics));
}

static void clear(struct fixture *x) {
        definition_free(x->definition);
        entry_free(x->have);
        entry_free(x->format.want);
        free(x->format.reason);
        diagnostics_clear(&x->diagnostics);
}

static void assert_settled(const struct fixture *x, enum format_state state, bool wanted, bool keep,
                           const char *reason) {
        ck_assert_str_eq(format_state_name(x->format.state), format_state_name(state));
        ck_assert_msg(!x->format.want == !wanted, "want");
        ck_assert_msg(x->format.keep == keep, "keep");
        if (!reason)
                ck_assert_ptr_null(x->format.reason);
        else
                ck_assert_msg(x->format.reason && strstr(x->format.reason, reason), "\"%s\" lacks \"%s\"",
                              x->format.reason ? x->format.reason : "", reason);
}

static void assert_said(const struct fixture *x, enum severity severity, const char *code) {
        const struct diagnostic *d = x->diagnostics.items;

        ck_assert_uint_eq(x->diagnostics.n, 1);
        ck_assert_str_eq(d->code, code);
        ck_assert_str_eq(severity_name(d->severity), severity_name(severity));
        ck_assert_str_eq(d->name, "x");
        ck_assert_str_eq(d->file, "f.conf");
        ck_assert_uint_eq(d->line, 3);
        ck_assert_ptr_nonnull(d->hint);
}

START_TEST(what_is_wanted_is_composed_of_definition_and_interpreter)
{
        struct fixture x;

        set_up(&x, F | O);
        x.definition->extra_flags = strdup("T");
        judge(&x, NULL);
        assert_settled(&x, FORMAT_PENDING, true, false, NULL);
        ck_assert_str_eq(x.format.want->name, "x");
        ck_assert_str_eq(x.format.want->interpreter, "/root/i");
        ck_assert_str_eq(x.format.want->extra_flags, "T");
        ck_assert_ptr_eq(x.format.want->pattern, x.definition->pattern);
        ck_assert_uint_eq(x.format.want->flags, F | O);
        ck_assert_uint_eq(x.format.want->pin, 42);
        ck_assert_uint_eq(x.diagnostics.n, 0);
        clear(&x);
}
END_TEST

START_TEST(without_f_nothing_is_pinned)
{
        struct fixture x;

        set_up(&x, 0);
        judge(&x, NULL);
        ck_assert_uint_eq(x.format.want->pin, 0);
        clear(&x);
}
END_TEST

START_TEST(registered_is_what_stands_there_unchanged_marked_enabled_and_freshly_pinned)
{
        for (unsigned flags = 0; flags <= F; flags += F)
                for (int change = 0; change < 6; change++) {
                        struct fixture x;
                        bool same = change == 0 || (change == 3 && !flags);

                        set_up(&x, flags);
                        set_up_entry(&x, true);
                        x.have->ours = change != 1;
                        x.have->enabled = change != 2;
                        x.have->pin += change == 3;
                        x.have->flags ^= change == 4 ? O : 0;
                        x.have->interpreter[1] = change == 5 ? 'R' : 'r';
                        judge(&x, NULL);
                        assert_settled(&x, same ? FORMAT_REGISTERED : FORMAT_PENDING, true, false, NULL);
                        clear(&x);
                }
}
END_TEST

START_TEST(a_disabled_definition_wants_nothing_and_keeps_nothing)
{
        for (int entry = 0; entry < 3; entry++)
                for (int invalid = 0; invalid < 2; invalid++) {
                        struct fixture x;

                        set_up(&x, F);
                        if (entry > 0)
                                set_up_entry(&x, entry == 1);
                        x.definition->enabled = false;
                        x.definition->invalid = invalid;
                        x.interpreter.kind = INTERPRETER_ELF_DYNAMIC;
                        judge(&x, NULL);
                        assert_settled(&x, FORMAT_DISABLED, false, false, NULL);
                        ck_assert_uint_eq(x.diagnostics.n, 0);
                        clear(&x);
                }
}
END_TEST

START_TEST(an_invalid_definition_leaves_what_stands_there)
{
        struct fixture x;

        set_up(&x, 0);
        x.definition->invalid = true;
        judge(&x, NULL);
        assert_settled(&x, FORMAT_INVALID, false, false, "definition has errors");
        clear(&x);

        set_up(&x, 0);
        set_up_entry(&x, true);
        x.definition->invalid = true;
        set_pattern(&x, NULL);
        x.definition->mistake = strdup("Mask= is wrong");
        judge(&x, NULL);
        assert_settled(&x, FORMAT_STALE, false, true, "Mask= is wrong; ");
        ck_assert_uint_eq(x.diagnostics.n, 0);
        clear(&x);

        set_up(&x, 0);
        set_up_entry(&x, false);
        x.definition->invalid = true;
        judge(&x, NULL);
        assert_settled(&x, FORMAT_INVALID, false, true, "definition has errors");
        clear(&x);
}
END_TEST

START_TEST(a_missing_interpreter_makes_it_inactive)
{
        struct fixture x;

        set_up(&x, 0);
        x.format.interpreter = NULL;
        judge(&x, "/i is not there");
        assert_settled(&x, FORMAT_INACTIVE, false, false, "/i is not there");
        ck_assert_uint_eq(x.diagnostics.n, 0);
        clear(&x);

        set_up(&x, 0);
        x.format.interpreter = NULL;
        judge(&x, NULL);
        assert_settled(&x, FORMAT_INACTIVE, false, false, "none of its interpreters is there");
        clear(&x);
}
END_TEST

START_TEST(without_its_interpreter_an_entry_stays_if_it_works_or_is_not_ours)
{
        static const struct {
                unsigned flags;
                bool ours, changed, several, keep;
                enum format_state state;
        } cases[] = {
                { 0, true, false, false, false, FORMAT_INACTIVE },
                { 0, false, false, false, true, FORMAT_INACTIVE },
                { F, true, false, false, true, FORMAT_REGISTERED },
                { F, false, false, false, true, FORMAT_INACTIVE },
                { F, true, true, false, true, FORMAT_STALE },
                { 0, true, true, false, false, FORMAT_INACTIVE },
                { F, true, false, true, false, FORMAT_INACTIVE },
                { F, true, true, true, false, FORMAT_INACTIVE },
                { F, false, false, true, true, FORMAT_INACTIVE },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++) {
                struct fixture x;

                set_up(&x, cases[i].flags);
                set_up_entry(&x, cases[i].ours);
                if (cases[i].changed)
                        set_pattern(&x, magic("OTHER"));
                if (cases[i].several)
                        assert_ok(definition_add_interpreter(x.definition, "/another"));
                x.format.interpreter = NULL;
                judge(&x, "gone");
                assert_settled(&x, cases[i].state, false, cases[i].keep, "gone");
                clear(&x);
        }
}
END_TEST

START_TEST(the_hosts_own_programs_are_refused)
{
        struct fixture x;

        set_up(&x, 0);
        set_pattern(&x, magic("\177ELF"));
        memset(x.interpreter.header, 0, sizeof x.interpreter.header);
        judge(&x, NULL);
        assert_said(&x, SEVERITY_ERROR, "host-architecture");
        assert_settled(&x, FORMAT_REFUSED, false, false, x.diagnostics.items[0].message);
        ck_assert_ptr_nonnull(strstr(x.diagnostics.items[0].hint, "AllowNative=yes"));
        clear(&x);

        set_up(&x, 0);
        set_pattern(&x, magic("\177ELF"));
        memset(x.interpreter.header, 0, sizeof x.interpreter.header);
        x.definition->allow_native = true;
        judge(&x, NULL);
        assert_settled(&x, FORMAT_PENDING, true, false, NULL);
        ck_assert_uint_eq(x.diagnostics.n, 0);
        clear(&x);
}
END_TEST

/* Definitions for all machines are installed everywhere: that one of them is the host's is no mistake. */
START_TEST(a_machine_that_is_the_hosts_is_refused_with_a_note)
{
        for (int there = 0; there < 2; there++) {
                struct fixture x;

                set_up(&x, 0);
                set_pattern(&x, NULL);
                assert_ok(elf_machine_pattern(x.host.native, &x.definition->pattern));
                if (there)
                        x.definition->machine = strdup("x86_64");
                else
                        x.format.interpreter = NULL;
                judge(&x, NULL);
                assert_said(&x, SEVERITY_NOTE, "host-architecture");
                assert_settled(&x, FORMAT_REFUSED, false, false, "x86_64");
                clear(&x);
        }
}
END_TEST

START_TEST(its_own_interpreter_is_refused_even_with_allow_native)
{
        for (int allow = 0; allow < 2; allow++) {
                struct fixture x;

                set_up(&x, 0);
                x.definition->allow_native = allow;
                memcpy(x.interpreter.header, "MAGIC", 5);
                judge(&x, NULL);
                assert_said(&x, SEVERITY_ERROR, "own-interpreter");
                assert_settled(&x, FORMAT_REFUSED, false, false, "/i");
                clear(&x);
        }
}
END_TEST

START_TEST(no_remedy_is_offered_that_would_not_help)
{
        struct fixture x;

        set_up(&x, 0);
        set_pattern(&x, magic("\177ELF"));
        judge(&x, NULL);
        assert_said(&x, SEVERITY_ERROR, "host-architecture");
        ck_assert_ptr_nonnull(strstr(x.diagnostics.items[0].hint, "would not help"));
        clear(&x);
}
END_TEST

START_TEST(what_is_refused_leaves_our_entry_as_stale)
{
        for (int ours = 0; ours < 2; ours++) {
                struct fixture x;

                set_up(&x, 0);
                set_up_entry(&x, ours);
                memcpy(x.interpreter.header, "MAGIC", 5);
                judge(&x, NULL);
                assert_settled(&x, ours ? FORMAT_STALE : FORMAT_REFUSED, false, true, "/i");
                clear(&x);
        }
}
END_TEST

START_TEST(pinning_what_needs_other_files_is_doubtful)
{
        static const struct {
                enum interpreter_kind kind;
                const char *needs, *said;
        } cases[] = {
                { INTERPRETER_ELF_DYNAMIC, "/lib/ld.so", "/lib/ld.so" },
                { INTERPRETER_ELF_DYNAMIC, NULL, "libraries" },
                { INTERPRETER_SCRIPT, "/bin/sh", "script" },
                { INTERPRETER_ELF_STATIC, NULL, NULL },
                { INTERPRETER_OTHER, NULL, NULL },
        };

        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                for (unsigned flags = 0; flags <= F; flags += F) {
                        struct fixture x;

                        set_up(&x, flags);
                        x.interpreter.kind = cases[i].kind;
                        x.interpreter.needs = (char *) cases[i].needs;
                        judge(&x, NULL);
                        assert_settled(&x, FORMAT_PENDING, true, false, NULL);
                        if (flags && cases[i].said) {
                                assert_said(&x, SEVERITY_WARNING, "dynamic-interpreter");
                                ck_assert_ptr_nonnull(strstr(x.diagnostics.items[0].message, cases[i].said));
                        } else {
                                ck_assert_uint_eq(x.diagnostics.n, 0);
                        }
                        clear(&x);
                }
}
END_TEST

START_TEST(an_orphan_goes_if_it_is_ours_and_all_was_read)
{
        for (int ours = 0; ours < 2; ours++)
                for (int incomplete = 0; incomplete < 2; incomplete++) {
                        struct fixture x;

                        set_up(&x, 0);
                        set_up_entry(&x, ours);
                        x.format = (struct format){ .name = "x", .have = x.have };
                        assert_ok(decide_orphan(&x.format, incomplete));
                        if (!ours)
                                assert_settled(&x, FORMAT_FOREIGN, false, true, NULL);
                        else if (incomplete)
                                assert_settled(&x, FORMAT_STALE, false, true, "could not be read");
                        else
                                assert_settled(&x, FORMAT_PENDING, false, false, NULL);
                        clear(&x);
                }
}
END_TEST

TEST_MAIN("decide", what_is_wanted_is_composed_of_definition_and_interpreter, without_f_nothing_is_pinned,
          registered_is_what_stands_there_unchanged_marked_enabled_and_freshly_pinned,
          a_disabled_definition_wants_nothing_and_keeps_nothing,
          an_invalid_definition_leaves_what_stands_there, a_missing_interpreter_makes_it_inactive,
          without_its_interpreter_an_entry_stays_if_it_works_or_is_not_ours,
          the_hosts_own_programs_are_refused, a_machine_that_is_the_hosts_is_refused_with_a_note,
          its_own_interpreter_is_refused_even_with_allow_native, no_remedy_is_offered_that_would_not_help,
          what_is_refused_leaves_our_entry_as_stale, pinning_what_needs_other_files_is_doubtful,
          an_orphan_goes_if_it_is_ours_and_all_was_read)
