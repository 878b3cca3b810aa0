/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* tests/ctl/verbs/test-explain.sh shows that lint accepts each suggestion. */

#include "model/explain/explain.h"
#include "model/explain/suggestion.h"
#include "tests/model/small-world.h"
#include "tests/test.h"

static struct small_world w;
static struct text text;

static void set_up(void) {
        small_world_init(&w);
}

static void tear_down(void) {
        text_clear(&text);
        small_world_clear(&w);
}

static bool proposes(const struct program *p, const char *path) {
        const char *why = NULL;
        bool r;

        text_clear(&text);
        r = suggestion_append(p, path, &w.host, &text, &why);
        ck_assert_int_eq(r, why == NULL);
        return r;
}

static bool says(const char *line) {
        return strstr(text.data, line) != NULL;
}

START_TEST(a_known_machine_is_named)
{
        ck_assert(proposes(small_world_elf(&w, "/f", "s390x", NULL), "/f"));
        ck_assert(says("[qemu-s390x]\n") && says("\nMachine=s390x\n") && says("\nPlatform=linux/s390x\n"));
        ck_assert(!proposes(small_world_elf(&w, "/g", "x86_64", NULL), "/g"));
        ck_assert(!proposes(small_world_elf(&w, "/h", "i386", NULL), "/h"));
}
END_TEST

START_TEST(an_unknown_machine_is_told_by_its_number)
{
        struct program *p = small_world_elf(&w, "/f", "s390x", NULL);

        p->header[16] = 0;
        p->header[17] = 3;
        p->header[18] = 0x12;
        p->header[19] = 0x34;
        ck_assert(proposes(p, "/f"));
        ck_assert(says("[elf-machine-4660]\n"));
        ck_assert(says("\\x00\\x02\\x124\n"));
        ck_assert(says("\\xff\\xfe\\xff\\xff\n"));
}
END_TEST

START_TEST(what_is_told_by_its_name_only_gets_its_extension)
{
        ck_assert(proposes(small_world_file(&w, "/a", "hello\n", 6), "/dir.d/notes.my-text"));
        ck_assert(says("[my-text]\n") && says("\nExtension=my-text\n"));
        ck_assert(!proposes(&w.files[0], "/dir.d/notes"));
        ck_assert(!proposes(&w.files[0], "/.hidden"));
        ck_assert(!proposes(&w.files[0], "/x.odd extension"));
        ck_assert(!proposes(small_world_file(&w, "/b", "#!/bin/sh\n", 10), "/b.sh"));
        ck_assert(proposes(small_world_file(&w, "/c", "PK\3\4\0", 5), "/c.jar"));
        ck_assert(says("\nExtension=jar\n"));
        ck_assert(proposes(small_world_file(&w, "/d", "\1\2\0\4", 4), "/d.dat"));
        ck_assert(says("\nMagic=\\x01\\x02\\x00\\x04\n"));
        ck_assert(!proposes(small_world_file(&w, "/e", "\1", 1), "/e"));
}
END_TEST

int main(void) {
        const TTest *const tests[] = {
                a_known_machine_is_named,
                an_unknown_machine_is_told_by_its_number,
                what_is_told_by_its_name_only_gets_its_extension,
        };

        return small_world_run("propose", set_up, tear_down, tests, ELEMENTSOF(tests));
}
