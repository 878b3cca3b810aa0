/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/dry-run.h"
#include "tests/engine/tree.h"

static char *root;

static void rehearsed(const char *path, const char *text, struct pass *ret) {
        assert_ok(dry_run(root, path, text, strlen(text), ret));
}

static const struct definition *definition_of(const struct pass *pass, const char *name) {
        const struct format *f = formats_find(&pass->formats, name);

        return f ? f->definition : NULL;
}

/* Begins each test: a machine with one definition, and an override of it. */
static void furnish(void) {
        root = realpath(".", NULL);
        tree_remove("etc");
        tree_write("usr/lib/binfmtd/conf.d/a.conf", "[a]\nMagic=AAAA\nInterpreter=/i\nPriority=1\n");
        tree_write("etc/binfmtd/override.d/a.conf", "[a]\nPriority=2\n");
}

START_TEST(a_text_stands_in_for_the_file_that_is_there)
{
        _cleanup_(pass_clear) struct pass pass = { 0 };

        furnish();
        rehearsed("/etc/binfmtd/override.d/a.conf", "[a]\nPreserveArgv0=yes\n", &pass);
        ck_assert_uint_eq(pass.diagnostics.n, 0);
        ck_assert_int_eq(definition_of(&pass, "a")->priority, 1);
        ck_assert_uint_eq(definition_of(&pass, "a")->flags, ENTRY_PRESERVE_ARGV0);
        ck_assert_int_eq(access("etc/binfmtd/override.d/a.conf", F_OK), 0);
}
END_TEST

START_TEST(or_for_one_that_is_not_there_yet)
{
        _cleanup_(pass_clear) struct pass pass = { 0 };

        furnish();
        rehearsed("/etc/binfmtd/conf.d/b.conf", "[b]\nExtension=b\nInterpreter=/i\n", &pass);
        ck_assert_ptr_nonnull(definition_of(&pass, "a"));
        ck_assert_ptr_nonnull(definition_of(&pass, "b"));
        ck_assert_int_eq(access("etc/binfmtd/conf.d/b.conf", F_OK), -1);
}
END_TEST

START_TEST(it_takes_the_place_of_one_of_its_name_below)
{
        _cleanup_(pass_clear) struct pass pass = { 0 };

        furnish();
        rehearsed("/etc/binfmtd/conf.d/a.conf", "[b]\nExtension=b\nInterpreter=/i\n", &pass);
        ck_assert_ptr_null(definition_of(&pass, "a"));
        ck_assert_ptr_nonnull(definition_of(&pass, "b"));
}
END_TEST

START_TEST(it_is_applied_in_its_turn)
{
        _cleanup_(pass_clear) struct pass first = { 0 }, last = { 0 }, runtime = { 0 };

        furnish();
        tree_write("etc/binfmtd/override.d/m.conf", "[a]\nPriority=5\n");
        rehearsed("/etc/binfmtd/override.d/a.conf", "[a]\nPriority=7\n", &first);
        ck_assert_int_eq(definition_of(&first, "a")->priority, 5);
        rehearsed("/etc/binfmtd/override.d/z.conf", "[a]\nPriority=7\n", &last);
        ck_assert_int_eq(definition_of(&last, "a")->priority, 7);
        rehearsed("/run/binfmtd/override.d/a.conf", "[a]\nPriority=8\n", &runtime);
        ck_assert_int_eq(definition_of(&runtime, "a")->priority, 8);
}
END_TEST

START_TEST(mistakes_are_told_of_the_text_and_not_of_the_file)
{
        _cleanup_(pass_clear) struct pass pass = { 0 };
        _cleanup_free_ char *shown = NULL;

        furnish();
        tree_write("etc/binfmtd/override.d/a.conf", "[a]\nPriority=nonsense\nNonsense=1\n");
        ck_assert_int_gt(asprintf(&shown, "%s/etc/binfmtd/override.d/a.conf", root), 0);
        rehearsed("/etc/binfmtd/override.d/a.conf", "[a]\nPriority=3\n\nEnabled=maybe\n", &pass);
        ck_assert_uint_eq(pass.diagnostics.n, 1);
        ck_assert_str_eq(pass.diagnostics.items[0].code, "boolean");
        ck_assert_str_eq(pass.diagnostics.items[0].file, shown);
        ck_assert_uint_eq(pass.diagnostics.items[0].line, 4);
}
END_TEST

START_TEST(a_mistake_may_show_only_in_the_whole)
{
        _cleanup_(pass_clear) struct pass pass = { 0 };

        furnish();
        rehearsed("/etc/binfmtd/override.d/a.conf", "[a]\nInterpreter=i\nCredentials=yes\n", &pass);
        ck_assert_ptr_nonnull(diagnostics_find(&pass.diagnostics, SEVERITY_ERROR, "a"));
}
END_TEST

START_TEST(other_places_are_not_for_such_texts)
{
        static const char *const paths[] = { "/etc/passwd", "/etc/binfmt.d/a.conf", "/etc/binfmtd/conf.d/a",
                                             "/var/lib/binfmts/a", "a.conf" };

        furnish();
        for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
                _cleanup_(pass_clear) struct pass pass = { 0 };

                ck_assert_int_eq(dry_run(root, paths[i], "", 0, &pass), -EINVAL);
        }
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "rehearse", a_text_stands_in_for_the_file_that_is_there,
                or_for_one_that_is_not_there_yet, it_takes_the_place_of_one_of_its_name_below,
                it_is_applied_in_its_turn, mistakes_are_told_of_the_text_and_not_of_the_file,
                a_mistake_may_show_only_in_the_whole, other_places_are_not_for_such_texts)
