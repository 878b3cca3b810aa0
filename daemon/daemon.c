/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/daemon.h"
#include "daemon/contention.h"
#include "daemon/log.h"
#include "daemon/pass-log.h"
#include "daemon/watch/own-events.h"
#include "daemon/watch/watched-paths.h"
#include "engine/system/surroundings.h"

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
        uint64_t device;     /* of the instance */
        int unavailable;
        struct watch *watch;
        struct watched_paths watched_paths;
        struct own_events own_events;
        struct contention *contention;
        struct pass_log pass_log;
        struct status status;
        bool due;
        bool registered; /* `register` was written to since the events were last read */
        bool table_left; /* the table was disturbed while a format is contended: it is marked dirty when that
                            ends */
        bool pass_complete;
        uint64_t retry_at, retry_delay; /* UINT64_MAX: not at all */
};

/* `r` is the result of marking something dirty. If that failed, the keeper takes all for dirty, so that
 * nothing is missed. */
static void note_marked(struct daemon *d, int r) {
        if (r < 0)
                keeper_mark_all(d->keeper);
        d->due = true;
}

static void on_path(void *user, enum watch_kind kind, const char *path) {
        struct daemon *d = user;

        switch (kind) {
        case WATCH_SOURCE:
                watched_paths_directory_changed(&d->watched_paths);
                note_marked(d, keeper_mark_directory(d->keeper, path));
                break;
        case WATCH_LINK:
                note_marked(d, keeper_mark_file(d->keeper, path));
                break;
        case WATCH_INTERPRETER:
                note_marked(d, keeper_mark_interpreter(d->keeper, path));
                break;
        case _WATCH_KIND_MAX:
                break;
        }
}

static void on_member(void *user, const char *directory, const char *name) {
        struct daemon *d = user;
        char path[PATH_MAX];

        if (!watched_paths_counts(directory, name) ||
            (size_t) snprintf(path, sizeof path, "%s/%s", directory, name) >= sizeof path)
                return;
        watched_paths_member_changed(&d->watched_paths, d->watch, directory, name);
        note_marked(d, keeper_mark_file(d->keeper, path));
}

static void on_events_lost(void *user) {
        struct daemon *d = user;

        watched_paths_directory_changed(&d->watched_paths);
        daemon_reload(d);
}

/* While a format is contended, the steps of its opponent are not answered one by one. */
static void mark_table(struct daemon *d) {
        if (contention_holds_any(d->contention)) {
                d->table_left = true;
                return;
        }
        keeper_mark_table(d->keeper);
        d->due = true;
}

static void on_instance(void *user, uint32_t mask, const char *name) {
        struct daemon *d = user;

        if (streq(name, "register"))
                d->registered = true;
        else if (streq(name, "status")) {
                note_marked(d, keeper_mark_entry(d->keeper, name));
                mark_table(d); /* Linux 6.1 tells of a flush by nothing else */
        } else if (!own_events_explain(&d->own_events, mask, name) && !contention_holds(d->contention, name))
                note_marked(d, keeper_mark_entry(d->keeper, name));
}

static void warn_unwatched(int error) {
        const struct log_record r = {
                .level = LOG_WARNING,
                .hint = error == -ENOSPC ? "raise the sysctl fs.inotify.max_user_watches" : NULL,
        };

        if (error < 0)
                log_write(&r, "not everything can be watched: %s", strerror(-error));
}

void daemon_dispatch(struct daemon *d) {
        warn_unwatched(watch_dispatch(d->watch));
        if (d->registered)
                mark_table(d);
        d->registered = false;
}

/* `error` says why there is no table. */
static void set_table(struct daemon *d, struct table *table, int error) {
        int r = watch_instance(d->watch, table ? table_directory(table) : -1);

        if (r < 0)
                log_say(LOG_WARNING, "changes by others cannot be watched: %s", strerror(-r));
        if (table)
                keeper_set_table(d->keeper, table);
        else
                keeper_set_no_table(d->keeper, error);
        d->table = table;
        d->due = true;
        if (error != d->unavailable)
                pass_log_instance(d->options.instance, error);
        d->unavailable = error;
}

static uint64_t device_of(struct table *table) {
        struct stat st;

        return fstat(table_directory(table), &st) < 0 ? 0 : st.st_dev;
}

/* 0, or the error that stands for whose table it is, where that is a machine around. */
static int why_not_keep(const struct daemon *d) {
        if (d->options.force || *d->options.root)
                return 0;
        return instance_owner_error(surroundings_find_owner(d->options.instance));
}

/* An instance that we hold does not go away, even if its last mount does; so only another instance replaces
 * it. */
int daemon_open(struct daemon *d, bool claims) {
        _cleanup_(table_freep) struct table *table = NULL;
        int r = table_open(d->options.instance, &table);
        bool is_new = r >= 0 && (!d->table || device_of(table) != d->device);
        int why_not = is_new || !d->table ? why_not_keep(d) : 0;

        if (why_not < 0) {
                is_new = false;
                r = why_not;
        }

        if (is_new)
                r = table_set_root(table, d->options.root);
        if (r < 0)
                is_new = false;
        if (is_new && claims) {
                int claimed = table_claim(table);

                if (claimed == -EBUSY)
                        return claimed;
                if (claimed < 0)
                        log_say(LOG_DEBUG, "the instance cannot be claimed: %s", strerror(-claimed));
        }
        if (is_new) {
                d->device = device_of(table);
                set_table(d, TAKE_PTR(table), 0);
        } else if (r < 0 && !d->table && r != d->unavailable)
                set_table(d, NULL, r);
        return d->table ? 0 : r;
}

void daemon_mounts_changed(struct daemon *d) {
        warn_unwatched(watch_check(d->watch));
}

void daemon_reload(struct daemon *d) {
        keeper_mark_all(d->keeper);
        d->due = true;
}

bool daemon_is_due(const struct daemon *d) {
        return d->due;
}

/* Counts the repairs of what others disturbed, and stops repairing where there are too many. */
static void note_repairs(struct daemon *d, const struct keeper_result *result, uint64_t now) {
        for (size_t i = 0; i < result->plan->n; i++) {
                const struct change *change = &result->plan->changes[i];
                int r;

                if (!change->drift || !change->done)
                        continue;
                r = contention_repaired(&d->contention, change->format->name, now);
                if (r != CONTENTION_BEGINS && r != CONTENTION_LASTS)
                        continue;
                note_marked(d, keeper_set_contended(d->keeper, change->format->name, true));
                if (r == CONTENTION_BEGINS)
                        pass_log_contended(change->format->name, change->format);
        }
}

/* The events of our own writes are in the queue already. They are read now, so that they do not cause
 * another pass; anything else among them is marked dirty as usual. */
static void take_own_events(struct daemon *d, const struct plan *plan) {
        (void) own_events_expect(&d->own_events, plan); /* without memory for them, they are looked into */
        warn_unwatched(watch_dispatch(d->watch));
        if (d->registered && d->table && !own_events_are_newest(d->table, plan))
                mark_table(d);
        d->registered = false;
        own_events_clear(&d->own_events);
}

/* A pass reports failures only of the formats that it tried itself, so a pass before the retry is due says
 * nothing about those that failed. */
static void plan_retry(struct daemon *d, bool failed, uint64_t now) {
        bool tried = d->retry_at == UINT64_MAX;

        if (failed && tried) {
                d->retry_delay = d->retry_delay == 0 ? RETRY_MIN : 2 * d->retry_delay;
                if (d->retry_delay > RETRY_MAX)
                        d->retry_delay = RETRY_MAX;
                d->retry_at = now + d->retry_delay;
        } else if (tried)
                d->retry_delay = 0;
}

static void take_status(struct daemon *d) {
        status_take(keeper_last_pass(d->keeper), &d->options, d->table ? d->device : 0, &d->status);
}

int daemon_switch(struct daemon *d, const struct switches *s) {
        int r = switch_formats(d->options.root, &keeper_last_pass(d->keeper)->catalog, s);

        /* A failed call may have written one of the two files. */
        note_marked(d, keeper_mark_file(d->keeper, SWITCH_PATH_LASTING));
        note_marked(d, keeper_mark_file(d->keeper, SWITCH_PATH_RUNTIME));
        return r;
}

int daemon_pass(struct daemon *d, uint64_t now, struct keeper_result *ret) {
        struct keeper_result result;
        int r;

        d->due = false;
        r = keeper_pass(d->keeper, &result);
        plan_retry(d, r < 0 || result.retry, now);
        d->pass_complete = r >= 0 && result.applied.failed == 0;
        take_status(d);
        if (r < 0) {
                log_say(LOG_ERR, "the pass failed and will be tried again: %s", strerror(-r));
                return r;
        }
        pass_log_pass(&d->pass_log, &result, keeper_last_pass(d->keeper));
        if (result.applied.writes > 0)
                take_own_events(d, result.plan);
        note_repairs(d, &result, now);
        r = watched_paths_follow(&d->watched_paths, d->watch, d->keeper);
        warn_unwatched(r);
        d->due = d->due || r != 0;
        *ret = result;
        return 0;
}

uint64_t daemon_next(const struct daemon *d) {
        uint64_t fight = contention_next(d->contention);

        return fight < d->retry_at ? fight : d->retry_at;
}

static void on_trial(void *user, const char *name) {
        struct daemon *d = user;

        note_marked(d, keeper_set_contended(d->keeper, name, false));
        note_marked(d, keeper_mark_entry(d->keeper, name));
}

static void on_settled(void *user _unused_, const char *name) {
        pass_log_settled(name);
}

void daemon_tick(struct daemon *d, uint64_t now) {
        if (now >= d->retry_at) {
                d->retry_at = UINT64_MAX;
                keeper_mark_failed(d->keeper);
                d->due = true;
        }
        contention_tick(&d->contention, now, on_trial, on_settled, d);
        if (d->table_left && !contention_holds_any(d->contention)) {
                d->table_left = false;
                mark_table(d);
        }
}

const struct status *daemon_status(const struct daemon *d) {
        return &d->status;
}

bool daemon_pass_is_complete(const struct daemon *d) {
        return d->pass_complete;
}

int daemon_remove_entries(struct daemon *d, size_t *ret_removed) {
        *ret_removed = 0;
        return d->table ? reconcile_remove(d->table, NULL, ret_removed) : 0;
}

int daemon_new(const struct options *options, struct daemon **ret) {
        static const struct watch_handler handler = { on_path, on_member, on_instance, on_events_lost };
        _cleanup_(daemon_freep) struct daemon *d = calloc(1, sizeof *d);
        int r;

        if (!d)
                return -ENOMEM;
        d->retry_at = UINT64_MAX;
        d->due = true;
        d->options.force = options->force;
        d->options.root = strdup(options->root);
        d->options.instance = strdup(options->instance);
        if (!d->options.root || !d->options.instance)
                return -ENOMEM;
        r = watched_paths_init(&d->watched_paths, options->root);
        if (r >= 0)
                r = keeper_new(options, &d->keeper);
        if (r >= 0)
                r = watch_new(options->root, &handler, d, &d->watch);
        if (r < 0)
                return r;
        take_status(d);
        warn_unwatched(watched_paths_begin(d->watch));
        *ret = TAKE_PTR(d);
        return 0;
}

struct daemon *daemon_free(struct daemon *d) {
        if (!d)
                return NULL;
        keeper_free(d->keeper);
        watch_free(d->watch);
        contention_free(&d->contention);
        watched_paths_clear(&d->watched_paths);
        pass_log_clear(&d->pass_log);
        free((void *) d->options.root);
        free((void *) d->options.instance);
        free(d);
        return NULL;
}

int daemon_fd(const struct daemon *d) {
        return watch_fd(d->watch);
}
