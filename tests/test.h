/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Included by every test program: check, the assertions that fit our conventions, and main().
 *
 *   START_TEST(name_of_what_holds) { … } END_TEST
 *   TEST_MAIN("pattern", name_of_what_holds, …)
 *
 * Seeds: test_seed() is BINFMTD_TEST_SEED or a fresh one; print it in the message of whatever fails. Rounds
 * of random tests come from test_rounds(), so that a valgrind run can ask for fewer by
 * BINFMTD_TEST_ROUNDS_DIVISOR. */

#include "model/base/macro.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* r is 0, or the test fails with the errno by name. */
#define assert_ok(expression)                                                                               \
        do {                                                                                                \
                int _r = (expression);                                                                      \
                ck_assert_msg(_r >= 0, "%s: %s", #expression, strerror(-_r));                               \
        } while (0)

static inline uint64_t test_seed(void) {
        const char *e = getenv("BINFMTD_TEST_SEED");
        struct timespec ts;

        if (e)
                return strtoull(e, NULL, 0);
        clock_gettime(CLOCK_REALTIME, &ts);
        return (uint64_t) ts.tv_sec * 1000000007u ^ (uint64_t) ts.tv_nsec ^ (uint64_t) getpid();
}

static inline size_t test_rounds(size_t n) {
        const char *e = getenv("BINFMTD_TEST_ROUNDS_DIVISOR");
        unsigned long divisor = e ? strtoul(e, NULL, 0) : 1;

        return divisor > 1 ? (n + divisor - 1) / divisor : n;
}

/* splitmix64: small, seedable, the same everywhere. */
static inline uint64_t test_random(uint64_t *state) {
        uint64_t z = (*state += 0x9e3779b97f4a7c15u);

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
}

static inline size_t test_below(uint64_t *state, size_t n) {
        return (size_t) (test_random(state) % n);
}

/* For a program that cannot run here at all: says so in TAP and ends. */
static inline _Noreturn void test_skip_all(const char *reason) {
        printf("1..0 # SKIP %s\n", reason);
        exit(EXIT_SUCCESS);
}

static inline int test_run(const char *suite_name, const TTest *const *tests, size_t n) {
        Suite *suite = suite_create(suite_name);
        SRunner *runner;

        /* What a group may write is not read: many users have 002. */
        umask(022);
        for (size_t i = 0; i < n; i++) {
                TCase *tc = tcase_create(tests[i]->name);

                tcase_set_timeout(tc, 600);
                tcase_add_test(tc, tests[i]);
                suite_add_tcase(suite, tc);
        }
        runner = srunner_create(suite);
        srunner_run_all(runner, getenv("CK_VERBOSITY") ? CK_ENV : CK_NORMAL);
        n = (size_t) srunner_ntests_failed(runner);
        srunner_free(runner);
        return n == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define TEST_MAIN_AFTER(setup, suite_name, ...)                                                             \
        int main(void) {                                                                                    \
                const TTest *const tests[] = { __VA_ARGS__ };                                               \
                                                                                                            \
                setup;                                                                                      \
                return test_run(suite_name, tests, ELEMENTSOF(tests));                                      \
        }

#define TEST_MAIN(suite_name, ...) TEST_MAIN_AFTER((void) 0, suite_name, __VA_ARGS__)
