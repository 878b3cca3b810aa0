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

struct daemon {
        struct options options; /* with strings of our own */
        struct keeper *keeper;
        struct table *table; /* the keeper's; NULL: unavailable */
        uint64_t dev;        /* of the instance */
        int unavailable;
        struct watch *watch;
        struct watched_paths watched_paths;
        struct own_events own_events;
        struct contention *contention;
        struct pass_log pass_log;
        struct status status;
        bool due;
        bool registered; /* `register` was written to since the last look */
        bool table_left; /* the table was disturbed while a fight is on: to be looked at when that ends */
        bool content;
        uint64_t retry_at, retry_delay; /* UINT64_MAX: not at all */
};

/* Whatever fails here makes the keeper take all for dirty: nothing is missed. */
static void dirty(struct daemon *c, int r) {
        if (r < 0)
                keeper_mark_all(c->keeper);
        c->due = true;
}

static void on_path(void *user, enum watch_kind kind, const char *path) {
        struct daemon *c = user;

        switch (kind) {
        case WATCH_SOURCE:
                watched_paths_touch_directory(&c->watched_paths);
                dirty(c, keeper_mark_directory(c->keeper, path));
                break;
        case WATCH_LINK:
                dirty(c, keeper_mark_file(c->keeper, path));
                break;
        case WATCH_INTERPRETER:
                dirty(c, keeper_mark_interpreter(c->keeper, path));
                break;
        case _WATCH_KIND_MAX:
                break;
        }
}

static void on_member(void *user, const char *directory, const char *name) {
        struct daemon *c = user;
        char path[PATH_MAX];

        if (!watched_paths_counts(directory, name) ||
            (size_t) snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
                return;
        watched_paths_touch_member(&c->watched_paths, c->watch, directory, name);
        dirty(c, keeper_mark_file(c->keeper, path));
}

static void on_lost(void *user) {
        struct daemon *c = user;

        watched_paths_touch_directory(&c->watched_paths);
        daemon_reload(c);
}

/* While a fight is on, others' steps are not answered one by one. */
static void touch_table(struct daemon *c) {
        if (contention_holds_any(c->contention)) {
                c->table_left = true;
                return;
        }
        keeper_mark_table(c->keeper);
        c->due = true;
}

static void on_instance(void *user, uint32_t mask, const char *name) {
        struct daemon *c = user;

        if (streq(name, "register"))
                c->registered = true;
        else if (streq(name, "status")) {
                dirty(c, keeper_mark_entry(c->keeper, name));
                touch_table(c); /* Linux 6.1 tells of a flush by nothing else */
        } else if (!own_events_explain(&c->own_events, mask, name) && !contention_holds(c->contention, name))
                dirty(c, keeper_mark_entry(c->keeper, name));
}

static void tell_unwatched(int error) {
        const struct log_record r = {
                .level = LOG_WARNING,
                .hint = error == -ENOSPC ? "raise the sysctl fs.inotify.max_user_watches" : NULL,
        };

        if (error < 0)
                log_write(&r, "not everything can be watched: %s", strerror(-error));
}

static void take_events(struct daemon *c) {
        tell_unwatched(watch_dispatch(c->watch));
}

void daemon_dispatch(struct daemon *c) {
        take_events(c);
        if (c->registered)
                touch_table(c);
        c->registered = false;
}

/* `error` says why there is no table. */
static void set_table(struct daemon *c, struct table *k, int error) {
        int r = watch_instance(c->watch, k ? table_directory(k) : -1);

        if (r < 0)
                log_say(LOG_WARNING, "changes by others cannot be watched: %s", strerror(-r));
        if (k)
                keeper_set_table(c->keeper, k);
        else
                keeper_set_no_table(c->keeper, error);
        c->table = k;
        c->due = true;
        if (error != c->unavailable)
                pass_log_instance(c->options.instance, error);
        c->unavailable = error;
}

static uint64_t device_of(struct table *k) {
        struct stat st;

        return fstat(table_directory(k), &st) < 0 ? 0 : st.st_dev;
}

/* An instance that is held does not go away, even if its last mount does; so only another one replaces it.
 */
int daemon_open(struct daemon *c) {
        _cleanup_(table_freep) struct table *k = NULL;
        int r = table_open(c->options.instance, &k);

        if (r >= 0 && (!c->table || device_of(k) != c->dev)) {
                c->dev = device_of(k);
                set_table(c, TAKE_PTR(k), 0);
        } else if (r < 0 && !c->table && r != c->unavailable)
                set_table(c, NULL, r);
        return c->table ? 0 : r;
}

void daemon_mounts_changed(struct daemon *c) {
        tell_unwatched(watch_check(c->watch));
}

void daemon_reload(struct daemon *c) {
        keeper_mark_all(c->keeper);
        c->due = true;
}

bool daemon_is_due(const struct daemon *c) {
        return c->due;
}

/* Put right what others disturbed: how often may that go on? */
static void note_repairs(struct daemon *c, const struct keeper_result *result, uint64_t now) {
        for (size_t i = 0; i < result->plan->n; i++) {
                const struct change *change = &result->plan->changes[i];
                int r;

                if (!change->drift || !change->done)
                        continue;
                r = contention_repaired(&c->contention, change->format->name, now);
                if (r != CONTENTION_BEGINS && r != CONTENTION_LASTS)
                        continue;
                dirty(c, keeper_set_contended(c->keeper, change->format->name, true));
                if (r == CONTENTION_BEGINS)
                        pass_log_contended(change->format->name, change->format);
        }
}

/* The events of our own writes are in the queue already: they are taken now, so that they wake nobody. What
 * else is among them is marked dirty as ever. */
static void take_own_events(struct daemon *c, const struct plan *plan) {
        (void) own_events_expect(&c->own_events, plan); /* without memory for them, they are looked into */
        take_events(c);
        if (c->registered && c->table && !own_events_are_newest(c->table, plan))
                touch_table(c);
        c->registered = false;
        own_events_clear(&c->own_events);
}

/* A pass tells only of what it tried itself: another one before the next try says nothing of what failed. */
static void plan_retry(struct daemon *c, bool failed, uint64_t now) {
        bool tried = c->retry_at == UINT64_MAX;

        if (failed && tried) {
                c->retry_delay = c->retry_delay == 0 ? RETRY_MIN : 2 * c->retry_delay;
                if (c->retry_delay > RETRY_MAX)
                        c->retry_delay = RETRY_MAX;
                c->retry_at = now + c->retry_delay;
        } else if (tried)
                c->retry_delay = 0;
}

static void take_status(struct daemon *c) {
        status_take(keeper_last_pass(c->keeper), &c->options, c->table ? c->dev : 0, &c->status);
}

int daemon_switch(struct daemon *c, const struct switches *s) {
        int r = switch_formats(c->options.root, &keeper_last_pass(c->keeper)->catalog, s);

        /* What was written before it failed counts as well. */
        dirty(c, keeper_mark_file(c->keeper, SWITCH_PATH_LASTING));
        dirty(c, keeper_mark_file(c->keeper, SWITCH_PATH_RUNTIME));
        return r;
}

int daemon_pass(struct daemon *c, uint64_t now, struct keeper_result *ret) {
        struct keeper_result result;
        int r;

        c->due = false;
        r = keeper_pass(c->keeper, &result);
        plan_retry(c, r < 0 || result.retry, now);
        c->content = r >= 0 && result.applied.failed == 0;
        take_status(c);
        if (r < 0) {
                log_say(LOG_ERR, "the pass failed and will be tried again: %s", strerror(-r));
                return r;
        }
        pass_log_pass(&c->pass_log, &result, keeper_last_pass(c->keeper));
        if (result.applied.writes > 0)
                take_own_events(c, result.plan);
        note_repairs(c, &result, now);
        r = watched_paths_follow(&c->watched_paths, c->watch, c->keeper);
        tell_unwatched(r);
        c->due = c->due || r != 0;
        *ret = result;
        return 0;
}

uint64_t daemon_next(const struct daemon *c) {
        uint64_t fight = contention_next(c->contention);

        return fight < c->retry_at ? fight : c->retry_at;
}

static void on_trial(void *user, const char *name) {
        struct daemon *c = user;

        dirty(c, keeper_set_contended(c->keeper, name, false));
        dirty(c, keeper_mark_entry(c->keeper, name));
}

static void on_settled(void *user _unused_, const char *name) {
        pass_log_settled(name);
}

void daemon_tick(struct daemon *c, uint64_t now) {
        if (now >= c->retry_at) {
                c->retry_at = UINT64_MAX;
                keeper_mark_failed(c->keeper);
                c->due = true;
        }
        contention_tick(&c->contention, now, on_trial, on_settled, c);
        if (c->table_left && !contention_holds_any(c->contention)) {
                c->table_left = false;
                touch_table(c);
        }
}

const struct status *daemon_status(const struct daemon *c) {
        return &c->status;
}

bool daemon_is_content(const struct daemon *c) {
        return c->content;
}

int daemon_leave(struct daemon *c, size_t *ret_removed) {
        *ret_removed = 0;
        return c->table ? reconcile_remove(c->table, NULL, ret_removed) : 0;
}

int daemon_new(const struct options *options, struct daemon **ret) {
        static const struct watch_handler handler = { on_path, on_member, on_instance, on_lost };
        _cleanup_(daemon_freep) struct daemon *c = calloc(1, sizeof *c);
        int r;

        if (!c)
                return -ENOMEM;
        c->retry_at = UINT64_MAX;
        c->due = true;
        c->options.root = strdup(options->root);
        c->options.instance = strdup(options->instance);
        if (!c->options.root || !c->options.instance)
                return -ENOMEM;
        r = watched_paths_init(&c->watched_paths, options->root);
        if (r >= 0)
                r = keeper_new(options, &c->keeper);
        if (r >= 0)
                r = watch_new(options->root, &handler, c, &c->watch);
        if (r < 0)
                return r;
        take_status(c);
        tell_unwatched(watched_paths_begin(c->watch));
        *ret = TAKE_PTR(c);
        return 0;
}

struct daemon *daemon_free(struct daemon *c) {
        if (!c)
                return NULL;
        keeper_free(c->keeper);
        watch_free(c->watch);
        contention_free(&c->contention);
        watched_paths_clear(&c->watched_paths);
        pass_log_clear(&c->pass_log);
        free((void *) c->options.root);
        free((void *) c->options.instance);
        free(c);
        return NULL;
}

int daemon_fd(const struct daemon *c) {
        return watch_fd(c->watch);
}
