/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/sample.h"
#include "tests/model/health/samples.h"
#include "tests/test.h"

/* The whole of the platforms that container tools know; none may get lost. */
static const char *const platforms[] = {
        "linux/amd64",   "linux/386",   "linux/arm64",    "linux/arm/v7", "linux/riscv64",
        "linux/ppc64le", "linux/s390x", "linux/mips64le", "linux/mips64", "linux/loong64",
};

START_TEST(each_platform_has_a_program)
{
        for (size_t i = 0; i < ELEMENTSOF(platforms); i++) {
                const struct sample *p = sample_of_platform(platforms[i]);

                ck_assert_msg(p != NULL, "%s", platforms[i]);
                ck_assert_str_eq(p->platform, platforms[i]);
                ck_assert_ptr_nonnull(sample_machine(p));
                ck_assert_ptr_nonnull(sample_machine(p)->platform);
                ck_assert_str_eq(sample_machine(p)->platform, platforms[i]);
                ck_assert_uint_gt(p->n, 84);
                ck_assert_uint_lt(p->n, PATTERN_HEADER_SIZE);
        }
        ck_assert_ptr_null(sample_at(ELEMENTSOF(platforms)));
        ck_assert_ptr_null(sample_of_platform("linux/vax"));
}
END_TEST

/* By the pattern that we register, and by none of another machine. */
START_TEST(each_program_is_of_its_machine_alone)
{
        const struct sample *p;
        const struct elf_machine *m;

        for (size_t i = 0; (p = sample_at(i)); i++)
                for (size_t j = 0; (m = elf_machine_at(j)); j++) {
                        _cleanup_(pattern_unrefp) struct pattern *pattern = NULL;

                        assert_ok(elf_machine_pattern(m, &pattern));
                        ck_assert_msg(sample_matches(p, pattern) == (m == sample_machine(p)), "%s, %s",
                                      p->platform, m->name);
                }
}
END_TEST

START_TEST(no_extension_takes_a_program)
{
        _cleanup_(pattern_unrefp) struct pattern *extension = NULL;

        assert_ok(pattern_new_extension("amd64", &extension));
        ck_assert(!sample_matches(sample_of_platform("linux/amd64"), extension));
}
END_TEST

START_TEST(only_line_and_status_together_prove)
{
        const struct sample *p = sample_of_platform("linux/arm64");

        ck_assert(sample_ran(p, "linux/arm64\n", 12, 76));
        ck_assert(!sample_ran(p, "linux/arm64\n", 12, 0));
        ck_assert(!sample_ran(p, "linux/arm64", 11, 75));
        ck_assert(!sample_ran(p, "linux/arm64\n\n", 13, 77));
        ck_assert(!sample_ran(p, "linux/amd64\n", 12, 76));
        ck_assert(!sample_ran(p, "", 0, 76));
        /* what cat(1) as the interpreter gives */
        ck_assert(!sample_ran(p, (const char *) p->bytes, p->n, 0));
}
END_TEST

TEST_MAIN("sample", each_platform_has_a_program, each_program_is_of_its_machine_alone,
          no_extension_takes_a_program, only_line_and_status_together_prove)
