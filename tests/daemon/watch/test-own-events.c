/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/watch/own-events.h"
#include "engine/pass/apply.h"
#include "engine/system/file.h"
#include "tests/instance.h"
#include "tests/test.h"

#include <sys/inotify.h>

static struct table *table;
static int events;

static void begin(void) {
        char path[64];

        test_instance_clear();
        assert_ok(table_open(TEST_INSTANCE, &table));
        events = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", table_directory(table));
        ck_assert_int_ge(inotify_add_watch(events, path, IN_MODIFY | IN_DELETE), 0);
}

static void end(void) {
        table = table_free(table);
        closep(&events);
}

/* Reads all events, and returns the number of those that are not explained, `register` aside. */
static unsigned count_foreign(struct own_events *t) {
        char buffer[8192] __attribute__((aligned(8)));
        ssize_t n = read(events, buffer, sizeof buffer);
        unsigned foreign = 0;

        for (ssize_t i = 0; i < n;) {
                const struct inotify_event *e = (const struct inotify_event *) (buffer + i);

                foreign += !streq(e->name, "register") && !own_events_explain(t, e->mask, e->name);
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
        assert_ok(apply_plan(table, plan, &result));
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
        struct own_events t = { 0 };
        struct scene s = { 0 };

        begin();
        add("a");
        count_foreign(&t);
        scene_apply(&s, CHANGE_REPLACE);
        assert_ok(own_events_expect(&t, &s.plan));
        ck_assert_uint_eq(count_foreign(&t), 0);
        ck_assert(own_events_are_newest(table, &s.plan));
        own_events_clear(&t);
        scene_clear(&s);
        end();
}
END_TEST

START_TEST(so_is_a_removal_but_only_once)
{
        struct own_events t = { 0 };
        struct scene s = { 0 };

        begin();
        add("a");
        count_foreign(&t);
        scene_apply(&s, CHANGE_REMOVE);
        add("a");
        remove_entry("a");
        assert_ok(own_events_expect(&t, &s.plan));
        ck_assert_uint_eq(count_foreign(&t), 2);
        own_events_clear(&t);
        scene_clear(&s);
        end();
}
END_TEST

START_TEST(what_others_do_is_not_ours)
{
        struct own_events t = { 0 };
        struct scene s = { 0 };

        begin();
        add("b");
        add("c");
        scene_apply(&s, CHANGE_ADD);
        test_instance_write("b", "0", 1);
        remove_entry("c");
        assert_ok(own_events_expect(&t, &s.plan));
        ck_assert_uint_eq(count_foreign(&t), 3);
        ck_assert(own_events_are_newest(table, &s.plan));
        add("d");
        ck_assert(!own_events_are_newest(table, &s.plan));
        remove_entry("d");
        remove_entry("a");
        ck_assert(!own_events_are_newest(table, &s.plan));
        own_events_clear(&t);
        scene_clear(&s);
        end();
}
END_TEST

START_TEST(what_failed_is_not_expected)
{
        struct own_events t = { 0 };
        struct format f = { .name = "a" };
        struct change c = { .type = CHANGE_REPLACE, .format = &f };
        struct plan plan = { &c, 1 };

        assert_ok(own_events_expect(&t, &plan));
        ck_assert(!own_events_explain(&t, IN_DELETE, "a"));
        own_events_clear(&t);
        c.done = true;
        assert_ok(own_events_expect(&t, &plan));
        ck_assert(own_events_explain(&t, IN_DELETE, "a"));
        ck_assert(!own_events_explain(&t, IN_DELETE, "a"));
        ck_assert(own_events_explain(&t, IN_MODIFY, "a"));
        ck_assert(own_events_explain(&t, IN_DELETE, "a" ENTRY_STAND_IN_SUFFIX));
        ck_assert(!own_events_explain(&t, IN_DELETE, "b"));
        own_events_clear(&t);
}
END_TEST

TEST_MAIN_AFTER(test_instance_require(), "traces", every_event_of_a_replacement_is_explained,
                so_is_a_removal_but_only_once, what_others_do_is_not_ours, what_failed_is_not_expected)
