/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/system/probe.h"
#include "tests/test.h"

#include <fcntl.h>
#include <sys/stat.h>

static char dir[] = "/tmp/test-probe-XXXXXX";

static char *below(const char *name) {
        char *path;

        ck_assert_int_gt(asprintf(&path, "%s/%s", dir, name), 0);
        return path;
}

static void put(const char *name, const char *content, mode_t mode) {
        _cleanup_free_ char *path = below(name);
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t) strlen(content));
        ck_assert_int_eq(fchmod(fd, mode), 0);
        close(fd);
}

static const struct interpreter *look(struct prober *p, const char *path) {
        const struct interpreter *i = NULL;

        assert_ok(prober_look(p, path, &i));
        ck_assert_ptr_nonnull(i);
        return i;
}

static void begin(void) {
        ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void end(void) {
        char command[64];

        snprintf(command, sizeof command, "rm -rf %s", dir);
        ck_assert_int_eq(system(command), 0);
}

START_TEST(shell_of_this_machine_is_a_dynamic_program_with_a_loader)
{
        _cleanup_(prober_freep) struct prober *p = NULL;
        const struct interpreter *i;

        assert_ok(prober_new("", &p));
        i = look(p, "/bin/sh");
        ck_assert_int_eq(i->error, 0);
        ck_assert_str_eq(i->registered, "/bin/sh");
        ck_assert_mem_eq(i->header, "\177ELF", 4);
        ck_assert(i->kind == INTERPRETER_ELF_STATIC || i->needs);
        ck_assert_uint_ne(i->pin, 0);
        ck_assert_ptr_eq(look(p, "/bin/sh"), i);
}
END_TEST

START_TEST(what_is_missing_or_not_executable_says_so)
{
        _cleanup_(prober_freep) struct prober *p = NULL;
        _cleanup_free_ char *plain = NULL, *script = NULL, *fifo = NULL, *loop = NULL;

        begin();
        plain = below("plain");
        script = below("script");
        fifo = below("fifo");
        loop = below("loop");
        put("plain", "data", 0644);
        put("script", "#!  /usr/bin/env python3\n", 0755);
        ck_assert_int_eq(mkfifo(fifo, 0755), 0);
        ck_assert_int_eq(symlink("loop", loop), 0);

        assert_ok(prober_new("", &p));
        ck_assert_int_eq(look(p, "/nonexistent/qemu")->error, -ENOENT);
        ck_assert_str_eq(look(p, "/nonexistent/qemu")->registered, "/nonexistent/qemu");
        ck_assert_int_eq(look(p, plain)->error, -EACCES);
        ck_assert_int_eq(look(p, dir)->error, -EACCES);
        ck_assert_int_eq(look(p, fifo)->error, -EACCES);
        ck_assert_int_eq(look(p, loop)->error, -ELOOP);
        ck_assert_int_eq(look(p, script)->error, 0);
        ck_assert_int_eq(look(p, script)->kind, INTERPRETER_SCRIPT);
        ck_assert_str_eq(look(p, script)->needs, "/usr/bin/env");
        end();
}
END_TEST

START_TEST(below_a_root_links_stay_inside_and_the_registered_path_is_the_running_kernels)
{
        _cleanup_(prober_freep) struct prober *p = NULL;
        _cleanup_free_ char *usr = NULL, *link = NULL, *relative = NULL, *real = NULL;

        begin();
        usr = below("bin");
        link = below("bin/absolute");
        relative = below("bin/relative");
        real = below("bin/real");
        ck_assert_int_eq(mkdir(usr, 0755), 0);
        put("bin/real", "#!/x", 0755);
        ck_assert_int_eq(symlink("/bin/real", link), 0);
        ck_assert_int_eq(symlink("real", relative), 0);

        assert_ok(prober_new(dir, &p));
        ck_assert_int_eq(look(p, "/bin/sh")->error, -ENOENT);
        ck_assert_int_eq(look(p, "/bin/real")->error, 0);
        ck_assert_str_eq(look(p, "/bin/real")->registered, real);
        ck_assert_str_eq(look(p, "/bin/relative")->registered, relative);
        ck_assert_str_eq(look(p, "/bin/absolute")->registered, real);
        ck_assert_int_eq(look(p, "/../bin/real")->error, 0);
        end();
}
END_TEST

START_TEST(pin_changes_when_the_file_is_replaced_and_only_then)
{
        _cleanup_(prober_freep) struct prober *p = NULL;
        _cleanup_free_ char *a = NULL, *b = NULL;
        uint64_t before;

        begin();
        a = below("a");
        b = below("b");
        put("a", "#!/x", 0755);
        assert_ok(prober_new("", &p));
        before = look(p, a)->pin;
        prober_forget(p);
        ck_assert_uint_eq(look(p, a)->pin, before);

        put("b", "#!/x", 0755);
        ck_assert_int_eq(rename(b, a), 0);
        prober_forget(p);
        ck_assert_uint_ne(look(p, a)->pin, before);
        end();
}
END_TEST

START_TEST(what_is_looked_at_again_stays_where_it_is_and_news_are_told)
{
        _cleanup_(prober_freep) struct prober *p = NULL;
        _cleanup_free_ char *a = NULL;
        const struct interpreter *i;
        bool news = true;

        begin();
        a = below("a");
        assert_ok(prober_new("", &p));
        put("a", "program", 0755);
        assert_ok(prober_look_again(p, a, &news));
        ck_assert_msg(!news, "what was never asked for is no news");
        i = look(p, a);
        assert_ok(prober_look_again(p, a, &news));
        ck_assert(!news);

        put("a", "another program", 0755);
        assert_ok(prober_look_again(p, a, &news));
        ck_assert(news);
        ck_assert_int_eq(i->error, 0);
        ck_assert_int_eq(unlink(a), 0);
        assert_ok(prober_look_again(p, a, &news));
        ck_assert(news);
        ck_assert_int_eq(i->error, -ENOENT);
        ck_assert_ptr_eq(look(p, a), i);
        assert_ok(prober_look_again(p, a, &news));
        ck_assert(!news);
        end();
}
END_TEST

START_TEST(pin_depends_on_every_part_of_the_identity_and_is_never_zero)
{
        uint64_t pin = interpreter_pin(1, 2, 3, 4, 5);

        ck_assert_uint_ne(pin, interpreter_pin(2, 1, 3, 4, 5));
        ck_assert_uint_ne(pin, interpreter_pin(1, 2, 4, 4, 5));
        ck_assert_uint_ne(pin, interpreter_pin(1, 2, 3, 5, 4));
        ck_assert_uint_ne(pin, interpreter_pin(1, 2, 3, 4, 6));
        ck_assert_uint_ne(interpreter_pin(0, 0, 0, 0, 0), 0);
        for (uint64_t i = 0; i < 100000; i++)
                ck_assert_uint_ne(interpreter_pin(0, i, 0, 0, 0), 0);
}
END_TEST

START_TEST(host_knows_its_own_machine_and_guards_it)
{
        _cleanup_free_ char *why = NULL;
        _cleanup_(pattern_unrefp) struct pattern *own = NULL;
        const char *hint = NULL;
        struct host h;

        host_probe(&h);
        ck_assert_uint_gt(h.n_samples, 0);
        ck_assert_ptr_nonnull(h.native);
        assert_ok(elf_machine_pattern(h.native, &own));
        ck_assert(pattern_matches(own, h.samples[0], "x"));
        assert_ok(guard_host(own, &h, &why, &hint));
        ck_assert_ptr_nonnull(why);
        ck_assert_ptr_nonnull(hint);
}
END_TEST

TEST_MAIN("probe", shell_of_this_machine_is_a_dynamic_program_with_a_loader,
          what_is_missing_or_not_executable_says_so,
          below_a_root_links_stay_inside_and_the_registered_path_is_the_running_kernels,
          pin_changes_when_the_file_is_replaced_and_only_then,
          what_is_looked_at_again_stays_where_it_is_and_news_are_told,
          pin_depends_on_every_part_of_the_identity_and_is_never_zero,
          host_knows_its_own_machine_and_guards_it)
