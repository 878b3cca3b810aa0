/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/apply.h"
#include "tests/engine/fake-table.h"
#include "tests/engine/faulty-table.h"
#include "tests/instance.h"
#include "tests/model/scene.h"
#include "tests/test.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

static const char *no_instance; /* why only the model can be tested here */

/* A table to test against: the model, or the kernel's own in the private instance. */
struct machine {
        struct table *table;
        int (*disable)(struct table *k, const char *name);
};

static int disable_real(struct table *k _unused_, const char *name) {
        return test_instance_write(name, "0", 1);
}

static void machine_start(struct machine *m, bool real, const struct cast *table) {
        if (real) {
                test_instance_clear();
                assert_ok(table_open(TEST_INSTANCE, &m->table));
        } else
                assert_ok(fake_table_new(&m->table));
        m->disable = real ? disable_real : fake_table_disable;

        for (size_t i = table->n; i-- > 0;) {
                const struct entry *e = table->items[i];
                char bytes[REGISTRATION_MAX + 1];
                size_t n;

                assert_ok(registration_format(e->name, e->pattern, e->interpreter, e->flags, NULL, bytes,
                                              &n));
                assert_ok(m->table->ops->add(m->table, bytes, n));
                if (e->ours)
                        assert_ok(m->table->ops->mark(m->table, e->name, e->pin));
                if (!e->enabled)
                        assert_ok(m->disable(m->table, e->name));
        }
}

static void machine_stop(struct machine *m) {
        m->table = table_free(m->table);
}

struct snapshot {
        struct entry **items;
        size_t n;
};

static void snapshot_take(struct table *k, struct snapshot *ret) {
        assert_ok(k->ops->read(k, &ret->items, &ret->n));
}

static void snapshot_clear(struct snapshot *s) {
        entries_free(s->items, s->n);
}

static const struct entry *snapshot_find(const struct snapshot *s, const char *name) {
        for (size_t i = 0; i < s->n; i++)
                if (streq(s->items[i]->name, name))
                        return s->items[i];
        return NULL;
}

/* All that can be seen of an entry; with the real kernel also each byte of its text, and its inode. */
static void append_entry(struct table *k, const struct entry *e, struct text *t) {
        int directory = table_directory(k), fd;
        char bytes[4096];
        struct stat st;
        ssize_t n;

        text_printf(t, "%s %d %u %s\n", e->name, e->enabled, e->flags, e->interpreter);
        if (directory < 0)
                return;
        fd = openat(directory, e->name, O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(fstat(fd, &st), 0);
        n = read(fd, bytes, sizeof bytes);
        ck_assert_int_gt(n, 0);
        close(fd);
        text_printf(t, "%ju %o %jd\n", (uintmax_t) st.st_ino, st.st_mode, (intmax_t) st.st_atim.tv_sec);
        text_append_bytes(t, bytes, (size_t) n);
}

/* All that is neither ours nor wanted, in the order of the table. */
static char *foreign_text(struct table *k, const struct cast *wants) {
        _cleanup_(snapshot_clear) struct snapshot table;
        struct text t = { 0 };

        snapshot_take(k, &table);
        for (size_t i = 0; i < table.n; i++) {
                const struct entry *e = table.items[i];

                if (!e->ours && !entry_name_is_stand_in(e->name, NULL) && !cast_find(wants, e->name))
                        append_entry(k, e, &t);
        }
        return text_take(&t);
}

/* A pass, watched: after every operation each format that served before must serve. */
struct watch {
        struct table *table;
        const struct cast *wants;
        struct snapshot before;
        char where[160]; /* for messages */
};

static const struct entry *find_shadow(const struct snapshot *s, const char *name) {
        char stand_in[NAME_LENGTH_MAX + 1];

        entry_stand_in_name(name, stand_in);
        return snapshot_find(s, stand_in);
}

static bool is_one_of(const struct entry *e, const struct entry *a, const struct entry *b,
                      const struct entry *c) {
        return (a && entry_same(e, a)) || (b && entry_same(e, b)) || (c && entry_same(e, c));
}

static void check_no_gap(void *userdata) {
        struct watch *w = userdata;
        _cleanup_(snapshot_clear) struct snapshot now;

        snapshot_take(w->table, &now);
        for (size_t i = 0; i < w->wants->n; i++) {
                const struct entry *want = w->wants->items[i];
                const struct entry *old = snapshot_find(&w->before, want->name),
                                   *old_shadow = find_shadow(&w->before, want->name),
                                   *new = snapshot_find(&now, want->name),
                                   *new_shadow = find_shadow(&now, want->name);
                bool served = old ? old->enabled : old_shadow && old_shadow->enabled;

                ck_assert_msg(!served || (new &&new->enabled) || (new_shadow && new_shadow->enabled),
                              "a gap in %s: %s", want->name, w->where);
                ck_assert_msg(!new || is_one_of(new, want, old, NULL), "%s is new: %s", want->name,
                              w->where);
                ck_assert_msg(!new_shadow || is_one_of(new_shadow, want, old, old_shadow), "%s~ is new: %s",
                              want->name, w->where);
        }
}

struct outcome {
        int error; /* of the read or of apply_plan() */
        size_t changes, failed, operations;
};

static struct outcome run_pass(struct table *k, const struct cast *wants) {
        _cleanup_(scene_clear) struct scene scene = { 0 };
        _cleanup_(snapshot_clear) struct snapshot table = { 0 };
        struct apply_result result = { 0 };
        struct outcome o = { 0 };
        size_t planned, undone = 0;

        o.error = k->ops->read(k, &table.items, &table.n);
        if (o.error < 0)
                return o;
        scene_make(wants, table.items, table.n, &scene);
        scene_plan(&scene);
        o.changes = scene.plan.n;
        planned = plan_writes(&scene.plan);
        o.error = apply_plan(k, &scene.plan, &result);
        o.failed = result.failed;
        for (size_t i = 0; i < scene.plan.n; i++) {
                ck_assert_int_eq(scene.plan.changes[i].done, scene.plan.changes[i].error == 0);
                undone += !scene.plan.changes[i].done;
        }
        ck_assert_uint_eq(undone, result.failed);
        if (result.failed == 0)
                ck_assert_uint_eq(result.writes, planned);
        return o;
}

static struct outcome run_watched(struct faulty_table *f, struct watch *w) {
        struct outcome o;

        f->after = check_no_gap;
        f->userdata = w;
        f->operations = 0;
        snapshot_take(w->table, &w->before);
        o = run_pass(&f->table, w->wants);
        o.operations = f->operations;
        check_no_gap(w);
        snapshot_clear(&w->before);
        return o;
}

static void check_complete(struct faulty_table *f, struct watch *w) {
        _cleanup_(snapshot_clear) struct snapshot table;
        struct outcome o = run_watched(f, w);
        const char *complaint;

        ck_assert_msg(o.error == 0 && o.failed == 0, "%zu of %zu failed, error %d: %s", o.failed, o.changes,
                      o.error, w->where);
        snapshot_take(w->table, &table);
        complaint = scene_complaint(w->wants, table.items, table.n);
        ck_assert_msg(!complaint, "%s: %s", complaint, w->where);
        o = run_watched(f, w);
        ck_assert_msg(o.changes == 0, "a second pass has %zu changes: %s", o.changes, w->where);
}

/* A pass with these faults, then one without. Returns the operations of the first. */
static size_t check_faults(bool real, const struct cast *wants, const struct cast *table, size_t fail_at,
                           bool for_good, int error, const char *where) {
        _cleanup_(machine_stop) struct machine m;
        _cleanup_free_ char *foreign_before = NULL, *foreign_after = NULL;
        struct watch w = { .wants = wants };
        struct faulty_table f;
        size_t operations;

        machine_start(&m, real, table);
        w.table = m.table;
        snprintf(w.where, sizeof w.where, "%s, operation %zu%s fails with %s", where, fail_at,
                 for_good ? " and all behind it" : "", strerror(-error));
        foreign_before = foreign_text(m.table, wants);
        faulty_table_init(&f, m.table);
        f.fail_at = fail_at;
        f.for_good = for_good;
        f.error = error;
        operations = run_watched(&f, &w).operations;
        f.fail_at = 0;
        check_complete(&f, &w);
        foreign_after = foreign_text(m.table, wants);
        ck_assert_msg(streq(foreign_before, foreign_after), "an entry of others changed: %s", w.where);
        return operations;
}

static const int errors[] = { -EEXIST, -EINVAL, -ENOENT, -EACCES, -EROFS, -ENOSPC, -EIO };

static void check_random_faults(bool real, size_t rounds) {
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < rounds; round++) {
                struct cast wants, table;
                char where[80];
                size_t n;

                snprintf(where, sizeof where, "seed %#" PRIx64 ", round %zu", seed, round);
                scene_random(&state, 1 + test_below(&state, 6), &wants, &table);
                n = check_faults(real, &wants, &table, 0, false, 0, where);
                for (size_t k = 1; k <= n; k++)
                        for (size_t e = 0; e < 2 * ELEMENTSOF(errors); e++)
                                check_faults(real, &wants, &table, k, e % 2, errors[e / 2], where);
                cast_clear(&wants);
                cast_clear(&table);
        }
}

static void check_random_passes(bool real, size_t rounds) {
        uint64_t seed = test_seed(), state = seed;

        for (size_t round = 0; round < rounds; round++) {
                struct cast wants, table;
                char where[80];

                snprintf(where, sizeof where, "seed %#" PRIx64 ", round %zu", seed, round);
                scene_random(&state, 1 + test_below(&state, SCENE_NAMES_MAX), &wants, &table);
                check_faults(real, &wants, &table, 0, false, 0, where);
                cast_clear(&wants);
                cast_clear(&table);
        }
}

START_TEST(any_table_becomes_what_is_wanted_without_a_gap)
{ check_random_passes(false, test_rounds(2000)); }
END_TEST

START_TEST(any_table_of_the_kernel_becomes_what_is_wanted_without_a_gap)
{
        if (!no_instance)
                check_random_passes(true, test_rounds(300));
}
END_TEST

START_TEST(any_failing_operation_leaves_each_format_in_use_and_the_next_pass_repairs)
{ check_random_faults(false, test_rounds(40)); }
END_TEST

START_TEST(the_same_holds_with_the_kernel)
{
        if (!no_instance)
                check_random_faults(true, test_rounds(12));
}
END_TEST

/* One change on the model, with the k-th operation of apply failing. */
struct stage {
        struct cast wants, table;
        struct machine machine;
        struct faulty_table faulty;
        struct snapshot before, after;
        struct scene scene;
        struct apply_result result;
};

#define LIST(...) ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void stage_set(struct stage *s, const char *const *wants, const char *const *table) {
        *s = (struct stage){ 0 };
        for (; *wants; wants++)
                cast_add(&s->wants, *wants);
        for (; *table; table++)
                cast_add(&s->table, *table);
        machine_start(&s->machine, false, &s->table);
        faulty_table_init(&s->faulty, s->machine.table);
        snapshot_take(s->machine.table, &s->before);
        scene_make(&s->wants, s->before.items, s->before.n, &s->scene);
        scene_plan(&s->scene);
}

static void stage_play(struct stage *s, size_t fail_at, int error) {
        s->faulty.fail_at = fail_at;
        s->faulty.error = error;
        assert_ok(apply_plan(&s->faulty.table, &s->scene.plan, &s->result));
        snapshot_take(s->machine.table, &s->after);
}

static void stage_clear(struct stage *s) {
        scene_clear(&s->scene);
        snapshot_clear(&s->before);
        snapshot_clear(&s->after);
        machine_stop(&s->machine);
        cast_clear(&s->wants);
        cast_clear(&s->table);
}

static const struct format *format_of(struct stage *s, const char *name) {
        return formats_find(&s->scene.formats, name);
}

START_TEST(an_empty_plan_touches_nothing)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:ab:o", "other:x:"));
        stage_play(&s, 0, 0);
        ck_assert_uint_eq(s.faulty.operations, 0);
        ck_assert_uint_eq(s.result.writes, 0);
        ck_assert_uint_eq(s.result.failed, 0);
}
END_TEST

START_TEST(a_registered_format_is_marked_with_its_pin)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:F", "b:x:"), LIST("b:y:o"));
        formats_find(&s.scene.formats, "a")->want->pin = UINT64_MAX - 5;
        stage_play(&s, 0, 0);
        ck_assert_uint_eq(s.result.writes, 5);
        ck_assert_uint_eq(s.after.n, 2);
        ck_assert_str_eq(s.after.items[0]->name, "a");
        ck_assert(s.after.items[0]->ours && s.after.items[1]->ours);
        ck_assert_uint_eq(s.after.items[0]->pin, UINT64_MAX - 5);
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_REGISTERED);
        ck_assert_int_eq(format_of(&s, "b")->state, FORMAT_REGISTERED);
        ck_assert_ptr_null(format_of(&s, "a")->reason);
}
END_TEST

START_TEST(a_refused_format_says_why_and_stops_no_other)
{
        _cleanup_(stage_clear) struct stage s;
        const struct format *b;

        stage_set(&s, LIST("a:ab:", "b:a:", "c:x:"), LIST());
        stage_play(&s, 3, -EINVAL); /* c and its mark come first */
        b = format_of(&s, "b");
        ck_assert_uint_eq(s.result.failed, 1);
        ck_assert_uint_eq(s.result.writes, 3);
        ck_assert_uint_eq(s.after.n, 2);
        ck_assert_int_eq(b->state, FORMAT_FAILED);
        ck_assert_int_eq(b->error, -EINVAL);
        ck_assert_str_eq(b->reason, table_refusal_sentence(-EINVAL, false));
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_REGISTERED);
        ck_assert_int_eq(format_of(&s, "c")->state, FORMAT_REGISTERED);
}
END_TEST

START_TEST(a_replacement_that_cannot_begin_leaves_the_old_entry)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:x:o"));
        stage_play(&s, 1, -ENOSPC);
        ck_assert_uint_eq(s.result.writes, 1);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert(entry_same(s.after.items[0], s.before.items[0]));
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_FAILED);
        ck_assert_str_eq(format_of(&s, "a")->reason,
                         "the entry of before is still in use: the kernel's limit of registered formats is "
                         "reached");
}
END_TEST

START_TEST(an_old_entry_that_cannot_be_removed_stays_without_a_shadow)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:x:o"));
        stage_play(&s, 3, -EROFS); /* stand-in, mark, remove */
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert_str_eq(s.after.items[0]->name, "a");
        ck_assert(entry_same(s.after.items[0], s.before.items[0]));
        ck_assert_int_eq(s.scene.plan.changes[0].error, -EROFS);
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_FAILED);
}
END_TEST

START_TEST(a_name_that_cannot_be_registered_leaves_the_shadow)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:x:o"));
        stage_play(&s, 4, -EIO);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert_str_eq(s.after.items[0]->name, "a" ENTRY_STAND_IN_SUFFIX);
        ck_assert(entry_same(s.after.items[0], s.wants.items[0]));
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_FAILED);
}
END_TEST

START_TEST(an_entry_without_its_mark_is_in_use_but_not_done)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST());
        stage_play(&s, 2, -EACCES);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert(!s.after.items[0]->ours);
        ck_assert(!s.scene.plan.changes[0].done);
        ck_assert_int_eq(s.scene.plan.changes[0].error, -EACCES);
        ck_assert_uint_eq(s.result.failed, 1);
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_REGISTERED);
        ck_assert_ptr_nonnull(strstr(format_of(&s, "a")->reason, "marked"));
}
END_TEST

START_TEST(a_shadow_without_its_mark_is_no_failure)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:x:o"));
        stage_play(&s, 2, -EACCES);
        ck_assert_uint_eq(s.result.failed, 0);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert(s.after.items[0]->ours && entry_same(s.after.items[0], s.wants.items[0]));
}
END_TEST

START_TEST(what_vanished_by_itself_counts_as_removed)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:x:o", "old:y:o", "b~binfmtd:z:"));
        for (size_t i = 0; i < s.before.n; i++)
                assert_ok(s.machine.table->ops->remove(s.machine.table, s.before.items[i]->name));
        stage_play(&s, 0, 0);
        ck_assert_uint_eq(s.result.failed, 0);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert(s.after.items[0]->ours);
}
END_TEST

START_TEST(what_does_not_fit_is_never_written)
{
        _cleanup_(stage_clear) struct stage s;
        _cleanup_free_ char *path = calloc(1, REGISTRATION_MAX + 1);
        struct entry *want;

        memset(path, '/', REGISTRATION_MAX);
        stage_set(&s, LIST("a:ab:", "b:x:"), LIST("a:y:o"));
        for (size_t i = 0; i < s.scene.n_ranked; i++) {
                want = s.scene.ranked[i]->want;
                free(want->interpreter);
                want->interpreter = strdup(path);
        }
        stage_play(&s, 0, 0);
        ck_assert_uint_eq(s.faulty.operations, 0);
        ck_assert_uint_eq(s.result.failed, 2);
        ck_assert_int_eq(format_of(&s, "a")->error, -E2BIG);
        ck_assert_int_eq(format_of(&s, "b")->error, -E2BIG);
}
END_TEST

START_TEST(a_removal_keeps_the_state_unless_it_fails)
{
        for (int fail = 0; fail < 2; fail++) {
                _cleanup_(stage_clear) struct stage s;

                stage_set(&s, LIST(), LIST("a:ab:o"));
                formats_find(&s.scene.formats, "a")->state = FORMAT_DISABLED;
                stage_play(&s, (size_t) fail, -EROFS);
                ck_assert_uint_eq(s.after.n, fail);
                ck_assert_int_eq(format_of(&s, "a")->state, fail ? FORMAT_FAILED : FORMAT_DISABLED);
        }
}
END_TEST

START_TEST(a_leftover_that_stays_says_nothing_of_its_format)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a~binfmtd:x:", "a:ab:o"));
        formats_find(&s.scene.formats, "a")->state = FORMAT_REGISTERED;
        stage_play(&s, 1, -EROFS);
        ck_assert_uint_eq(s.result.failed, 1);
        ck_assert_int_eq(s.scene.plan.changes[0].error, -EROFS);
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_REGISTERED);
}
END_TEST

START_TEST(adopting_and_switching_on_keep_the_place)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:", "b:b:"), LIST("x:x:", "b:b:od", "y:y:", "a:ab:"));
        stage_play(&s, 0, 0);
        ck_assert_uint_eq(s.result.writes, 1);
        ck_assert_uint_eq(s.after.n, 4);
        for (size_t i = 0; i < 4; i++)
                ck_assert_str_eq(s.after.items[i]->name, s.before.items[i]->name);
        ck_assert(s.after.items[1]->enabled && s.after.items[3]->ours);
        ck_assert(!s.after.items[0]->ours && !s.after.items[2]->ours);
}
END_TEST

#define TAKEN_BACK "programs of this machine did not run while it was registered, so it was taken back"

/* Every format of the stage may take native programs, and `name` stops them. */
static void stage_set_deadly(struct stage *s, const char *name) {
        for (size_t i = 0; i < s->scene.formats.n; i++)
                s->scene.formats.items[i]->may_take_natives = true;
        fake_table_set_deadly(s->machine.table, name);
}

static void assert_taken_back(const struct stage *s, const char *name, const char *reason) {
        const struct format *f = formats_find(&s->scene.formats, name);

        ck_assert_int_eq(f->state, FORMAT_FAILED);
        ck_assert_int_eq(f->error, -ENOEXEC);
        ck_assert_str_eq(f->reason, reason);
        ck_assert(f->keep);
        ck_assert_uint_eq(s->result.failed, 1);
}

START_TEST(what_stops_native_programs_is_taken_back)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:", "b:x:"), LIST());
        stage_set_deadly(&s, "a");
        stage_play(&s, 0, 0);
        assert_taken_back(&s, "a", TAKEN_BACK);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert_str_eq(s.after.items[0]->name, "b");
        ck_assert_int_eq(format_of(&s, "b")->state, FORMAT_REGISTERED);
}
END_TEST

START_TEST(a_replacement_that_stops_native_programs_leaves_the_old_entry)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:x:o"));
        stage_set_deadly(&s, "a~binfmtd");
        stage_play(&s, 0, 0);
        assert_taken_back(&s, "a", "the entry of before is still in use: " TAKEN_BACK);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert(entry_same(s.after.items[0], s.before.items[0]));
}
END_TEST

START_TEST(a_stand_in_serves_on_if_its_successor_stops_native_programs)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a~binfmtd:x:o"));
        stage_set_deadly(&s, "a");
        stage_play(&s, 0, 0);
        assert_taken_back(&s, "a", "a stand-in is in use: " TAKEN_BACK);
        ck_assert_uint_eq(s.after.n, 1);
        ck_assert_str_eq(s.after.items[0]->name, "a~binfmtd");
}
END_TEST

START_TEST(what_stops_native_programs_is_not_switched_on)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("a:ab:od"));
        stage_set_deadly(&s, "a");
        stage_play(&s, 0, 0);
        assert_taken_back(&s, "a", TAKEN_BACK);
        ck_assert_uint_eq(s.after.n, 0);
}
END_TEST

START_TEST(a_machine_whose_programs_did_not_run_before_proves_nothing)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST("other:x:"));
        stage_set_deadly(&s, "other");
        stage_play(&s, 0, 0);
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_REGISTERED);
        ck_assert_uint_eq(s.result.failed, 0);
}
END_TEST

START_TEST(native_programs_that_could_not_be_tried_prove_nothing)
{
        for (size_t fail_at = 1; fail_at <= 4;
             fail_at += 3) { /* before; and after registering and marking */
                _cleanup_(stage_clear) struct stage s;

                stage_set(&s, LIST("a:ab:"), LIST());
                stage_set_deadly(&s, "a");
                stage_play(&s, fail_at, -EAGAIN);
                ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_REGISTERED);
                ck_assert_uint_eq(s.after.n, 1);
        }
}
END_TEST

START_TEST(a_deadly_entry_that_cannot_be_removed_is_said)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:"), LIST());
        stage_set_deadly(&s, "a");
        stage_play(&s, 5, -EROFS); /* run, add, mark, run, remove */
        ck_assert_int_eq(format_of(&s, "a")->state, FORMAT_FAILED);
        ck_assert_int_eq(format_of(&s, "a")->error, -EROFS);
        ck_assert(!format_of(&s, "a")->keep && !s.scene.plan.changes[0].taken_back);
}
END_TEST

START_TEST(a_plain_format_asks_for_no_native_program)
{
        _cleanup_(stage_clear) struct stage s;

        stage_set(&s, LIST("a:ab:", "b:x:"), LIST("b:y:o"));
        stage_play(&s, 0, 0);
        ck_assert_uint_eq(s.faulty.operations, s.result.writes + 3); /* and a mark for each registration */
}
END_TEST

static void enter_instance(void) {
        no_instance = test_instance_enter();
        if (no_instance)
                printf("# tested against the model only: %s\n", no_instance);
}

TEST_MAIN_AFTER(enter_instance(), "apply", an_empty_plan_touches_nothing,
                a_registered_format_is_marked_with_its_pin, a_refused_format_says_why_and_stops_no_other,
                a_replacement_that_cannot_begin_leaves_the_old_entry,
                an_old_entry_that_cannot_be_removed_stays_without_a_shadow,
                a_name_that_cannot_be_registered_leaves_the_shadow,
                an_entry_without_its_mark_is_in_use_but_not_done, a_shadow_without_its_mark_is_no_failure,
                what_vanished_by_itself_counts_as_removed, what_does_not_fit_is_never_written,
                a_removal_keeps_the_state_unless_it_fails, a_leftover_that_stays_says_nothing_of_its_format,
                adopting_and_switching_on_keep_the_place, what_stops_native_programs_is_taken_back,
                a_replacement_that_stops_native_programs_leaves_the_old_entry,
                a_stand_in_serves_on_if_its_successor_stops_native_programs,
                what_stops_native_programs_is_not_switched_on,
                a_machine_whose_programs_did_not_run_before_proves_nothing,
                native_programs_that_could_not_be_tried_prove_nothing,
                a_deadly_entry_that_cannot_be_removed_is_said, a_plain_format_asks_for_no_native_program,
                any_table_becomes_what_is_wanted_without_a_gap,
                any_table_of_the_kernel_becomes_what_is_wanted_without_a_gap,
                any_failing_operation_leaves_each_format_in_use_and_the_next_pass_repairs,
                the_same_holds_with_the_kernel)
