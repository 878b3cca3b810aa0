/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The definitions that we ship, as our own readers and rules see them. */

#include "engine/read/sources.h"
#include "model/plan/guard.h"
#include "model/plan/validate.h"
#include "tests/model/format/resolve.h"
#include "tests/test.h"

struct shipped {
        struct catalog catalog;
        struct diagnostics diagnostics;
};

static void shipped_clear(struct shipped *s) {
        catalog_clear(&s->catalog);
        diagnostics_clear(&s->diagnostics);
}

static struct shipped shipped_read(const char *folder) {
        _cleanup_free_ char *path = NULL;
        const char *srcdir = getenv("srcdir");
        struct shipped s = { 0 };
        struct definition *d;

        ck_assert_int_gt(asprintf(&path, "%s/%s", srcdir ? srcdir : ".", folder), 0);
        assert_ok(sources_read_path(path, SOURCE_BINFMTD, &s.catalog, &s.diagnostics));
        assert_ok(catalog_resolve(&s.catalog, &s.diagnostics));
        for (size_t i = 0; (d = catalog_next(&s.catalog, &i));)
                assert_ok(validate_definition(d, &s.diagnostics));
        return s;
}

static struct definition *find(struct shipped *s, const char *name) {
        struct definition **found;
        size_t n;

        catalog_find(&s->catalog, name, &found, &n);
        ck_assert_msg(n == 1, "%s stands %zu times", name, n);
        return found[0];
}

START_TEST(none_has_an_error_or_a_warning)
{
        _cleanup_(shipped_clear) struct shipped s = shipped_read("conf.d");
        const struct diagnostic *d = diagnostics_find(&s.diagnostics, SEVERITY_WARNING, NULL);

        ck_assert_msg(!d, "%s:%u: %s", d ? d->file : "", d ? d->line : 0, d ? d->message : "");
        ck_assert_uint_gt(s.catalog.n, 40);
}
END_TEST

START_TEST(every_machine_of_qemu_has_a_definition_with_its_pattern)
{
        _cleanup_(shipped_clear) struct shipped s = shipped_read("conf.d");
        const struct elf_machine *m;

        for (size_t i = 0; (m = elf_machine_at(i)); i++) {
                _cleanup_(pattern_unrefp) struct pattern *p = NULL;
                char name[64];

                snprintf(name, sizeof name, "qemu-%s", m->name);
                assert_ok(elf_machine_pattern(m, &p));
                ck_assert_msg(pattern_equal(find(&s, name)->pattern, p), "%s", name);
                ck_assert(find(&s, name)->flags & ENTRY_FIX_BINARY);
        }
}
END_TEST

START_TEST(no_two_have_the_same_pattern)
{
        _cleanup_(shipped_clear) struct shipped s = shipped_read("conf.d");

        for (size_t i = 0; i < s.catalog.n; i++)
                for (size_t j = 0; j < i; j++)
                        ck_assert_msg(!pattern_equal(s.catalog.definitions[i]->pattern,
                                                     s.catalog.definitions[j]->pattern),
                                      "%s and %s", s.catalog.definitions[i]->name,
                                      s.catalog.definitions[j]->name);
}
END_TEST

START_TEST(java_classes_are_told_from_mach_o)
{
        _cleanup_(shipped_clear) struct shipped s = shipped_read("conf.d");
        uint8_t header[PATTERN_HEADER_SIZE] = { 0xca, 0xfe, 0xba, 0xbe };

        for (unsigned major = 45; major <= 90; major++) {
                header[7] = (uint8_t) major;
                ck_assert_msg(pattern_matches(find(&s, "java-class")->pattern, header, "X.class") ||
                                              pattern_matches(find(&s, "java-class-19")->pattern, header,
                                                              "X.class"),
                              "major %u", major);
        }
        for (unsigned n_arch = 1; n_arch < 32; n_arch++) {
                header[7] = (uint8_t) n_arch;
                ck_assert(!pattern_matches(find(&s, "java-class")->pattern, header, "X"));
                ck_assert(!pattern_matches(find(&s, "java-class-19")->pattern, header, "X"));
        }
}
END_TEST

START_TEST(guard_of_an_x86_host_refuses_its_own_machines_and_nothing_else)
{
        _cleanup_(shipped_clear) struct shipped s = shipped_read("conf.d");
        struct host host = { .native = elf_machine_by_name("x86_64"),
                             .compat = elf_machine_by_name("i386") };
        struct definition *d;

        for (size_t i = 0; (d = catalog_next(&s.catalog, &i));) {
                _cleanup_free_ char *why = NULL;
                const char *hint = NULL;
                bool own = d->machine && (streq(d->machine, "x86_64") || streq(d->machine, "i386") ||
                                          streq(d->machine, "i486"));

                assert_ok(guard_host(d->pattern, &host, &why, &hint));
                ck_assert_msg(!why == !own, "%s: %s", d->name, why ? why : "not refused");
        }
}
END_TEST

START_TEST(examples_are_sound_too)
{
        _cleanup_(shipped_clear) struct shipped s = shipped_read("conf.d/examples");

        ck_assert_uint_gt(s.catalog.n, 0);
        ck_assert_ptr_null(diagnostics_find(&s.diagnostics, SEVERITY_ERROR, NULL));
}
END_TEST

TEST_MAIN("conf-d", none_has_an_error_or_a_warning, every_machine_of_qemu_has_a_definition_with_its_pattern,
          no_two_have_the_same_pattern, java_classes_are_told_from_mach_o,
          guard_of_an_x86_host_refuses_its_own_machines_and_nothing_else, examples_are_sound_too)
