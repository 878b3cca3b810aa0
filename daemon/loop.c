/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Priorities: whatever brings news goes before the pass, so that a pass knows all there is to know. */

#include "daemon/loop.h"
#include "daemon/front/bus.h"
#include "daemon/front/control.h"
#include "daemon/front/varlink.h"
#include "daemon/log.h"
#include "daemon/names.h"
#include "daemon/pace.h"
#include "daemon/watch/mountinfo.h"
#include "daemon/watch/uevent.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <time.h>

#define PRIORITY_PASS (SD_EVENT_PRIORITY_NORMAL + 10)

/* A module says that it comes before it is there. */
#define MODULE_LOOK  (20u * UINT64_C(1000))
#define MODULE_LOOKS 250u

struct loop {
        sd_event *event;
        struct daemon *daemon;
        struct control *control;
        struct varlink_api *varlink; /* from the first pass on */
        struct bus *bus;             /* likewise */
        struct interfaces interfaces;
        char *instance;
        struct mountinfo *mount;
        struct uevent *module; /* only while there is no instance */
        unsigned looks_left;   /* for the instance of a module that came */
        struct pace pace;
        sd_event_source *watch, *pass, *pass_timer, *timer, *look_timer, *signals[4];
        char *status; /* as systemd knows it */
        bool ready;
        bool leave; /* remove our entries at the end */
};

static uint64_t now_of(struct loop *m) {
        uint64_t now;

        return sd_event_now(m->event, CLOCK_MONOTONIC, &now) < 0 ? 0 : now;
}

/* Arms the timer for `at`; UINT64_MAX disarms it. */
static int arm(sd_event_source *timer, uint64_t at) {
        int r;

        if (at == UINT64_MAX)
                return sd_event_source_set_enabled(timer, SD_EVENT_OFF);
        r = sd_event_source_set_time(timer, at);
        return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

/* After every step: is a pass due, and when? */
static int settle(struct loop *m) {
        uint64_t now = now_of(m), next;
        int r;

        r = arm(m->timer, daemon_next(m->daemon));
        if (r < 0 || !daemon_is_due(m->daemon))
                return r;
        next = pace_next(&m->pace, now);
        return next > now ? arm(m->pass_timer, next)
                          : sd_event_source_set_enabled(m->pass, SD_EVENT_ONESHOT);
}

static void tell_systemd(struct loop *m) {
        _cleanup_(text_clear) struct text t = { 0 };
        char *status;

        status_describe(daemon_status(m->daemon), &t);
        status = text_take(&t);
        if (!status || (m->ready && streq_ptr(status, m->status))) {
                free(status);
                return;
        }
        (void) sd_notifyf(false, "%sSTATUS=%s", m->ready ? "" : "READY=1\n", status);
        if (!m->ready)
                log_say(LOG_INFO, "ready: %s", status);
        m->ready = true;
        free(m->status);
        m->status = status;
}

/* Not before the first pass: nobody shall take what is not known yet for what is not there. */
static void serve(struct loop *m) {
        const struct interfaces *i = &m->interfaces;
        int r = varlink_api_new(m->event, m->control, &m->varlink);

        if (r >= 0)
                r = varlink_api_listen(m->varlink, i->socket);
        if (r < 0)
                log_say(LOG_ERR, "cannot listen on %s: %s",
                        i->socket ? i->socket : "the socket of systemd's", strerror(-r));
        r = i->bus ? bus_new(m->event, m->control, i->bus, &m->bus) : 0;
        if (r < 0)
                log_say(LOG_ERR, "cannot be on the bus %s: %s", i->bus, strerror(-r));
}

static int pass(void *user) {
        struct loop *m = user;
        struct keeper_result result;
        int r;

        pace_count(&m->pace, now_of(m));
        r = daemon_pass(m->daemon, now_of(m), &result);
        control_tell(m->control, r < 0 ? NULL : &result);
        if (!m->varlink)
                serve(m);
        tell_systemd(m);
        return r;
}

/* What somebody asked for is not put off for the sake of a pace. */
static int pass_now(void *user) {
        struct loop *m = user;
        int r = pass(m), q = settle(m);

        return r < 0 ? r : q;
}

static int on_pass(sd_event_source *source _unused_, void *user) {
        (void) pass(user); /* a failure is logged, and tried again */
        return settle(user);
}

static int on_pass_timer(sd_event_source *source, uint64_t usec _unused_, void *user) {
        struct loop *m = user;

        return daemon_is_due(m->daemon) ? on_pass(source, m) : 0;
}

static int on_timer(sd_event_source *source _unused_, uint64_t usec _unused_, void *user) {
        struct loop *m = user;

        daemon_tick(m->daemon, now_of(m));
        return settle(m);
}

static int on_watch(sd_event_source *source _unused_, int fd _unused_, uint32_t events _unused_,
                    void *user) {
        struct loop *m = user;

        daemon_dispatch(m->daemon);
        return settle(m);
}

static void on_module(void *user, bool added);

/* An instance that is held keeps the module loaded: there is nothing to listen for. */
static void find_instance(struct loop *m) {
        int r = daemon_open(m->daemon);

        if (r >= 0) {
                m->module = uevent_free(m->module);
                m->looks_left = 0;
        } else if (!m->module) {
                r = uevent_new(m->event, MODULE_NAME, on_module, m, &m->module);
                if (r < 0)
                        log_say(LOG_WARNING, "cannot listen for the module " MODULE_NAME ": %s",
                                strerror(-r));
        }
}

static void request_mount(struct loop *m) {
        int r = mountinfo_request(m->mount, m->instance);

        if (r < 0)
                log_say(LOG_DEBUG, "cannot ask for a mount on %s: %s", m->instance, strerror(-r));
        else
                find_instance(m);
}

static void on_module(void *user, bool added) {
        struct loop *m = user;

        log_say(LOG_DEBUG, "the module " MODULE_NAME " was %s", added ? "added" : "removed");
        m->looks_left = added ? MODULE_LOOKS : 0;
        if (added)
                (void) arm(m->look_timer, now_of(m) + MODULE_LOOK);
}

static int on_look_timer(sd_event_source *source _unused_, uint64_t usec _unused_, void *user) {
        struct loop *m = user;

        if (m->looks_left == 0)
                return 0;
        find_instance(m);
        if (m->looks_left == MODULE_LOOKS)
                request_mount(m);
        if (m->looks_left > 0 && --m->looks_left > 0)
                (void) arm(m->look_timer, now_of(m) + MODULE_LOOK);
        return settle(m);
}

static void on_mounts(void *user) {
        struct loop *m = user;

        daemon_mounts_changed(m->daemon);
        find_instance(m);
        (void) settle(m);
}

static int on_stop(sd_event_source *source _unused_, const struct signalfd_siginfo *info, void *user) {
        struct loop *m = user;

        m->leave = info->ssi_signo != SIGUSR1;
        (void) sd_notify(false, "STOPPING=1");
        return sd_event_exit(m->event, 0);
}

static int on_reload(sd_event_source *source _unused_, const struct signalfd_siginfo *info _unused_,
                     void *user) {
        struct loop *m = user;

        log_say(LOG_INFO, "reading everything again");
        (void) sd_notifyf(false, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, now_of(m));
        m->ready = false;
        daemon_reload(m->daemon);
        find_instance(m);
        return settle(m);
}

static int add_signals(struct loop *m) {
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
                r = sd_event_add_signal(m->event, &m->signals[i], signals[i].number, signals[i].handler, m);
        return r;
}

static int add_timer(struct loop *m, sd_event_time_handler_t handler, sd_event_source **ret) {
        int r = sd_event_add_time(m->event, ret, CLOCK_MONOTONIC, UINT64_MAX, 1, handler, m);

        return r < 0 ? r : sd_event_source_set_enabled(*ret, SD_EVENT_OFF);
}

static int add_sources(struct loop *m) {
        int r = add_signals(m);

        if (r >= 0)
                r = sd_event_add_io(m->event, &m->watch, daemon_fd(m->daemon), EPOLLIN, on_watch, m);
        if (r >= 0)
                r = sd_event_add_defer(m->event, &m->pass, on_pass, m);
        if (r >= 0)
                r = sd_event_source_set_priority(m->pass, PRIORITY_PASS);
        if (r >= 0)
                r = add_timer(m, on_pass_timer, &m->pass_timer);
        if (r >= 0)
                r = sd_event_source_set_priority(m->pass_timer, PRIORITY_PASS);
        if (r >= 0)
                r = add_timer(m, on_timer, &m->timer);
        if (r >= 0)
                r = add_timer(m, on_look_timer, &m->look_timer);
        return r < 0 ? r : mountinfo_new(m->event, on_mounts, m, &m->mount);
}

int loop_new(const struct options *options, struct loop **ret) {
        _cleanup_(loop_freep) struct loop *m = calloc(1, sizeof *m);
        int r;

        if (!m)
                return -ENOMEM;
        m->instance = strdup(options->instance);
        if (!m->instance)
                return -ENOMEM;
        r = sd_event_new(&m->event);
        if (r >= 0)
                r = daemon_new(options, &m->daemon);
        if (r >= 0)
                r = control_new(m->daemon, pass_now, m, &m->control);
        if (r >= 0)
                r = add_sources(m);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(m);
        return 0;
}

struct loop *loop_free(struct loop *m) {
        if (!m)
                return NULL;
        bus_free(m->bus);
        varlink_api_free(m->varlink);
        uevent_free(m->module);
        mountinfo_free(m->mount);
        sd_event_source_unref(m->watch);
        sd_event_source_unref(m->pass);
        sd_event_source_unref(m->pass_timer);
        sd_event_source_unref(m->timer);
        sd_event_source_unref(m->look_timer);
        for (size_t i = 0; i < ELEMENTSOF(m->signals); i++)
                sd_event_source_unref(m->signals[i]);
        control_free(m->control);
        daemon_free(m->daemon);
        sd_event_unref(m->event);
        free(m->instance);
        free(m->status);
        free(m);
        return NULL;
}

static void leave(struct loop *m) {
        size_t removed;
        int r = daemon_leave(m->daemon, &removed);

        if (r < 0)
                log_say(LOG_ERR, "not all entries could be removed: %s", strerror(-r));
        log_say(LOG_INFO, "stopped, with %zu %s removed", removed, removed == 1 ? "entry" : "entries");
}

int loop_run(struct loop *m, const struct interfaces *interfaces) {
        int r = sd_event_set_watchdog(m->event, true);

        if (r < 0)
                log_say(LOG_WARNING, "systemd's watchdog is not answered: %s", strerror(-r));
        find_instance(m);
        if (m->module)
                request_mount(m);
        m->interfaces = *interfaces;
        r = sd_event_loop(m->event);
        if (r < 0)
                return r;
        if (m->leave)
                leave(m);
        else
                log_say(LOG_INFO, "stopped, with all entries left in use");
        return 0;
}

int loop_run_once(struct loop *m) {
        _cleanup_(text_clear) struct text t = { 0 };
        struct keeper_result result;
        int r = daemon_open(m->daemon);

        if (r >= 0)
                r = daemon_pass(m->daemon, now_of(m), &result);
        if (r < 0)
                return r;
        status_describe(daemon_status(m->daemon), &t);
        if (!t.failed)
                log_say(LOG_INFO, "%s", t.data);
        return daemon_is_content(m->daemon);
}
