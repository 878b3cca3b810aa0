/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/reconcile.h"
#include "engine/read/switch.h"
#include "engine/system/file.h"
#include "tests/engine/tree.h"

static void assert_edit(const char *text, const char *name, const char *value, const char *expected) {
        struct text t = { 0 };
        _cleanup_free_ char *result = NULL;

        switch_edit(text, name, value, &t);
        result = text_take(&t);
        ck_assert_str_eq(result, expected);
}

START_TEST(an_edit_changes_one_key_and_leaves_all_else)
{
        assert_edit("[a]\nEnabled=no\n", "a", "yes", "[a]\nEnabled=yes\n");
        assert_edit("[a]\nEnabled=no\n", "b", "no", "[a]\nEnabled=no\n\n[b]\nEnabled=no\n");
        assert_edit("# mine\n[a]\n  Enabled = no\n# why\nPriority=3\n", "a", "yes",
                    "# mine\n[a]\nEnabled=yes\n# why\nPriority=3\n");
        assert_edit("[a]\nEnabled=no\nPriority=3\n[b]\nEnabled=no", "a", NULL,
                    "[a]\nPriority=3\n[b]\nEnabled=no");
        assert_edit("[a]\nEnabled=no\n[b]\nEnabled=no", "c", "no",
                    "[a]\nEnabled=no\n[b]\nEnabled=no\n\n[c]\nEnabled=no\n");
}
END_TEST

START_TEST(a_section_without_keys_goes)
{
        assert_edit("[a]\nEnabled=no\n\n[b]\nEnabled=no\n", "a", NULL, "\n[b]\nEnabled=no\n");
        assert_edit("[a]\nEnabled=no\n# of b\n[b]\nEnabled=no\n", "a", NULL, "# of b\n[b]\nEnabled=no\n");
        assert_edit("[a]\nEnabled=no\n", "a", NULL, "");
        assert_edit("", "a", NULL, "");
}
END_TEST

START_TEST(only_the_section_of_that_very_name_is_meant)
{
        assert_edit("[ab]\nEnabled=no\n[a]\nEnabled=no\n", "a", "yes",
                    "[ab]\nEnabled=no\n[a]\nEnabled=yes\n");
        assert_edit("[a]\nEnabled=no\nEnabledX=1\n[a]\nEnabled=no\n", "a", "yes",
                    "[a]\nEnabled=yes\nEnabledX=1\n[a]\nEnabled=no\n");
        assert_edit("#[a]\n", "a", NULL, "#[a]\n");
}
END_TEST

START_TEST(names_that_no_section_can_have_are_known)
{
        ck_assert(switch_can_name("qemu-arm"));
        ck_assert(switch_can_name("a b[c"));
        ck_assert(!switch_can_name(""));
        ck_assert(!switch_can_name("a]b"));
        ck_assert(!switch_can_name(" a"));
        ck_assert(!switch_can_name("a\t"));
        ck_assert(!switch_can_name("a\nb"));
}
END_TEST

/* The reader of drop-ins has to understand every file that was written. */
static bool is_enabled(const char *name, const char *wrong) {
        const struct options options = { .root = "root", .instance = "/" };
        _cleanup_(pass_clear) struct pass pass = { 0 };
        struct definition **all;
        size_t n;

        assert_ok(reconcile_read(&options, &pass));
        catalog_find(&pass.catalog, name, &all, &n);
        ck_assert_uint_eq(n, 1);
        ck_assert_msg(!all[0]->invalid && pass.diagnostics.n == 0, "%s: %s", wrong,
                      pass.diagnostics.n ? pass.diagnostics.items[0].message : "");
        return all[0]->enabled;
}

static int flip(const char *name, bool enabled, bool runtime) {
        const struct options options = { .root = "root", .instance = "/" };
        const struct switches switches = { &name, 1, enabled, runtime };
        _cleanup_(pass_clear) struct pass pass = { 0 };
        int r;

        assert_ok(reconcile_read(&options, &pass));
        r = switch_formats("root", &pass.catalog, &switches);
        if (r >= 0)
                ck_assert_int_eq(is_enabled(name, "after a switch"), enabled);
        return r;
}

static void begin(void) {
        tree_write("root/usr/lib/binfmtd/conf.d/a.conf", "[a]\nExtension=a\nInterpreter=/usr/bin/a\n"
                                                         "[off]\nExtension=off\nInterpreter=/usr/bin/a\n"
                                                         "Enabled=no\n");
}

START_TEST(what_is_switched_stays_so_and_is_taken_back_without_a_trace)
{
        begin();
        assert_ok(flip("a", false, false));
        ck_assert_int_eq(access("root" SWITCH_PATH_LASTING, F_OK), 0);
        ck_assert_int_eq(access("root" SWITCH_PATH_RUNTIME, F_OK), -1);
        assert_ok(flip("a", false, false));
        assert_ok(flip("off", true, false));
        assert_ok(flip("a", true, false));
        ck_assert(is_enabled("off", "another name"));
        assert_ok(flip("off", false, false));
        assert_ok(flip("off", true, false));
        assert_ok(flip("off", false, true));
        assert_ok(flip("off", true, true));
        ck_assert_int_eq(access("root" SWITCH_PATH_RUNTIME, F_OK), -1);
        tree_remove("root");
}
END_TEST

START_TEST(until_the_next_boot_counts_more_and_a_lasting_switch_takes_it_back)
{
        begin();
        assert_ok(flip("a", false, false));
        assert_ok(flip("a", true, true));
        ck_assert_int_eq(unlink("root" SWITCH_PATH_RUNTIME), 0);
        ck_assert(!is_enabled("a", "after the next boot"));
        assert_ok(flip("a", true, true));
        assert_ok(flip("a", false, false));
        ck_assert_int_eq(access("root" SWITCH_PATH_RUNTIME, F_OK), -1);
        tree_remove("root");
}
END_TEST

START_TEST(what_others_say_is_heard)
{
        begin();
        tree_write("root/etc/binfmtd/override.d/local.conf", "[a]\nEnabled=no\nPriority=5\n");
        tree_write("root" SWITCH_PATH_LASTING, "# mine\n[a]\nPriority=7\n");
        assert_ok(flip("a", true, false));
        assert_ok(flip("a", false, false));
        assert_ok(flip("a", true, true));
        assert_ok(flip("a", true, false));
        ck_assert_int_eq(unlink("root/etc/binfmtd/override.d/local.conf"), 0);
        assert_ok(flip("a", true, false));
        {
                _cleanup_(file_clear) struct file f = { 0 };

                assert_ok(file_read(AT_FDCWD, "root" SWITCH_PATH_LASTING, 1000, &f));
                ck_assert_str_eq(f.data, "# mine\n[a]\nPriority=7\n");
        }
        tree_remove("root");
}
END_TEST

START_TEST(what_cannot_be_written_changes_nothing)
{
        begin();
        tree_write("root/etc/binfmtd", "no directory");
        ck_assert_int_eq(flip("a", false, false), -ENOTDIR);
        tree_remove("root/etc");
        ck_assert(is_enabled("a", "after a failure"));
        ck_assert_int_eq(flip("no]name", false, false), -EINVAL);
        tree_remove("root");
}
END_TEST

/* A history of switches, against what was asked for last. */
START_TEST(the_last_word_counts_whatever_was_said_before)
{
        uint64_t seed = test_seed(), random = seed;
        bool lasting[2] = { true, false }, now[2] = { true, false };
        static const char *const names[] = { "a", "off" };

        begin();
        for (size_t round = test_rounds(500); round > 0; round--) {
                size_t i = test_below(&random, 2);
                bool enabled = test_below(&random, 2), runtime = test_below(&random, 2);

                assert_ok(flip(names[i], enabled, runtime));
                now[i] = enabled;
                if (!runtime)
                        lasting[i] = enabled;
                if (test_below(&random, 10) == 0) {
                        unlink("root" SWITCH_PATH_RUNTIME);
                        memcpy(now, lasting, sizeof now);
                }
                for (i = 0; i < 2; i++)
                        ck_assert_msg(is_enabled(names[i], "in a history") == now[i], "seed %#llx",
                                      (unsigned long long) seed);
        }
        tree_remove("root");
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "switch", an_edit_changes_one_key_and_leaves_all_else,
                a_section_without_keys_goes, only_the_section_of_that_very_name_is_meant,
                names_that_no_section_can_have_are_known,
                what_is_switched_stays_so_and_is_taken_back_without_a_trace,
                until_the_next_boot_counts_more_and_a_lasting_switch_takes_it_back, what_others_say_is_heard,
                what_cannot_be_written_changes_nothing, the_last_word_counts_whatever_was_said_before)
