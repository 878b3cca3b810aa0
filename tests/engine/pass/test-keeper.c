/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/engine/fake-table.h"
#include "tests/engine/tree.h"
#include "tests/engine/world.h"
#include "tests/instance.h"

#include <inttypes.h>
#include <sys/inotify.h>

static const char *no_instance;

static const char *root(void) {
        static char path[4096];

        if (!getcwd(path, sizeof path - 8))
                abort();
        return strcat(path, "/root");
}

static int fake(struct table **ret) {
        return fake_table_new(ret);
}

static int real(struct table **ret) {
        test_instance_clear();
        return table_open(TEST_INSTANCE, ret);
}

static int disable_real(struct table *k _unused_, const char *name) {
        return test_instance_write(name, "0", 1);
}

static void live(size_t rounds, size_t steps, int (*begin)(struct table **ret),
                 int (*disable)(struct table *k, const char *name)) {
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < rounds; round++) {
                struct table *inner;
                struct world w;

                assert_ok(begin(&inner));
                world_begin(&w, test_random(&state), root(), inner, disable);
                for (size_t step = 0; step < steps; step++) {
                        size_t n = test_below(&state, 4) == 0 ? 1 + test_below(&state, 8) : 1;
                        const char *complaint;

                        for (; n > 0; n--)
                                world_happen(&w);
                        world_pass(&w);
                        complaint = world_complaint(&w);
                        ck_assert_msg(!complaint, "%s, after: %s (seed %#" PRIx64 ", round %zu, step %zu)",
                                      complaint, w.last, seed, round, step);
                }
                world_end(&w);
        }
}

START_TEST(whatever_happens_the_keeper_knows_and_did_what_a_fresh_pass_would)
{ live(test_rounds(60), 300, fake, fake_table_disable); }
END_TEST

START_TEST(the_same_holds_with_the_kernel)
{
        if (!no_instance)
                live(test_rounds(10), 200, real, disable_real);
}
END_TEST

/* A keeper of a model, and what its last pass did. */
struct stage {
        struct table *inner;
        struct faulty_table faulty;
        struct keeper *keeper;
        struct keeper_result result;
};

static void stage_set(struct stage *s) {
        const struct options options = { .root = root() };

        *s = (struct stage){ 0 };
        tree_remove("root");
        tree_write("root/bin/a", "a program");
        tree_write("root/bin/b", "another one");
        ck_assert_int_eq(chmod("root/bin/a", 0755) + chmod("root/bin/b", 0755), 0);
        assert_ok(fake_table_new(&s->inner));
        faulty_table_init(&s->faulty, s->inner);
        assert_ok(keeper_new(&options, &s->keeper));
        keeper_set_table(s->keeper, &s->faulty.table);
}

static void stage_clear(struct stage *s) {
        keeper_free(s->keeper);
        table_free(s->inner);
}

/* Runs a pass and returns the number of changes in its plan. */
static size_t pass(struct stage *s) {
        s->faulty.operations = 0;
        assert_ok(keeper_pass(s->keeper, &s->result));
        return s->result.plan->n;
}

static void write_and_touch(struct stage *s, const char *path, const char *text) {
        _cleanup_free_ char *below = NULL;

        ck_assert_int_gt(asprintf(&below, "root%s", path), 0);
        tree_write(below, text);
        assert_ok(keeper_mark_file(s->keeper, path));
}

static const struct format *format_of(struct stage *s, const char *name) {
        return formats_find(&keeper_last_pass(s->keeper)->formats, name);
}

static enum format_state state_of(struct stage *s, const char *name) {
        const struct format *f = format_of(s, name);

        ck_assert_msg(f != NULL, "%s", name);
        return f->state;
}

#define ONE   "/etc/binfmtd/conf.d/one.conf"
#define MAGIC "Magic=ONE!\nInterpreter=/bin/a\n"

START_TEST(a_pass_without_a_touch_does_nothing)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        tree_write("root" ONE, "[one]\n" MAGIC);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert_uint_eq(s.faulty.operations, 0);
        ck_assert_uint_eq(s.result.n_changed, 0);
        ck_assert(!s.result.retry);
}
END_TEST

START_TEST(what_comes_changes_and_goes_is_told)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        pass(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        pass(&s);
        ck_assert_uint_eq(s.result.n_changed, 1);
        ck_assert_str_eq(s.result.changed[0]->name, "one");
        ck_assert_int_eq(s.result.changed[0]->state, FORMAT_REGISTERED);

        /* Another entry in the same state is no news. */
        write_and_touch(&s, ONE, "[one]\nPriority=1\nPreserveArgv0=yes\n" MAGIC);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(s.result.plan->changes[0].type, CHANGE_REPLACE);
        ck_assert_uint_eq(s.result.plan->changes[0].have->flags, 0);
        ck_assert_uint_eq(s.result.n_changed, 0);

        write_and_touch(&s, ONE, "[one]\nMagic=\\x\n");
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert_uint_eq(s.result.n_changed, 1);
        ck_assert_int_eq(s.result.changed[0]->state, FORMAT_STALE);
        ck_assert_uint_gt(keeper_last_pass(s.keeper)->diagnostics.n, 0);

        tree_remove("root" ONE);
        assert_ok(keeper_mark_file(s.keeper, ONE));
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_uint_eq(s.result.n_changed, 1);
        ck_assert_str_eq(s.result.changed[0]->name, "one");
        ck_assert(!s.result.changed[0]->definition && !s.result.changed[0]->have);
        ck_assert_ptr_null(format_of(&s, "one"));
        ck_assert_uint_eq(keeper_last_pass(s.keeper)->diagnostics.n, 0);
}
END_TEST

START_TEST(what_others_undid_is_put_right_and_marked_as_drift)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        pass(&s);
        ck_assert(!s.result.plan->changes[0].drift);
        for (int how = 0; how < 3; how++) {
                if (how == 0)
                        assert_ok(fake_table_disable(s.inner, "one"));
                else
                        assert_ok(s.inner->ops->remove(s.inner, "one"));
                if (how == 2) {
                        static const char other[] = ":one:M::OTHER::/bin/b:";

                        assert_ok(s.inner->ops->add(s.inner, other, strlen(other)));
                }
                assert_ok(keeper_mark_entry(s.keeper, "one"));
                ck_assert_uint_eq(pass(&s), 1);
                ck_assert(s.result.plan->changes[0].drift && s.result.plan->changes[0].done);
        }
        /* A change that a definition asks for is no drift. */
        write_and_touch(&s, ONE, "[one]\nPreserveArgv0=yes\n" MAGIC);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert(!s.result.plan->changes[0].drift);
        /* Our own writes, reported back, are no drift either. */
        assert_ok(keeper_mark_entry(s.keeper, "one"));
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert_uint_eq(s.faulty.operations, 1);
        keeper_mark_table(s.keeper);
        ck_assert_uint_eq(pass(&s), 0);
}
END_TEST

START_TEST(a_contended_format_is_left_alone_until_it_is_not)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC "[two]\nMagic=ON\nInterpreter=/bin/a\n");
        pass(&s);
        assert_ok(s.inner->ops->remove(s.inner, "one"));
        assert_ok(keeper_mark_entry(s.keeper, "one"));
        assert_ok(keeper_set_contended(s.keeper, "one", true));
        assert_ok(keeper_set_contended(s.keeper, "nobody", true));
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_CONTENDED);
        ck_assert_ptr_nonnull(format_of(&s, "one")->reason);
        ck_assert_uint_eq(s.result.n_changed, 1);

        /* Neither its neighbours nor its own file bring it back. */
        write_and_touch(&s, ONE, "[one]\n" MAGIC "[two]\nMagic=ON\nInterpreter=/bin/b\n");
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_CONTENDED);

        assert_ok(keeper_set_contended(s.keeper, "one", false));
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_REGISTERED);
}
END_TEST

START_TEST(what_failed_is_tried_again_when_asked_to)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        pass(&s);
        write_and_touch(&s, ONE, "[one]\nPreserveArgv0=yes\n" MAGIC);
        s.faulty.fail_at = 1;
        s.faulty.error = -ENOSPC;
        pass(&s);
        ck_assert(s.result.retry);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_FAILED);
        ck_assert_uint_eq(format_of(&s, "one")->have->flags, 0);

        s.faulty.fail_at = 0;
        write_and_touch(&s, "/etc/binfmtd/conf.d/two.conf", "[two]\nMagic=TWO!\nInterpreter=/bin/b\n");
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_FAILED);
        keeper_mark_failed(s.keeper);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert(!s.result.retry);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_REGISTERED);
        ck_assert_uint_eq(format_of(&s, "one")->have->flags, ENTRY_PRESERVE_ARGV0);
}
END_TEST

START_TEST(where_a_replacement_broke_off_is_known_and_finished)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        pass(&s);
        write_and_touch(&s, ONE, "[one]\nPreserveArgv0=yes\n" MAGIC);
        s.faulty.fail_at = 4; /* the stand-in is added and marked, the entry removed */
        s.faulty.error = -ENOMEM;
        pass(&s);
        ck_assert_ptr_null(format_of(&s, "one")->have);
        ck_assert_uint_eq(keeper_last_pass(s.keeper)->n_stand_ins, 1);
        s.faulty.fail_at = 0;
        keeper_mark_failed(s.keeper);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(s.result.plan->changes[0].type, CHANGE_FINISH);
        ck_assert_uint_eq(keeper_last_pass(s.keeper)->n_stand_ins, 0);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_REGISTERED);
}
END_TEST

START_TEST(what_the_kernel_will_never_take_is_not_tried_again)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        s.faulty.fail_at = 2; /* the table is read first */
        s.faulty.error = -EINVAL;
        pass(&s);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_FAILED);
        ck_assert(!s.result.retry);
}
END_TEST

START_TEST(without_an_instance_all_waits_and_with_one_all_is_done)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        keeper_set_no_table(s.keeper, -ENOENT);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_UNAVAILABLE);
        ck_assert_int_eq(keeper_last_pass(s.keeper)->unavailable, -ENOENT);
        keeper_set_table(s.keeper, &s.faulty.table);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_REGISTERED);
        ck_assert_int_eq(keeper_last_pass(s.keeper)->unavailable, 0);
}
END_TEST

START_TEST(a_table_that_cannot_be_read_is_as_good_as_none_until_it_can)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\n" MAGIC);
        pass(&s);
        s.faulty.fail_at = 1;
        s.faulty.error = -EACCES;
        keeper_mark_table(s.keeper);
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert(s.result.retry);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_UNAVAILABLE);
        ck_assert_int_eq(keeper_last_pass(s.keeper)->unavailable, -EACCES);
        s.faulty.fail_at = 0;
        ck_assert_uint_eq(pass(&s), 0);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_REGISTERED);
        ck_assert_int_eq(keeper_last_pass(s.keeper)->unavailable, 0);
}
END_TEST

START_TEST(after_a_pass_that_failed_the_next_one_begins_anew)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        tree_remove("root");
        ck_assert_int_eq(keeper_pass(s.keeper, &s.result), -ENOENT);
        ck_assert_uint_eq(keeper_last_pass(s.keeper)->formats.n, 0);
        tree_write("root/bin/a", "a program");
        ck_assert_int_eq(chmod("root/bin/a", 0755), 0);
        tree_write("root" ONE, "[one]\n" MAGIC);
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_int_eq(state_of(&s, "one"), FORMAT_REGISTERED);
}
END_TEST

START_TEST(an_interpreter_is_looked_at_again_when_a_file_names_it_anew)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s);
        write_and_touch(&s, ONE, "[one]\nFixBinary=yes\n" MAGIC);
        write_and_touch(&s, "/etc/binfmtd/conf.d/two.conf",
                        "[two]\nMagic=TWO!\nFixBinary=yes\nInterpreter=/bin/a\n");
        pass(&s);
        /* Upgraded unseen: who names it next finds out, for all. */
        tree_write("root/bin/a", "a program that was upgraded");
        write_and_touch(&s, "/etc/binfmtd/conf.d/two.conf",
                        "[two]\nMagic=TWO!\nFixBinary=yes\nPriority=1\nInterpreter=/bin/a\n");
        ck_assert_uint_eq(pass(&s), 2);
        for (size_t i = 0; i < 2; i++) {
                ck_assert_int_eq(s.result.plan->changes[i].type, CHANGE_REPLACE);
                ck_assert_int_eq(s.result.plan->changes[i].cause, CAUSE_PIN);
        }
}
END_TEST

#define MANY 10000u

/* Writes MANY definitions into one file. */
static void write_many(void) {
        FILE *f;

        tree_mkdir_parents("root/etc/binfmt.d/x");
        f = fopen("root/etc/binfmt.d/many.conf", "we");
        for (unsigned i = 0; i < MANY; i++)
                fprintf(f, ":many-%05u:M::\\x7fELF\\x%02x\\x%02x%c%c::/bin/a:\n", i, i & 0xff, i >> 8,
                        'a' + (int) i % 26, 'z');
        fclose(f);
}

/* Files that were opened since the last time. */
static size_t count_opened(int fd) {
        char buf[16384] __attribute__((aligned(__alignof__(struct inotify_event))));
        size_t opened = 0;
        ssize_t n;

        while ((n = read(fd, buf, sizeof buf)) > 0)
                for (char *p = buf; p < buf + n;) {
                        const struct inotify_event *e = (const struct inotify_event *) p;

                        opened += e->len > 0;
                        p += sizeof *e + e->len;
                }
        return opened;
}

START_TEST(among_ten_thousand_a_change_costs_what_it_changes)
{
        _cleanup_(stage_clear) struct stage s;
        int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        static const char file[] = "/etc/binfmt.d/own.conf";

        ck_assert_int_ge(fd, 0);
        stage_set(&s);
        write_many();
        pass(&s);
        ck_assert_uint_eq(keeper_last_pass(s.keeper)->n_ranked, MANY);
        ck_assert_int_ge(inotify_add_watch(fd, "root/etc/binfmt.d", IN_OPEN), 0);
        ck_assert_int_ge(inotify_add_watch(fd, "root/bin", IN_OPEN), 0);

        /* It comes: the file and its interpreter are opened; one registration, one mark. */
        tree_write("root/etc/binfmt.d/own.conf", ":own:M::OWN!::/bin/b:\n");
        count_opened(fd);
        assert_ok(keeper_mark_file(s.keeper, file));
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_uint_eq(s.faulty.operations, 2);
        ck_assert_uint_eq(s.result.n_changed, 1);
        ck_assert_uint_le(count_opened(fd), 2);

        /* It changes: add, mark, remove, add, mark, remove. */
        tree_write("root/etc/binfmt.d/own.conf", ":own:M::OWN!::/bin/a:\n");
        count_opened(fd);
        assert_ok(keeper_mark_file(s.keeper, file));
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_uint_eq(s.faulty.operations, 6);
        ck_assert_uint_le(count_opened(fd), 2);

        /* One below which a single other has to be put right. */
        tree_write("root/etc/binfmt.d/own.conf", ":own:M::\\x7fELF\\x07\\x00::/bin/a:\n");
        count_opened(fd);
        assert_ok(keeper_mark_file(s.keeper, file));
        ck_assert_uint_eq(pass(&s), 2);
        ck_assert_uint_eq(s.faulty.operations, 12);
        ck_assert_uint_le(count_opened(fd), 2);

        /* It goes. */
        tree_remove("root/etc/binfmt.d/own.conf");
        count_opened(fd);
        assert_ok(keeper_mark_file(s.keeper, file));
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_uint_eq(s.faulty.operations, 1);
        ck_assert_uint_eq(count_opened(fd), 0);

        /* An entry is switched off: it is read, and switched on. */
        assert_ok(fake_table_disable(s.inner, "many-00500"));
        assert_ok(keeper_mark_entry(s.keeper, "many-00500"));
        ck_assert_uint_eq(pass(&s), 1);
        ck_assert_uint_eq(s.faulty.operations, 2);
        ck_assert_uint_eq(count_opened(fd), 0);
        close(fd);
}
END_TEST

static void enter(void) {
        no_instance = test_instance_enter();
        if (no_instance)
                printf("# tested against the model only: %s\n", no_instance);
        tree_enter();
}

TEST_MAIN_AFTER(enter(), "keeper", a_pass_without_a_touch_does_nothing, what_comes_changes_and_goes_is_told,
                what_others_undid_is_put_right_and_marked_as_drift,
                a_contended_format_is_left_alone_until_it_is_not, what_failed_is_tried_again_when_asked_to,
                where_a_replacement_broke_off_is_known_and_finished,
                what_the_kernel_will_never_take_is_not_tried_again,
                without_an_instance_all_waits_and_with_one_all_is_done,
                a_table_that_cannot_be_read_is_as_good_as_none_until_it_can,
                after_a_pass_that_failed_the_next_one_begins_anew,
                an_interpreter_is_looked_at_again_when_a_file_names_it_anew,
                among_ten_thousand_a_change_costs_what_it_changes,
                whatever_happens_the_keeper_knows_and_did_what_a_fresh_pass_would,
                the_same_holds_with_the_kernel)
