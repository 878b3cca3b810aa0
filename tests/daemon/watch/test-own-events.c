/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/own-events.h"
#include "engine/pass/apply.h"
#include "engine/system/file.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <sys/inotify.h>

static struct kernel *kernel;
static int events;

static void begin(void) {
        char path[64];

        test_instance_clear();
        assert_ok(kernel_open(TEST_INSTANCE, &kernel));
        events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", kernel_directory(kernel));
        ck_assert_int_ge(inotify_add_watch(events, path, IN_MODIFY | IN_DELETE), 0);
}

static void end(void) {
        kernel = kernel_free(kernel);
        closep(&events);
}

/* How many of the events that there are, but for `register`, are not explained. */
static unsigned count_foreign(struct traces *t) {
        char buffer[8192] __attribute__((aligned(8)));
        ssize_t n = read(events, buffer, sizeof buffer);
        unsigned foreign = 0;

        for (ssize_t i = 0; i < n;) {
                const struct inotify_event *e = (const struct inotify_event *) (buffer + i);

                foreign += !streq(e->name, "register") && !traces_explain(t, e->mask, e->name);
                i += (ssize_t) (sizeof *e + e->len);
        }
        return foreign;
}

static void add(const char *name) {
        char s[300];

        ck_assert_int_eq(test_instance_register(
                                         s, (size_t) sprintf(s, ":%s:M::\\x01%s::/bin/true:", name, name)),
                         0);
}

static void remove_entry(const char *name) {
        ck_assert_int_eq(test_instance_write(name, "-1", 2), 0);
}

/* Carries a change out for real. */
static void apply(struct change *c, struct plan *plan) {
        struct apply_result result;

        *plan = (struct plan){ c, 1 };
        assert_ok(apply_plan(kernel, plan, &result));
        ck_assert(c->done);
}

struct scene {
        struct pattern *pattern;
        struct entry *want;
        struct format format;
        struct change change;
        struct plan plan;
};

static void scene_apply(struct scene *s, enum change_type type) {
        assert_ok(pattern_new_magic(0, (const uint8_t *) "\001a", NULL, 2, &s->pattern));
        assert_ok(entry_new("a", s->pattern, "/bin/true", 0, NULL, &s->want));
        s->format = (struct format){ .name = s->want->name, .want = s->want };
        s->change = (struct change){ .type = type, .format = &s->format, .have = s->want };
        apply(&s->change, &s->plan);
}

static void scene_clear(struct scene *s) {
        free(s->format.reason);
        entry_free(s->want);
        pattern_unref(s->pattern);
}

START_TEST(every_event_of_a_replacement_is_explained)
{
        struct traces t = { 0 };
        struct scene s = { 0 };

        begin();
        add("a");
        count_foreign(&t);
        scene_apply(&s, CHANGE_REPLACE);
        assert_ok(traces_expect(&t, &s.plan));
        ck_assert_uint_eq(count_foreign(&t), 0);
        ck_assert(traces_are_newest(kernel, &s.plan));
        traces_clear(&t);
        scene_clear(&s);
        end();
}
END_TEST

START_TEST(so_is_a_removal_but_only_once)
{
        struct traces t = { 0 };
        struct scene s = { 0 };

        begin();
        add("a");
        count_foreign(&t);
        scene_apply(&s, CHANGE_REMOVE);
        add("a");
        remove_entry("a");
        assert_ok(traces_expect(&t, &s.plan));
        ck_assert_uint_eq(count_foreign(&t), 2);
        traces_clear(&t);
        scene_clear(&s);
        end();
}
END_TEST

START_TEST(what_others_do_is_not_ours)
{
        struct traces t = { 0 };
        struct scene s = { 0 };

        begin();
        add("b");
        add("c");
        scene_apply(&s, CHANGE_ADD);
        test_instance_write("b", "0", 1);
        remove_entry("c");
        assert_ok(traces_expect(&t, &s.plan));
        ck_assert_uint_eq(count_foreign(&t), 3);
        ck_assert(traces_are_newest(kernel, &s.plan));
        add("d");
        ck_assert(!traces_are_newest(kernel, &s.plan));
        remove_entry("d");
        remove_entry("a");
        ck_assert(!traces_are_newest(kernel, &s.plan));
        traces_clear(&t);
        scene_clear(&s);
        end();
}
END_TEST

START_TEST(what_failed_is_not_expected)
{
        struct traces t = { 0 };
        struct format f = { .name = "a" };
        struct change c = { .type = CHANGE_REPLACE, .format = &f };
        struct plan plan = { &c, 1 };

        assert_ok(traces_expect(&t, &plan));
        ck_assert(!traces_explain(&t, IN_DELETE, "a"));
        traces_clear(&t);
        c.done = true;
        assert_ok(traces_expect(&t, &plan));
        ck_assert(traces_explain(&t, IN_DELETE, "a"));
        ck_assert(!traces_explain(&t, IN_DELETE, "a"));
        ck_assert(traces_explain(&t, IN_MODIFY, "a"));
        ck_assert(traces_explain(&t, IN_DELETE, "a" ENTRY_SHADOW_SUFFIX));
        ck_assert(!traces_explain(&t, IN_DELETE, "b"));
        traces_clear(&t);
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "traces", every_event_of_a_replacement_is_explained,
                so_is_a_removal_but_only_once, what_others_do_is_not_ours, what_failed_is_not_expected)
