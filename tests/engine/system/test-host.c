/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/probe.h"
#include "tests/test.h"

#include <sys/personality.h>
#include <sys/utsname.h>

static void assert_same(const struct host *a, const struct host *b) {
        ck_assert_ptr_eq(a->native, b->native);
        ck_assert_ptr_eq(a->compat, b->compat);
        ck_assert_uint_eq(a->n_samples, b->n_samples);
        ck_assert_int_eq(memcmp(a->samples, b->samples, sizeof a->samples), 0);
}

/* This very program runs, so its machine is one of those. */
START_TEST(what_executes_is_of_the_host)
{
        struct host host;

        host_probe(&host);
        ck_assert_uint_ge(host.n_samples, 1);
        ck_assert_ptr_nonnull(host.native);
        ck_assert(elf_machine_of(host.samples[0]) == host.native ||
                  elf_machine_of(host.samples[0]) == host.compat);
}
END_TEST

/* As in `linux32 binfmtctl apply`. */
START_TEST(a_personality_does_not_change_it)
{
        struct utsname before, after;
        struct host plain, host;

        host_probe(&plain);
        ck_assert_int_eq(uname(&before), 0);
        if (personality(PER_LINUX32) < 0)
                return; /* this kernel has none */
        ck_assert_int_eq(uname(&after), 0);
        host_probe(&host);
        ck_assert_int_eq(personality(0xffffffff), PER_LINUX32);
        ck_assert_int_ge(personality(PER_LINUX), 0);
        if (plain.native && streq(plain.native->name, "x86_64"))
                ck_assert_str_ne(before.machine, after.machine);
        assert_same(&plain, &host);
}
END_TEST

TEST_MAIN("host", what_executes_is_of_the_host, a_personality_does_not_change_it)
