/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The whole pass, from files below a root to the real kernel's table in a private instance. */

#include "engine/pass/reconcile.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

static char root[] = "/tmp/test-reconcile-XXXXXX";

static void shell(const char *format, ...) _printf_(1, 2);

static void shell(const char *format, ...) {
        _cleanup_free_ char *command = NULL;
        va_list ap;

        va_start(ap, format);
        ck_assert_int_gt(vasprintf(&command, format, ap), 0);
        va_end(ap);
        ck_assert_msg(system(command) == 0, "%s", command);
}

static void put(const char *name, const char *content) {
        _cleanup_free_ char *path = NULL;
        FILE *f;

        ck_assert_int_gt(asprintf(&path, "%s/%s", root, name), 0);
        shell("mkdir -p \"$(dirname '%s')\"", path);
        f = fopen(path, "we");
        ck_assert_ptr_nonnull(f);
        ck_assert_int_ge(fputs(content, f), 0);
        ck_assert_int_eq(fclose(f), 0);
}

/* A static program, so that F warns of nothing: what it does when run does not matter here. */
static void put_interpreter(const char *name) {
        shell("mkdir -p '%s/bin' && cp /bin/true '%s/bin/.new' && chmod 755 '%s/bin/.new' && mv "
              "'%s/bin/.new' '%s/bin/%s'",
              root, root, root, root, root, name);
}

static void begin(void) {
        ck_assert_ptr_nonnull(mkdtemp(root));
        test_instance_clear();
        put_interpreter("a");
        put_interpreter("b");
}

static void end(void) {
        shell("rm -rf '%s'", root);
        test_instance_clear();
}

/* One pass; the report is the caller's. */
static void run_pass(struct pass *pass) {
        _cleanup_(table_freep) struct table *k = NULL;
        const struct options options = { .root = root, .instance = TEST_INSTANCE };

        *pass = (struct pass){ 0 };
        assert_ok(table_open(TEST_INSTANCE, &k));
        assert_ok(reconcile_plan(&options, k, pass));
        assert_ok(apply_plan(k, &pass->plan, &pass->result));
}

static size_t pass_writes(void) {
        _cleanup_(pass_clear) struct pass pass;

        run_pass(&pass);
        ck_assert_uint_eq(pass.result.failed, 0);
        return pass.result.writes;
}

static enum format_state state_of(const char *name, char **ret_reason) {
        _cleanup_(pass_clear) struct pass pass;
        const struct format *f;

        run_pass(&pass);
        f = formats_find(&pass.formats, name);
        ck_assert_ptr_nonnull(f);
        if (ret_reason)
                *ret_reason = f->reason ? strdup(f->reason) : NULL;
        return f->state;
}

/* The entry's text as the kernel prints it, or "" if there is none. */
static const char *entry_text(const char *name) {
        static char buf[4096];
        char path[256];
        ssize_t n;
        int fd;

        snprintf(path, sizeof path, TEST_INSTANCE "/%s", name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
                return "";
        n = read(fd, buf, sizeof buf - 1);
        close(fd);
        ck_assert_int_ge(n, 0);
        buf[n] = '\0';
        return buf;
}

static bool is_registered(const char *name) {
        return *entry_text(name) != '\0';
}

/* The order of the table, newest first, as one string. */
static const char *table(void) {
        static char buf[4096];
        _cleanup_(table_freep) struct table *k = NULL;
        struct entry **entries;
        size_t n, length = 0;

        assert_ok(table_open(TEST_INSTANCE, &k));
        assert_ok(k->ops->read(k, &entries, &n));
        buf[0] = '\0';
        for (size_t i = 0; i < n; i++)
                length += (size_t) snprintf(buf + length, sizeof buf - length, "%s%s", i > 0 ? " " : "",
                                            entries[i]->name);
        entries_free(entries, n);
        return buf;
}

#define A "Interpreter=/bin/a\n"
#define B "Interpreter=/bin/b\n"

START_TEST(definitions_of_every_source_are_registered_and_each_name_once)
{
        begin();
        put("usr/lib/binfmtd/conf.d/one.conf", "[one]\nMagic=ONE!\n" A);
        put("usr/lib/binfmt.d/one.conf", ":one:M::ELSE::/bin/b:\n:two:M::TWO!::/bin/b:P\n");
        put("usr/share/binfmts/one", "package x\ninterpreter /bin/b\nmagic ELSE\n");
        put("usr/share/binfmts/three", "package x\ninterpreter /bin/b\nextension three\n");
        put("var/lib/binfmts/four", "x\nmagic\n0\nFOUR\n\n/bin/b\n\nno\nno\nno\n");

        ck_assert_uint_eq(pass_writes(), 4);
        ck_assert_ptr_nonnull(strstr(entry_text("one"), "magic 4f4e4521"));
        ck_assert_ptr_nonnull(strstr(entry_text("two"), "flags: P"));
        ck_assert_ptr_nonnull(strstr(entry_text("three"), "extension .three"));
        ck_assert_ptr_nonnull(strstr(entry_text("four"), "magic 464f5552"));
        end();
}
END_TEST

START_TEST(second_pass_writes_nothing)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\nFixBinary=yes\n" A "[two]\nExtension=two\n" B);
        ck_assert_uint_eq(pass_writes(), 2);
        ck_assert_uint_eq(pass_writes(), 0);
        ck_assert_uint_eq(pass_writes(), 0);
        end();
}
END_TEST

START_TEST(most_specific_pattern_stands_on_top_however_the_files_are_named)
{
        begin();
        put("etc/binfmtd/conf.d/a.conf", "[ape]\nMagic=MZqFpD\n" A);
        put("etc/binfmtd/conf.d/z.conf", "[wine]\nMagic=MZ\n" B "[ext]\nExtension=exe\n" B);
        pass_writes();
        ck_assert_str_eq(table(), "ape wine ext");

        put("etc/binfmtd/conf.d/z.conf",
            "[wine]\nMagic=MZ\nPreserveArgv0=yes\n" B "[ext]\nExtension=exe\n" B);
        ck_assert_uint_eq(pass_writes(), 8);
        ck_assert_str_eq(table(), "ape wine ext");
        end();
}
END_TEST

START_TEST(override_disables_and_enables_again)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A);
        pass_writes();
        put("etc/binfmtd/override.d/o.conf", "[one]\nEnabled=no\n");
        ck_assert_int_eq(state_of("one", NULL), FORMAT_DISABLED);
        ck_assert(!is_registered("one"));
        put("run/binfmtd/override.d/o.conf", "[one]\nEnabled=yes\n");
        ck_assert_int_eq(state_of("one", NULL), FORMAT_REGISTERED);
        ck_assert(is_registered("one"));
        end();
}
END_TEST

START_TEST(bad_edit_leaves_the_working_entry_and_says_stale)
{
        static const char *const bad[] = {
                "[one]\nMagic=\\x4\n" A,
                "[one]\nMagic=ONE!\nMask=\\xff\n" A,
                "[one]\nMagic=ONE!\n",
                "[one]\n",
                "[one]\nMagic=ONE!\nInterpreter=\n",
        };

        begin();
        for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
                _cleanup_free_ char *reason = NULL;

                put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A);
                pass_writes();
                put("etc/binfmtd/conf.d/x.conf", bad[i]);
                ck_assert_uint_eq(pass_writes(), 0);
                ck_assert_msg(state_of("one", &reason) == FORMAT_STALE, "%s", bad[i]);
                ck_assert_ptr_nonnull(reason);
                ck_assert_ptr_nonnull(strstr(entry_text("one"), "magic 4f4e4521"));
        }
        end();
}
END_TEST

START_TEST(mistaken_override_neither_switches_on_nor_takes_away)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A "[two]\nMagic=TWO!\n" A);
        put("etc/binfmtd/override.d/o.conf", "[one]\nEnabled=no\n");
        pass_writes();
        ck_assert_str_eq(table(), "two");
        put("etc/binfmtd/override.d/o.conf", "[one]\nEnabled=no\nPriority=high\n[two]\nPriority=high\n");
        ck_assert_uint_eq(pass_writes(), 0);
        ck_assert_str_eq(table(), "two");
        ck_assert_int_eq(state_of("two", NULL), FORMAT_STALE);
        end();
}
END_TEST

START_TEST(file_cut_anywhere_takes_nothing_away)
{
        static const char text[] = "[one]\nMagic=ONE!\nInterpreter=/bin/a\n";
        char cut[sizeof text];

        begin();
        for (size_t n = 1; n < sizeof text - 1; n++) {
                put("etc/binfmtd/conf.d/x.conf", text);
                pass_writes();
                memcpy(cut, text, n);
                cut[n] = '\0';
                /* from "Interpreter=/" on it is a sound definition, of a program that is not there */
                if (strstr(cut, "Interpreter=/") && n < sizeof text - 2)
                        continue;
                put("etc/binfmtd/conf.d/x.conf", cut);
                pass_writes();
                ck_assert_msg(is_registered("one"), "cut to %zu bytes: %s", n, cut);
        }
        put("etc/binfmtd/conf.d/x.conf", "this is no drop-in at all");
        pass_writes();
        ck_assert(is_registered("one"));
        end();
}
END_TEST

START_TEST(file_that_cannot_be_read_removes_nothing)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A);
        pass_writes();
        shell("cd '%s/etc/binfmtd/conf.d' && rm x.conf && mkdir x.conf", root);
        ck_assert_uint_eq(pass_writes(), 0);
        ck_assert_int_eq(state_of("one", NULL), FORMAT_STALE);

        shell("cd '%s/etc/binfmtd/conf.d' && rmdir x.conf", root);
        ck_assert_uint_eq(pass_writes(), 1);
        ck_assert(!is_registered("one"));
        end();
}
END_TEST

START_TEST(file_that_others_may_write_is_not_used)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A);
        shell("chmod 666 '%s/etc/binfmtd/conf.d/x.conf'", root);
        ck_assert_uint_eq(pass_writes(), 0);
        shell("chmod 644 '%s/etc/binfmtd/conf.d/x.conf'", root);
        ck_assert_uint_eq(pass_writes(), 1);
        end();
}
END_TEST

START_TEST(interpreter_that_was_replaced_is_pinned_anew_once)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\nFixBinary=yes\n" A);
        pass_writes();
        put_interpreter("a");
        ck_assert_uint_eq(pass_writes(), 4);
        ck_assert_uint_eq(pass_writes(), 0);
        end();
}
END_TEST

START_TEST(interpreter_that_is_gone_stays_pinned_under_f_and_is_removed_without)
{
        _cleanup_free_ char *reason = NULL;

        begin();
        put("etc/binfmtd/conf.d/x.conf", "[fixed]\nMagic=FIX!\nFixBinary=yes\n" A "[plain]\nMagic=PLN!\n" A);
        pass_writes();
        shell("rm '%s/bin/a'", root);
        ck_assert_int_eq(state_of("fixed", &reason), FORMAT_REGISTERED);
        ck_assert_ptr_nonnull(reason);
        ck_assert(is_registered("fixed"));
        ck_assert_int_eq(state_of("plain", NULL), FORMAT_INACTIVE);
        ck_assert(!is_registered("plain"));

        put_interpreter("a");
        pass_writes();
        ck_assert_str_eq(table(), "fixed plain");
        ck_assert_uint_eq(pass_writes(), 0);
        end();
}
END_TEST

START_TEST(first_interpreter_that_is_there_is_taken)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\nInterpreter=/bin/missing\n" B A);
        pass_writes();
        ck_assert_ptr_nonnull(strstr(entry_text("one"), "/bin/b\n"));
        end();
}
END_TEST

START_TEST(of_equal_patterns_one_is_registered_and_the_other_takes_over)
{
        begin();
        put("etc/binfmtd/conf.d/a.conf", "[first]\nMagic=SAME\nPriority=1\n" A);
        put("etc/binfmtd/conf.d/b.conf", "[second]\nMagic=SAME\nMask=\\xff\\xff\\xff\\xff\n" B);
        pass_writes();
        ck_assert_str_eq(table(), "first");
        ck_assert_int_eq(state_of("second", NULL), FORMAT_SHADOWED);

        shell("rm '%s/etc/binfmtd/conf.d/a.conf'", root);
        pass_writes();
        ck_assert_str_eq(table(), "second");
        end();
}
END_TEST

START_TEST(foreign_entries_stay_and_a_definition_of_the_same_name_takes_over)
{
        static const char foreign[] = ":foreign:M::MINE::/init:P", same[] = ":one:M::OTHER::/bin/other:";
        _cleanup_free_ char *text = NULL;

        begin();
        assert_ok(test_instance_register(foreign, strlen(foreign)));
        assert_ok(test_instance_register(same, strlen(same)));
        text = strdup(entry_text("foreign"));
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A "[two]\nMagic=TWO!\n" A);

        ck_assert_uint_eq(pass_writes(), 5);
        ck_assert_str_eq(table(), "one two foreign");
        ck_assert_str_eq(entry_text("foreign"), text);
        ck_assert_ptr_nonnull(strstr(entry_text("one"), "magic 4f4e4521"));
        ck_assert_int_eq(state_of("foreign", NULL), FORMAT_FOREIGN);

        shell("rm '%s/etc/binfmtd/conf.d/x.conf'", root);
        pass_writes();
        ck_assert_str_eq(table(), "foreign");
        ck_assert_str_eq(entry_text("foreign"), text);
        end();
}
END_TEST

START_TEST(entry_that_somebody_switched_off_is_switched_on_in_its_place)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A "[two]\nMagic=TWO!\n" A);
        pass_writes();
        ck_assert_str_eq(table(), "one two");
        assert_ok(test_instance_write("two", "0", 1));
        ck_assert_uint_eq(pass_writes(), 1);
        ck_assert_str_eq(table(), "one two");
        ck_assert(strncmp(entry_text("two"), "enabled", 7) == 0);
        end();
}
END_TEST

START_TEST(flushed_table_comes_back)
{
        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A "[two]\nMagic=TWO!\n" A);
        pass_writes();
        test_instance_clear();
        ck_assert_uint_eq(pass_writes(), 2);
        ck_assert_str_eq(table(), "one two");
        end();
}
END_TEST

START_TEST(remove_takes_ours_by_glob_and_leaves_the_rest)
{
        static const char foreign[] = ":foreign:M::MINE::/init:P";
        _cleanup_(table_freep) struct table *k = NULL;
        char *const globs[] = { (char *) "t*", (char *) "for*", NULL };
        size_t removed;

        begin();
        assert_ok(test_instance_register(foreign, strlen(foreign)));
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A "[two]\nMagic=TWO!\n" A);
        pass_writes();
        assert_ok(table_open(TEST_INSTANCE, &k));
        assert_ok(reconcile_remove(k, globs, &removed));
        ck_assert_uint_eq(removed, 1);
        ck_assert_str_eq(table(), "one foreign");
        assert_ok(reconcile_remove(k, NULL, &removed));
        ck_assert_uint_eq(removed, 1);
        ck_assert_str_eq(table(), "foreign");
        end();
}
END_TEST

START_TEST(without_an_instance_all_is_unavailable_and_nothing_planned)
{
        _cleanup_(pass_clear) struct pass pass = { 0 };
        const struct options options = { .root = root, .instance = "/nonexistent" };
        struct table absent = { .error = -ENOENT };

        begin();
        put("etc/binfmtd/conf.d/x.conf", "[one]\nMagic=ONE!\n" A "[off]\nMagic=OFF!\nEnabled=no\n" A);
        assert_ok(reconcile_plan(&options, &absent, &pass));
        ck_assert_int_eq(pass.unavailable, -ENOENT);
        ck_assert_int_eq(formats_find(&pass.formats, "one")->state, FORMAT_UNAVAILABLE);
        ck_assert_int_eq(formats_find(&pass.formats, "off")->state, FORMAT_DISABLED);
        ck_assert_uint_eq(pass.plan.n, 0);
        end();
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "reconcile",
                definitions_of_every_source_are_registered_and_each_name_once, second_pass_writes_nothing,
                most_specific_pattern_stands_on_top_however_the_files_are_named,
                override_disables_and_enables_again, bad_edit_leaves_the_working_entry_and_says_stale,
                mistaken_override_neither_switches_on_nor_takes_away, file_cut_anywhere_takes_nothing_away,
                file_that_cannot_be_read_removes_nothing, file_that_others_may_write_is_not_used,
                interpreter_that_was_replaced_is_pinned_anew_once,
                interpreter_that_is_gone_stays_pinned_under_f_and_is_removed_without,
                first_interpreter_that_is_there_is_taken,
                of_equal_patterns_one_is_registered_and_the_other_takes_over,
                foreign_entries_stay_and_a_definition_of_the_same_name_takes_over,
                entry_that_somebody_switched_off_is_switched_on_in_its_place, flushed_table_comes_back,
                remove_takes_ours_by_glob_and_leaves_the_rest,
                without_an_instance_all_is_unavailable_and_nothing_planned)
