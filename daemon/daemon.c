/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/daemon.h"
#include "daemon/contention.h"
#include "daemon/log.h"
#include "daemon/pass-log.h"
#include "daemon/watch/own-events.h"
#include "daemon/watch/watched-paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#define RETRY_MIN (100u * UINT64_C(1000))
#define RETRY_MAX (5u * UINT64_C(1000000))

struct caretaker {
        struct options options; /* with strings of our own */
        struct keeper *keeper;
        struct kernel *kernel; /* the keeper's; NULL: unavailable */
        uint64_t dev;          /* of the instance */
        int unavailable;
        struct watch *watch;
        struct interest interest;
        struct traces traces;
        struct contention *contention;
        struct chronicle chronicle;
        struct status status;
        bool due;
        bool registered; /* `register` was written to since the last look */
        bool table_left; /* the table was disturbed while a fight is on: to be looked at when that ends */
        bool content;
        uint64_t retry_at, retry_delay; /* UINT64_MAX: not at all */
};

/* Whatever fails here makes the keeper take all for touched: nothing is missed. */
static void touched(struct caretaker *c, int r) {
        if (r < 0)
                keeper_touch_all(c->keeper);
        c->due = true;
}

static void on_path(void *user, enum watch_kind kind, const char *path) {
        struct caretaker *c = user;

        switch (kind) {
        case WATCH_SOURCE:
                interest_touch_directory(&c->interest);
                touched(c, keeper_touch_directory(c->keeper, path));
                break;
        case WATCH_LINK:
                touched(c, keeper_touch_file(c->keeper, path));
                break;
        case WATCH_INTERPRETER:
                touched(c, keeper_touch_interpreter(c->keeper, path));
                break;
        case _WATCH_KIND_MAX:
                break;
        }
}

static void on_member(void *user, const char *directory, const char *name) {
        struct caretaker *c = user;
        char path[PATH_MAX];

        if (!interest_counts(directory, name) ||
            (size_t) snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
                return;
        interest_touch_member(&c->interest, c->watch, directory, name);
        touched(c, keeper_touch_file(c->keeper, path));
}

static void on_lost(void *user) {
        struct caretaker *c = user;

        interest_touch_directory(&c->interest);
        caretaker_reload(c);
}

/* While a fight is on, others' steps are not answered one by one. */
static void touch_table(struct caretaker *c) {
        if (contention_holds_any(c->contention)) {
                c->table_left = true;
                return;
        }
        keeper_touch_table(c->keeper);
        c->due = true;
}

static void on_instance(void *user, uint32_t mask, const char *name) {
        struct caretaker *c = user;

        if (streq(name, "register"))
                c->registered = true;
        else if (streq(name, "status")) {
                touched(c, keeper_touch_entry(c->keeper, name));
                touch_table(c); /* Linux 6.1 tells of a flush by nothing else */
        } else if (!traces_explain(&c->traces, mask, name) && !contention_holds(c->contention, name))
                touched(c, keeper_touch_entry(c->keeper, name));
}

static void tell_unwatched(int error) {
        const struct record r = {
                .level = LOG_WARNING,
                .hint = error == -ENOSPC ? "raise the sysctl fs.inotify.max_user_watches" : NULL,
        };

        if (error < 0)
                journal_write(&r, "not everything can be watched: %s", strerror(-error));
}

static void take_events(struct caretaker *c) {
        tell_unwatched(watch_dispatch(c->watch));
}

void caretaker_dispatch(struct caretaker *c) {
        take_events(c);
        if (c->registered)
                touch_table(c);
        c->registered = false;
}

static void set_kernel(struct caretaker *c, struct kernel *k, int unavailable) {
        int r = watch_instance(c->watch, k ? kernel_directory(k) : -1);

        if (r < 0)
                journal_say(LOG_WARNING, "changes by others cannot be watched: %s", strerror(-r));
        keeper_set_kernel(c->keeper, k, unavailable);
        c->kernel = k;
        c->due = true;
        if (unavailable != c->unavailable)
                chronicle_instance(c->options.instance, unavailable);
        c->unavailable = unavailable;
}

static uint64_t device_of(struct kernel *k) {
        struct stat st;

        return fstat(kernel_directory(k), &st) < 0 ? 0 : st.st_dev;
}

/* An instance that is held does not go away, even if its last mount does; so only another one replaces it.
 */
int caretaker_open(struct caretaker *c) {
        _cleanup_(kernel_freep) struct kernel *k = NULL;
        int r = kernel_open(c->options.instance, &k);

        if (r >= 0 && (!c->kernel || device_of(k) != c->dev)) {
                c->dev = device_of(k);
                set_kernel(c, TAKE_PTR(k), 0);
        } else if (r < 0 && !c->kernel && r != c->unavailable)
                set_kernel(c, NULL, r);
        return c->kernel ? 0 : r;
}

void caretaker_mounts_changed(struct caretaker *c) {
        tell_unwatched(watch_check(c->watch));
}

void caretaker_reload(struct caretaker *c) {
        keeper_touch_all(c->keeper);
        c->due = true;
}

bool caretaker_is_due(const struct caretaker *c) {
        return c->due;
}

/* Put right what others disturbed: how often may that go on? */
static void note_repairs(struct caretaker *c, const struct keeper_result *result, uint64_t now) {
        for (size_t i = 0; i < result->plan->n; i++) {
                const struct change *change = &result->plan->changes[i];
                int r;

                if (!change->drift || !change->done)
                        continue;
                r = contention_repaired(&c->contention, change->format->name, now);
                if (r != CONTENTION_BEGINS && r != CONTENTION_LASTS)
                        continue;
                touched(c, keeper_set_contended(c->keeper, change->format->name, true));
                if (r == CONTENTION_BEGINS)
                        chronicle_contended(change->format->name, change->format);
        }
}

/* The events of our own writes are in the queue already: they are taken now, so that they wake nobody. What
 * else is among them is touched as ever. */
static void take_own_events(struct caretaker *c, const struct plan *plan) {
        (void) traces_expect(&c->traces, plan); /* without memory for them, they are looked into */
        take_events(c);
        if (c->registered && c->kernel && !traces_are_newest(c->kernel, plan))
                touch_table(c);
        c->registered = false;
        traces_clear(&c->traces);
}

/* A pass tells only of what it tried itself: another one before the next try says nothing of what failed. */
static void plan_retry(struct caretaker *c, bool failed, uint64_t now) {
        bool tried = c->retry_at == UINT64_MAX;

        if (failed && tried) {
                c->retry_delay = c->retry_delay == 0 ? RETRY_MIN : 2 * c->retry_delay;
                if (c->retry_delay > RETRY_MAX)
                        c->retry_delay = RETRY_MAX;
                c->retry_at = now + c->retry_delay;
        } else if (tried)
                c->retry_delay = 0;
}

static void take_status(struct caretaker *c) {
        status_take(keeper_report(c->keeper), &c->options, c->kernel ? c->dev : 0, &c->status);
}

int caretaker_switch(struct caretaker *c, const struct switches *s) {
        int r = switch_formats(c->options.root, &keeper_report(c->keeper)->catalog, s);

        /* What was written before it failed counts as well. */
        touched(c, keeper_touch_file(c->keeper, SWITCH_PATH_LASTING));
        touched(c, keeper_touch_file(c->keeper, SWITCH_PATH_RUNTIME));
        return r;
}

int caretaker_pass(struct caretaker *c, uint64_t now, struct keeper_result *ret) {
        struct keeper_result result;
        int r;

        c->due = false;
        r = keeper_pass(c->keeper, &result);
        plan_retry(c, r < 0 || result.retry, now);
        c->content = r >= 0 && result.applied.failed == 0;
        take_status(c);
        if (r < 0) {
                journal_say(LOG_ERR, "the pass failed and will be tried again: %s", strerror(-r));
                return r;
        }
        chronicle_pass(&c->chronicle, &result, keeper_report(c->keeper));
        if (result.applied.writes > 0)
                take_own_events(c, result.plan);
        note_repairs(c, &result, now);
        r = interest_follow(&c->interest, c->watch, c->keeper);
        tell_unwatched(r);
        c->due = c->due || r != 0;
        *ret = result;
        return 0;
}

uint64_t caretaker_next(const struct caretaker *c) {
        uint64_t fight = contention_next(c->contention);

        return fight < c->retry_at ? fight : c->retry_at;
}

static void on_trial(void *user, const char *name) {
        struct caretaker *c = user;

        touched(c, keeper_set_contended(c->keeper, name, false));
        touched(c, keeper_touch_entry(c->keeper, name));
}

static void on_settled(void *user _unused_, const char *name) {
        chronicle_settled(name);
}

void caretaker_tick(struct caretaker *c, uint64_t now) {
        if (now >= c->retry_at) {
                c->retry_at = UINT64_MAX;
                keeper_touch_failed(c->keeper);
                c->due = true;
        }
        contention_tick(&c->contention, now, on_trial, on_settled, c);
        if (c->table_left && !contention_holds_any(c->contention)) {
                c->table_left = false;
                touch_table(c);
        }
}

const struct status *caretaker_status(const struct caretaker *c) {
        return &c->status;
}

bool caretaker_is_content(const struct caretaker *c) {
        return c->content;
}

int caretaker_leave(struct caretaker *c, size_t *ret_removed) {
        *ret_removed = 0;
        return c->kernel ? reconcile_remove(c->kernel, NULL, ret_removed) : 0;
}

int caretaker_new(const struct options *options, struct caretaker **ret) {
        static const struct watch_handler handler = { on_path, on_member, on_instance, on_lost };
        _cleanup_(caretaker_freep) struct caretaker *c = calloc(1, sizeof *c);
        int r;

        if (!c)
                return -ENOMEM;
        c->retry_at = UINT64_MAX;
        c->due = true;
        c->options.root = strdup(options->root);
        c->options.instance = strdup(options->instance);
        if (!c->options.root || !c->options.instance)
                return -ENOMEM;
        r = interest_init(&c->interest, options->root);
        if (r >= 0)
                r = keeper_new(options, &c->keeper);
        if (r >= 0)
                r = watch_new(options->root, &handler, c, &c->watch);
        if (r < 0)
                return r;
        take_status(c);
        tell_unwatched(interest_begin(c->watch));
        *ret = TAKE_PTR(c);
        return 0;
}

struct caretaker *caretaker_free(struct caretaker *c) {
        if (!c)
                return NULL;
        keeper_free(c->keeper);
        watch_free(c->watch);
        contention_free(&c->contention);
        interest_clear(&c->interest);
        chronicle_clear(&c->chronicle);
        free((void *) c->options.root);
        free((void *) c->options.instance);
        free(c);
        return NULL;
}

int caretaker_fd(const struct caretaker *c) {
        return watch_fd(c->watch);
}
