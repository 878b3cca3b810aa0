/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/watch.h"
#include "model/base/text.h"
#include "tests/engine/tree.h"

#include <sys/inotify.h>
#include <sys/wait.h>

#define CONF "/etc/binfmtd/conf.d"

static struct text heard;
static struct watch *w;

static void on_path(void *user _unused_, enum watch_kind kind, const char *path) {
        static const char *const names[] = { "source", "link", "interpreter" };

        text_printf(&heard, "%s %s\n", names[kind], path);
}

static void on_member(void *user _unused_, const char *directory, const char *name) {
        text_printf(&heard, "member %s %s\n", directory, name);
}

static void on_instance(void *user _unused_, uint32_t mask, const char *name) {
        text_printf(&heard, "instance %s %s\n", mask & IN_DELETE ? "delete" : "modify", name);
}

static void on_lost(void *user _unused_) {
        text_append(&heard, "lost\n");
}

static void begin(void) {
        static const struct watch_handler handler = { on_path, on_member, on_instance, on_lost };
        _cleanup_free_ char *root = realpath(".", NULL);

        assert_ok(watch_new(root, &handler, NULL, &w));
}

static void want(enum watch_kind kind, const char *path) {
        watch_begin(w, kind);
        ck_assert_int_eq(watch_want(w, kind, path), 1);
        watch_end(w, kind);
}

/* All that was heard since the last call, a line for each event. */
static char *listen(void) {
        text_clear(&heard);
        assert_ok(watch_dispatch(w));
        return text_take(&heard);
}

static void assert_hears(const char *line) {
        _cleanup_free_ char *all = listen();

        ck_assert_msg(strstr(all, line), "'%s' was not heard, but:\n%s", line, all);
}

static void assert_hears_exactly(const char *lines) {
        _cleanup_free_ char *all = listen();

        ck_assert_str_eq(all, lines);
}

static void end(void) {
        static const char *const made[] = { "etc", "opt", "usr", "w" };

        w = watch_free(w);
        text_clear(&heard);
        for (size_t i = 0; i < ELEMENTSOF(made); i++)
                tree_remove(made[i]);
}

/* The directories that the kernel watches for us: a line each in the descriptor's fdinfo. */
static size_t count_watches(void) {
        char line[256];
        size_t n = 0;
        FILE *info;

        snprintf(line, sizeof line, "/proc/self/fdinfo/%d", watch_fd(w));
        info = fopen(line, "re");
        ck_assert_ptr_nonnull(info);
        while (fgets(line, sizeof line, info))
                n += strncmp(line, "inotify ", 8) == 0;
        fclose(info);
        return n;
}

START_TEST(a_written_file_is_heard_of_once_when_it_is_closed)
{
        tree_mkdir_parents("etc/binfmtd/conf.d/x");
        begin();
        want(WATCH_SOURCE, CONF);
        int fd = open("." CONF "/a.conf", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

        ck_assert_int_eq(write(fd, "half", 4), 4);
        assert_hears_exactly("");
        close(fd);
        assert_hears_exactly("member " CONF " a.conf\n");
        end();
}
END_TEST

START_TEST(moves_removals_links_and_modes_are_heard_of)
{
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        begin();
        want(WATCH_SOURCE, CONF);
        ck_assert_int_eq(rename("." CONF "/a.conf", "." CONF "/b.conf"), 0);
        assert_hears_exactly("member " CONF " a.conf\nmember " CONF " b.conf\n");
        ck_assert_int_eq(symlink("b.conf", "." CONF "/c.conf"), 0);
        assert_hears_exactly("member " CONF " c.conf\n");
        ck_assert_int_eq(link("." CONF "/b.conf", "." CONF "/d.conf"), 0);
        assert_hears("member " CONF " d.conf\n");
        ck_assert_int_eq(mkdir("." CONF "/e.conf", 0755), 0);
        assert_hears_exactly("member " CONF " e.conf\n");
        ck_assert_int_eq(chmod("." CONF "/b.conf", 0666), 0);
        assert_hears_exactly("member " CONF " b.conf\n");
        ck_assert_int_eq(unlink("." CONF "/b.conf"), 0);
        assert_hears("member " CONF " b.conf\n");
        end();
}
END_TEST

START_TEST(a_file_without_a_name_that_is_linked_to_its_place_is_not_missed)
{
        char path[64];

        tree_mkdir_parents("etc/binfmtd/conf.d/x");
        begin();
        want(WATCH_SOURCE, CONF);
        int fd = open("." CONF, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644);

        if (fd >= 0) {
                ck_assert_int_eq(write(fd, "whole", 5), 5);
                snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
                ck_assert_int_eq(linkat(AT_FDCWD, path, AT_FDCWD, "." CONF "/a.conf", AT_SYMLINK_FOLLOW), 0);
                close(fd);
                assert_hears_exactly("source " CONF "\n");
        }
        end();
}
END_TEST

START_TEST(a_directory_that_is_not_there_yet_is_heard_of_when_it_comes)
{
        tree_mkdir_parents("etc/x");
        begin();
        want(WATCH_SOURCE, CONF);
        ck_assert_int_eq(mkdir("etc/other", 0755), 0);
        assert_hears_exactly("");
        ck_assert_int_eq(mkdir("etc/binfmtd", 0755), 0);
        assert_hears_exactly("source " CONF "\n");
        ck_assert_int_eq(mkdir("etc/binfmtd/conf.d", 0755), 0);
        assert_hears_exactly("source " CONF "\n");
        tree_write("." CONF "/a.conf", "x");
        assert_hears_exactly("member " CONF " a.conf\n");
        end();
}
END_TEST

START_TEST(a_whole_path_made_at_once_is_not_missed)
{
        begin();
        want(WATCH_SOURCE, CONF);
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        assert_hears_exactly("source " CONF "\n");
        tree_write("etc/binfmtd/conf.d/b.conf", "x");
        assert_hears_exactly("member " CONF " b.conf\n");
        end();
}
END_TEST

START_TEST(a_directory_that_goes_and_comes_again_is_watched_again)
{
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        begin();
        want(WATCH_SOURCE, CONF);
        for (int i = 0; i < 3; i++) {
                tree_remove("etc");
                assert_hears("source " CONF "\n");
                tree_write("etc/binfmtd/conf.d/a.conf", "x");
                assert_hears_exactly("source " CONF "\n");
        }
        tree_write("etc/binfmtd/conf.d/a.conf", "y");
        assert_hears_exactly("member " CONF " a.conf\n");
        end();
}
END_TEST

START_TEST(a_directory_removed_while_somebody_works_in_it_is_watched_again)
{
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        begin();
        want(WATCH_SOURCE, CONF);
        int inside = open("." CONF, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        tree_remove("etc/binfmtd");
        assert_hears("source " CONF "\n");
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        assert_hears("source " CONF "\n");
        tree_write("etc/binfmtd/conf.d/a.conf", "y");
        assert_hears_exactly("member " CONF " a.conf\n");
        close(inside);
        end();
}
END_TEST

START_TEST(a_directory_replaced_by_a_rename_is_watched_again)
{
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        tree_write("etc/binfmtd/new/a.conf", "y");
        begin();
        want(WATCH_SOURCE, CONF);
        ck_assert_int_eq(rename("." CONF, "etc/binfmtd/old"), 0);
        ck_assert_int_eq(rename("etc/binfmtd/new", "." CONF), 0);
        assert_hears_exactly("source " CONF "\n");
        tree_write("etc/binfmtd/old/a.conf", "z");
        assert_hears_exactly("");
        tree_write("." CONF "/a.conf", "z");
        assert_hears_exactly("member " CONF " a.conf\n");

        ck_assert_int_eq(rename("etc/binfmtd", "etc/gone"), 0);
        assert_hears_exactly("source " CONF "\n");
        ck_assert_int_eq(rename("etc/gone", "etc/binfmtd"), 0);
        assert_hears_exactly("source " CONF "\n");
        tree_write("." CONF "/a.conf", "z");
        assert_hears_exactly("member " CONF " a.conf\n");
        end();
}
END_TEST

START_TEST(a_linked_directory_is_watched_at_both_ends)
{
        tree_write("opt/one/a.conf", "x");
        tree_write("opt/two/a.conf", "y");
        tree_link("../../opt/one", "etc/binfmtd/conf.d");
        begin();
        want(WATCH_SOURCE, CONF);
        tree_write("opt/one/a.conf", "z");
        assert_hears_exactly("member " CONF " a.conf\n");
        tree_write("opt/two/a.conf", "z");
        assert_hears_exactly("");
        tree_link("/opt/two", "etc/binfmtd/new");
        ck_assert_int_eq(rename("etc/binfmtd/new", "." CONF), 0);
        assert_hears_exactly("source " CONF "\n");
        tree_write("opt/one/a.conf", "1");
        assert_hears_exactly("");
        tree_write("opt/two/a.conf", "2");
        assert_hears_exactly("member " CONF " a.conf\n");
        end();
}
END_TEST

START_TEST(an_interpreter_is_heard_of_when_it_comes_changes_and_goes)
{
        tree_mkdir_parents("usr/bin/x");
        begin();
        want(WATCH_INTERPRETER, "/usr/bin/qemu");
        tree_write("usr/bin/qemu.new", "x");
        assert_hears_exactly("");
        ck_assert_int_eq(rename("usr/bin/qemu.new", "usr/bin/qemu"), 0);
        assert_hears_exactly("interpreter /usr/bin/qemu\n");
        ck_assert_int_eq(chmod("usr/bin/qemu", 0755), 0);
        assert_hears_exactly("interpreter /usr/bin/qemu\n");
        tree_write("usr/bin/qemu", "longer");
        assert_hears_exactly("interpreter /usr/bin/qemu\n");
        ck_assert_int_eq(unlink("usr/bin/qemu"), 0);
        assert_hears_exactly("interpreter /usr/bin/qemu\n");
        end();
}
END_TEST

START_TEST(every_link_of_a_chain_of_alternatives_is_watched)
{
        tree_write("usr/lib/jvm/17/java", "x");
        tree_write("usr/lib/jvm/21/java", "y");
        tree_link("/etc/alternatives/java", "usr/bin/java");
        tree_link("/usr/lib/jvm/17/java", "etc/alternatives/java");
        begin();
        want(WATCH_INTERPRETER, "/usr/bin/java");
        tree_write("usr/lib/jvm/17/java", "z");
        assert_hears_exactly("interpreter /usr/bin/java\n");
        tree_link("/usr/lib/jvm/21/java", "etc/alternatives/java.new");
        ck_assert_int_eq(rename("etc/alternatives/java.new", "etc/alternatives/java"), 0);
        assert_hears_exactly("interpreter /usr/bin/java\n");
        tree_write("usr/lib/jvm/17/java", "1");
        assert_hears_exactly("");
        tree_write("usr/lib/jvm/21/java", "2");
        assert_hears_exactly("interpreter /usr/bin/java\n");
        ck_assert_int_eq(unlink("usr/bin/java"), 0);
        assert_hears_exactly("interpreter /usr/bin/java\n");
        end();
}
END_TEST

START_TEST(a_linked_file_is_heard_of_by_what_it_leads_to)
{
        tree_write("opt/real.conf", "x");
        tree_link("/opt/real.conf", "etc/binfmtd/conf.d/a.conf");
        begin();
        want(WATCH_LINK, CONF "/a.conf");
        tree_write("opt/real.conf", "y");
        assert_hears_exactly("link " CONF "/a.conf\n");
        end();
}
END_TEST

START_TEST(what_is_not_wanted_again_is_watched_no_more)
{
        tree_write("usr/bin/one", "x");
        tree_write("opt/bin/two", "x");
        begin();
        watch_begin(w, WATCH_INTERPRETER);
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/usr/bin/one"), 1);
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/opt/bin/two"), 1);
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/opt/bin/two"), 0);
        watch_end(w, WATCH_INTERPRETER);
        size_t before = count_watches();

        watch_begin(w, WATCH_INTERPRETER);
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/usr/bin/one"), 0);
        watch_end(w, WATCH_INTERPRETER);
        ck_assert(!watch_has(w, WATCH_INTERPRETER, "/opt/bin/two"));
        ck_assert_uint_eq(count_watches(), before - 2);
        tree_write("opt/bin/two", "y");
        assert_hears_exactly("");
        tree_write("usr/bin/one", "y");
        assert_hears_exactly("interpreter /usr/bin/one\n");
        end();
}
END_TEST

START_TEST(many_interpreters_of_one_directory_cost_its_watches_once)
{
        char path[64];

        tree_mkdir_parents("usr/bin/x");
        begin();
        for (int i = 0; i < 1000; i++) {
                snprintf(path, sizeof path, "/usr/bin/%d", i);
                ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, path), 1);
        }
        ck_assert_uint_eq(count_watches(), 2);
        tree_write("usr/bin/777", "x");
        assert_hears_exactly("interpreter /usr/bin/777\n");
        watch_begin(w, WATCH_INTERPRETER);
        watch_end(w, WATCH_INTERPRETER);
        ck_assert_uint_eq(count_watches(), 0);
        end();
}
END_TEST

START_TEST(loops_and_broken_ways_are_survived)
{
        tree_link("b", "usr/a");
        tree_link("a", "usr/b");
        tree_write("usr/file", "x");
        begin();
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/usr/a/x"), 1);
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/usr/file/x"), 1);
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/../../usr/./gone/../x"), 1);
        ck_assert_int_eq(unlink("usr/b"), 0);
        assert_hears("interpreter /usr/a/x\n");
        ck_assert_int_eq(unlink("usr/file"), 0);
        assert_hears("interpreter /usr/file/x\n");
        tree_write("usr/file/x", "x");
        assert_hears("interpreter /usr/file/x\n");
        end();
}
END_TEST

START_TEST(lost_events_are_told_and_nothing_is_missed_afterwards)
{
        FILE *f = fopen("/proc/sys/fs/inotify/max_queued_events", "re");
        char a[] = "." CONF "/a", b[] = "." CONF "/b";
        unsigned max;

        ck_assert(f && fscanf(f, "%u", &max) == 1);
        fclose(f);
        tree_write(a, "x");
        begin();
        want(WATCH_SOURCE, CONF);
        for (unsigned i = 0; i <= max; i++)
                ck_assert_int_eq(i % 2 ? rename(b, a) : rename(a, b), 0);
        tree_remove("etc");
        tree_write("etc/binfmtd/conf.d/a.conf", "x");
        assert_hears("lost\n");
        tree_write("etc/binfmtd/conf.d/a.conf", "y");
        assert_hears_exactly("member " CONF " a.conf\n");
        end();
}
END_TEST

/* A path comes into being while it is looked at for the first time. */
START_TEST(what_happens_during_the_first_look_is_not_missed)
{
        uint64_t seed = test_seed(), random = seed;

        begin();
        for (size_t round = test_rounds(300); round > 0; round--) {
                size_t spin = test_below(&random, 20000);
                pid_t child = fork();

                ck_assert_int_ge(child, 0);
                if (child == 0) {
                        for (volatile size_t i = 0; i < spin; i++)
                                ;
                        _exit(mkdir("etc", 0755) < 0 || mkdir("etc/binfmtd", 0755) < 0 ||
                              mkdir("." CONF, 0755) < 0);
                }
                want(WATCH_SOURCE, CONF);
                ck_assert_int_eq(waitpid(child, NULL, 0), child);
                free(listen());
                tree_write("." CONF "/a.conf", "x");
                _cleanup_free_ char *all = listen();

                ck_assert_msg(streq(all, "member " CONF " a.conf\n"), "seed %#llx, %zu rounds left: %s",
                              (unsigned long long) seed, round, all);
                watch_begin(w, WATCH_SOURCE);
                watch_end(w, WATCH_SOURCE);
                tree_remove("etc");
        }
        end();
}
END_TEST

/* The rules of resolving a path, against the kernel's own: whatever is done to a small world, afterwards
 * changing the file that the path now leads to is heard of. */
START_TEST(after_any_changes_the_file_at_the_end_of_the_way_is_watched)
{
        static const char *const places[] = { "w/a", "w/b", "w/a/c", "w/b/c", "w/a/d", "w/c", "w/a/c/d" };
        static const char *const targets[] = { "/w/a", "/w/b", "c", "../c", "../b/c", "/w/a/c/d", "." };
        uint64_t seed = test_seed(), random = seed;
        size_t n_leading = 0;

        tree_mkdir_parents("w/x");
        begin();
        ck_assert_int_eq(watch_want(w, WATCH_INTERPRETER, "/w/a/c/d"), 1);
        /* With few rounds, chance may need more of them before the path leads anywhere at all. */
        for (size_t round = test_rounds(20000); round > 0 || n_leading == 0; round -= round > 0) {
                const char *place = places[test_below(&random, ELEMENTSOF(places))];
                const char *other = places[test_below(&random, ELEMENTSOF(places))];
                struct stat st;

                switch (test_below(&random, 5)) {
                case 0:
                        mkdir(place, 0755);
                        break;
                case 1:
                        if (symlink(targets[test_below(&random, ELEMENTSOF(targets))], place) < 0)
                                tree_remove(place);
                        break;
                case 2:
                        rename(place, other);
                        break;
                case 3:
                        close(open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
                        break;
                default:
                        tree_remove(place);
                }
                if (test_below(&random, 2))
                        free(listen());

                if (lstat("w/a", &st) < 0 || stat("w/a/c/d", &st) < 0 || !S_ISREG(st.st_mode))
                        continue;
                free(listen());
                n_leading++;
                close(open("w/a/c/d", O_WRONLY | O_CLOEXEC));
                _cleanup_free_ char *all = listen();

                ck_assert_msg(strstr(all, "interpreter /w/a/c/d\n"), "seed %#llx, %zu rounds left",
                              (unsigned long long) seed, round);
        }
        end();
}
END_TEST

TEST_MAIN_AFTER(tree_enter(), "watch", a_written_file_is_heard_of_once_when_it_is_closed,
                moves_removals_links_and_modes_are_heard_of,
                a_file_without_a_name_that_is_linked_to_its_place_is_not_missed,
                a_directory_that_is_not_there_yet_is_heard_of_when_it_comes,
                a_whole_path_made_at_once_is_not_missed,
                a_directory_that_goes_and_comes_again_is_watched_again,
                a_directory_removed_while_somebody_works_in_it_is_watched_again,
                a_directory_replaced_by_a_rename_is_watched_again,
                a_linked_directory_is_watched_at_both_ends,
                an_interpreter_is_heard_of_when_it_comes_changes_and_goes,
                every_link_of_a_chain_of_alternatives_is_watched,
                a_linked_file_is_heard_of_by_what_it_leads_to, what_is_not_wanted_again_is_watched_no_more,
                many_interpreters_of_one_directory_cost_its_watches_once, loops_and_broken_ways_are_survived,
                lost_events_are_told_and_nothing_is_missed_afterwards,
                what_happens_during_the_first_look_is_not_missed,
                after_any_changes_the_file_at_the_end_of_the_way_is_watched)
