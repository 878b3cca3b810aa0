/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Priorities: all sources of news go before the pass, so that a pass knows all there is to know. */

#include "daemon/loop.h"
#include "daemon/front/bus.h"
#include "daemon/front/control.h"
#include "daemon/front/varlink.h"
#include "daemon/log.h"
#include "daemon/names.h"
#include "daemon/pace.h"
#include "daemon/watch/mountinfo.h"
#include "daemon/watch/uevent.h"
#include "model/health/owner.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <time.h>

#define PRIORITY_PASS (SD_EVENT_PRIORITY_NORMAL + 10)

/* The kernel announces a module before it has initialised itself, so its instance is looked for again after
 * a while. */
#define INSTANCE_PAUSE (20u * UINT64_C(1000))
#define INSTANCE_TRIES 250u

struct loop {
        sd_event *event;
        struct daemon *daemon;
        struct control *control;
        struct varlink_api *varlink; /* NULL until the first pass */
        struct bus *bus;             /* likewise */
        struct interfaces interfaces;
        char *instance;
        struct mountinfo *mountinfo;
        struct uevent *uevent; /* NULL while there is an instance */
        unsigned tries_left;   /* to find the instance of a module that was just loaded */
        struct pace pace;
        sd_event_source *watch, *pass, *pass_timer, *timer, *instance_timer, *signals[4];
        char *status; /* as last sent to systemd */
        bool ready;
        bool remove_entries; /* at the end */
};

static uint64_t now_of(struct loop *l) {
        uint64_t now;

        return sd_event_now(l->event, CLOCK_MONOTONIC, &now) < 0 ? 0 : now;
}

/* Arms the timer for `at`; UINT64_MAX disarms it. */
static int arm_timer(sd_event_source *timer, uint64_t at) {
        int r;

        if (at == UINT64_MAX)
                return sd_event_source_set_enabled(timer, SD_EVENT_OFF);
        r = sd_event_source_set_time(timer, at);
        return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

/* Called after every step: arms the timers for the daemon's next time, and for a pass if one is due. */
static int schedule_pass(struct loop *l) {
        uint64_t now = now_of(l), next;
        int r;

        r = arm_timer(l->timer, daemon_next(l->daemon));
        if (r < 0 || !daemon_is_due(l->daemon))
                return r;
        next = pace_next(&l->pace, now);
        return next > now ? arm_timer(l->pass_timer, next)
                          : sd_event_source_set_enabled(l->pass, SD_EVENT_ONESHOT);
}

static void notify_systemd(struct loop *l) {
        _cleanup_(text_clear) struct text t = { 0 };
        char *status;

        status_describe(daemon_status(l->daemon), &t);
        status = text_take(&t);
        if (!status || (l->ready && streq_ptr(status, l->status))) {
                free(status);
                return;
        }
        (void) sd_notifyf(false, "%sSTATUS=%s", l->ready ? "" : "READY=1\n", status);
        if (!l->ready)
                log_say(LOG_INFO, "ready: %s", status);
        l->ready = true;
        free(l->status);
        l->status = status;
}

/* Called after the first pass: before it, clients would take what is not known yet for what is not there. */
static void serve_interfaces(struct loop *l) {
        const struct interfaces *i = &l->interfaces;
        int r = varlink_api_new(l->event, l->control, &l->varlink);

        if (r >= 0)
                r = varlink_api_listen(l->varlink, i->socket);
        if (r < 0)
                log_say(LOG_ERR, "cannot listen on %s: %s",
                        i->socket ? i->socket : "the socket of systemd's", strerror(-r));
        r = i->bus ? bus_new(l->event, l->control, i->bus, &l->bus) : 0;
        if (r < 0)
                log_say(LOG_ERR, "cannot be on the bus %s: %s", i->bus, strerror(-r));
}

static int loop_run_pass(void *user) {
        struct loop *l = user;
        struct keeper_result result;
        int r;

        pace_count(&l->pace, now_of(l));
        r = daemon_pass(l->daemon, now_of(l), &result);
        control_notify(l->control, r < 0 ? NULL : &result);
        if (!l->varlink)
                serve_interfaces(l);
        notify_systemd(l);
        return r;
}

/* A pass that a client asked for is not delayed by the pace. */
static int loop_run_pass_now(void *user) {
        struct loop *l = user;
        int r = loop_run_pass(l), q = schedule_pass(l);

        return r < 0 ? r : q;
}

static int on_pass(sd_event_source *source _unused_, void *user) {
        (void) loop_run_pass(user); /* a failure is logged, and tried again */
        return schedule_pass(user);
}

static int on_pass_timer(sd_event_source *source, uint64_t usec _unused_, void *user) {
        struct loop *l = user;

        return daemon_is_due(l->daemon) ? on_pass(source, l) : 0;
}

static int on_timer(sd_event_source *source _unused_, uint64_t usec _unused_, void *user) {
        struct loop *l = user;

        daemon_tick(l->daemon, now_of(l));
        return schedule_pass(l);
}

static int on_watch(sd_event_source *source _unused_, int fd _unused_, uint32_t events _unused_,
                    void *user) {
        struct loop *l = user;

        daemon_dispatch(l->daemon);
        return schedule_pass(l);
}

static void on_module(void *user, bool added);

/* An instance that we hold keeps the module loaded, so there is no need to listen for the module. */
static void find_instance(struct loop *l) {
        int r = daemon_open(l->daemon, true);
        const char *hint;

        if (r == -EBUSY) {
                log_say(LOG_ERR,
                        "another binfmtd keeps the instance on %s: this one ends and changes nothing",
                        l->instance);
                (void) sd_event_exit(l->event, r);
        } else if (r >= 0) {
                l->uevent = uevent_free(l->uevent);
                l->tries_left = 0;
        } else if (!l->uevent && !instance_owner_sentence(r, &hint)) {
                r = uevent_new(l->event, MODULE_NAME, on_module, l, &l->uevent);
                if (r < 0)
                        log_say(LOG_WARNING, "cannot listen for the module " MODULE_NAME ": %s",
                                strerror(-r));
        }
}

static void request_mount(struct loop *l) {
        int r = mountinfo_request(l->mountinfo, l->instance);

        if (r < 0)
                log_say(LOG_DEBUG, "cannot ask for a mount on %s: %s", l->instance, strerror(-r));
        else
                find_instance(l);
}

static void on_module(void *user, bool added) {
        struct loop *l = user;

        log_say(LOG_DEBUG, "the module " MODULE_NAME " was %s", added ? "added" : "removed");
        l->tries_left = added ? INSTANCE_TRIES : 0;
        if (added)
                (void) arm_timer(l->instance_timer, now_of(l) + INSTANCE_PAUSE);
}

static int on_instance_timer(sd_event_source *source _unused_, uint64_t usec _unused_, void *user) {
        struct loop *l = user;

        if (l->tries_left == 0)
                return 0;
        find_instance(l);
        if (l->tries_left == INSTANCE_TRIES)
                request_mount(l);
        if (l->tries_left > 0 && --l->tries_left > 0)
                (void) arm_timer(l->instance_timer, now_of(l) + INSTANCE_PAUSE);
        return schedule_pass(l);
}

static void on_mounts(void *user) {
        struct loop *l = user;

        daemon_mounts_changed(l->daemon);
        find_instance(l);
        (void) schedule_pass(l);
}

static int on_stop(sd_event_source *source _unused_, const struct signalfd_siginfo *info, void *user) {
        struct loop *l = user;

        l->remove_entries = info->ssi_signo != SIGUSR1;
        (void) sd_notify(false, "STOPPING=1");
        return sd_event_exit(l->event, 0);
}

static int on_reload(sd_event_source *source _unused_, const struct signalfd_siginfo *info _unused_,
                     void *user) {
        struct loop *l = user;

        log_say(LOG_INFO, "reading everything again");
        (void) sd_notifyf(false, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, now_of(l));
        l->ready = false;
        daemon_reload(l->daemon);
        find_instance(l);
        return schedule_pass(l);
}

static int add_signals(struct loop *l) {
        static const struct {
                int number;
                sd_event_signal_handler_t handler;
        } signals[] = {
                { SIGTERM, on_stop },
                { SIGINT, on_stop },
                { SIGUSR1, on_stop },
                { SIGHUP, on_reload },
        };
        sigset_t set;
        int r = 0;

        sigemptyset(&set);
        for (size_t i = 0; i < ELEMENTSOF(signals); i++)
                sigaddset(&set, signals[i].number);
        if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
                return -errno;
        for (size_t i = 0; i < ELEMENTSOF(signals) && r >= 0; i++)
                r = sd_event_add_signal(l->event, &l->signals[i], signals[i].number, signals[i].handler, l);
        return r;
}

static int add_timer(struct loop *l, sd_event_time_handler_t handler, sd_event_source **ret) {
        int r = sd_event_add_time(l->event, ret, CLOCK_MONOTONIC, UINT64_MAX, 1, handler, l);

        return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

static int add_sources(struct loop *l) {
        int r = add_signals(l);

        if (r >= 0)
                r = sd_event_add_io(l->event, &l->watch, daemon_fd(l->daemon), EPOLLIN, on_watch, l);
        if (r >= 0)
                r = sd_event_add_defer(l->event, &l->pass, on_pass, l);
        if (r >= 0)
                r = sd_event_source_set_priority(l->pass, PRIORITY_PASS);
        if (r >= 0)
                r = add_timer(l, on_pass_timer, &l->pass_timer);
        if (r >= 0)
                r = sd_event_source_set_priority(l->pass_timer, PRIORITY_PASS);
        if (r >= 0)
                r = add_timer(l, on_timer, &l->timer);
        if (r >= 0)
                r = add_timer(l, on_instance_timer, &l->instance_timer);
        return r < 0 ? r : mountinfo_new(l->event, on_mounts, l, &l->mountinfo);
}

int loop_new(const struct options *options, struct loop **ret) {
        _cleanup_(loop_freep) struct loop *l = calloc(1, sizeof *l);
        int r;

        if (!l)
                return -ENOMEM;
        l->instance = strdup(options->instance);
        if (!l->instance)
                return -ENOMEM;
        r = sd_event_new(&l->event);
        if (r >= 0)
                r = daemon_new(options, &l->daemon);
        if (r >= 0)
                r = control_new(l->daemon, loop_run_pass_now, l, &l->control);
        if (r >= 0)
                r = add_sources(l);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(l);
        return 0;
}

struct loop *loop_free(struct loop *l) {
        if (!l)
                return NULL;
        bus_free(l->bus);
        varlink_api_free(l->varlink);
        uevent_free(l->uevent);
        mountinfo_free(l->mountinfo);
        sd_event_source_unref(l->watch);
        sd_event_source_unref(l->pass);
        sd_event_source_unref(l->pass_timer);
        sd_event_source_unref(l->timer);
        sd_event_source_unref(l->instance_timer);
        for (size_t i = 0; i < ELEMENTSOF(l->signals); i++)
                sd_event_source_unref(l->signals[i]);
        control_free(l->control);
        daemon_free(l->daemon);
        sd_event_unref(l->event);
        free(l->instance);
        free(l->status);
        free(l);
        return NULL;
}

static void loop_remove_entries(struct loop *l) {
        size_t removed;
        int r = daemon_remove_entries(l->daemon, &removed);

        if (r < 0)
                log_say(LOG_ERR, "not all entries could be removed: %s", strerror(-r));
        log_say(LOG_INFO, "stopped, with %zu %s removed", removed, removed == 1 ? "entry" : "entries");
}

int loop_run(struct loop *l, const struct interfaces *interfaces) {
        int r = sd_event_set_watchdog(l->event, true);

        if (r < 0)
                log_say(LOG_WARNING, "systemd's watchdog is not answered: %s", strerror(-r));
        find_instance(l);
        if (l->uevent)
                request_mount(l);
        l->interfaces = *interfaces;
        r = sd_event_loop(l->event);
        if (r < 0)
                return r;
        if (l->remove_entries)
                loop_remove_entries(l);
        else
                log_say(LOG_INFO, "stopped, with all entries left in use");
        return 0;
}

int loop_run_once(struct loop *l) {
        _cleanup_(text_clear) struct text t = { 0 };
        struct keeper_result result;
        int r = daemon_open(l->daemon, false);

        if (r >= 0)
                r = daemon_pass(l->daemon, now_of(l), &result);
        if (r < 0)
                return r;
        status_describe(daemon_status(l->daemon), &t);
        if (!t.failed)
                log_say(LOG_INFO, "%s", t.data);
        return daemon_pass_is_complete(l->daemon);
}
