/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "model/health/owner.h"
#include "tests/test.h"

static const struct {
        const char *what;
        struct surroundings facts;
        enum instance_owner owner;
} cases[] = {
        { "the machine", { 0 }, INSTANCE_MACHINE },
        { "a chroot", { .chrooted = true }, INSTANCE_AROUND_CHROOT },
        { "a container that shares the user namespace", { .contained = true }, INSTANCE_AROUND_CONTAINER },
        { "a container with an instance of its own", { .contained = true, .nested = true }, INSTANCE_OWN },
        { "a container without one",
          { .contained = true, .nested = true, .inherited = true },
          INSTANCE_AROUND_NAMESPACE },
        { "a chroot in a container with an instance of its own",
          { .chrooted = true, .contained = true, .nested = true },
          INSTANCE_AROUND_CHROOT },
        { "a foreign chroot", { .emulated = true, .chrooted = true }, INSTANCE_AROUND_EMULATOR },
        { "a foreign container",
          { .emulated = true, .contained = true, .nested = true },
          INSTANCE_AROUND_EMULATOR },
};

START_TEST(the_owner_follows_from_what_stands_around)
{
        for (size_t i = 0; i < ELEMENTSOF(cases); i++)
                ck_assert_msg(instance_owner_find(&cases[i].facts) == cases[i].owner, "%s", cases[i].what);
}
END_TEST

START_TEST(every_machine_around_is_an_error_with_a_sentence_of_its_own)
{
        for (int owner = INSTANCE_MACHINE; owner <= INSTANCE_AROUND_NAMESPACE; owner++) {
                int r = instance_owner_error((enum instance_owner) owner);
                const char *hint = NULL, *sentence = instance_owner_sentence(r, &hint);

                ck_assert_int_eq(r < 0, instance_owner_is_around((enum instance_owner) owner));
                ck_assert_int_eq(r < 0, sentence != NULL);
                ck_assert_int_eq(r < 0, hint != NULL);
                for (int other = INSTANCE_MACHINE; sentence && other < owner; other++)
                        ck_assert_int_ne(r, instance_owner_error((enum instance_owner) other));
        }
}
END_TEST

START_TEST(other_errors_have_no_owner)
{
        const char *hint = "untouched";

        ck_assert_ptr_null(instance_owner_sentence(-ENOENT, &hint));
        ck_assert_ptr_null(instance_owner_sentence(-EMEDIUMTYPE, &hint));
        ck_assert_str_eq(hint, "untouched");
}
END_TEST

TEST_MAIN("owner", the_owner_follows_from_what_stands_around,
          every_machine_around_is_an_error_with_a_sentence_of_its_own, other_errors_have_no_owner)
