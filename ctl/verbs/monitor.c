/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl monitor: prints each change that the daemon reports, as it comes. */

#include "ctl/client.h"
#include "ctl/fields.h"
#include "ctl/name-args.h"
#include "ctl/render.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

static void print_time(void) {
        char buffer[64];
        time_t now = time(NULL);
        struct tm tm;

        if (localtime_r(&now, &tm) && strftime(buffer, sizeof buffer, "%T  ", &tm) > 0)
                fputs(buffer, stdout);
}

static void print_state(const struct context *c, const char *state, const char *reason) {
        fputs(style_sequence(state_style(state), c->color_output), stdout);
        print_quoted(stdout, state);
        fputs(style_sequence(STYLE_PLAIN, c->color_output), stdout);
        if (reason) {
                fputs("  ", stdout);
                print_quoted(stdout, reason);
        }
        putchar('\n');
}

static void print_status(const struct context *c, const json_t *status) {
        bool available = field_is_true(status, "available"), on = field_is_true(status, "enabled");

        print_time();
        fputs("the instance  ", stdout);
        print_state(c,
                    !available ? "unavailable"
                    : on       ? "switched on"
                               : "switched off",
                    field_string(status, "reason"));
}

/* The message, with the time when it came. */
static void monitor_print_json(json_t *message) {
        char buffer[64];
        time_t now = time(NULL);
        struct tm tm;

        if (localtime_r(&now, &tm) && strftime(buffer, sizeof buffer, "%FT%T%z", &tm) > 0)
                (void) json_object_set_new(message, "time", json_string(buffer));
        json_dumpf(message, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
        putchar('\n');
}

static void print_message(const struct context *c, char *const *words, json_t *message) {
        const char *name = field_string(message, "name");
        const json_t *status = json_object_get(message, "status"),
                     *format = json_object_get(message, "format");
        const char *state = field_string(format, "state");
        bool ready = field_is_true(message, "ready");

        if (name && *words && !name_args_match(words, name))
                return;
        if (c->json)
                monitor_print_json(message);
        else if (name) {
                print_time();
                print_quoted(stdout, name);
                fputs("  ", stdout);
                print_state(c, state ? state : "gone", field_string(format, "reason"));
        } else if (json_is_object(status))
                print_status(c, status);
        else if (ready && !c->no_legend)
                puts("waiting for changes");
}

/* Prints messages until the daemon ends or nobody reads the output any more. Complains about either;
 * negative errno. */
static int monitor_follow(struct client *client, const struct context *c, char *const *words) {
        json_t *message;
        int r;

        do {
                r = client_next(client, &message);
                if (r < 0)
                        return r;
                print_message(c, words, message);
        } while (r > 0 && fflush(stdout) == 0);
        if (r > 0)
                return complain_errno(c, -errno, "cannot write the output"), -errno;
        return complain(c, NULL, "the daemon told no more"), -ENODATA;
}

int verb_monitor(struct context *c, int argc, char **argv) {
        _cleanup_(client_freep) struct client *client = NULL;
        _cleanup_free_ char *why_not = NULL;

        (void) argc;
        if (client_find(c, &client, &why_not) < 0)
                return EXIT_FAILURE;
        if (!client)
                return complain(c, "systemctl start binfmtd starts it",
                                "only the daemon can tell of changes, and it cannot be asked: %s", why_not);
        if (client_begin(client, "Subscribe") < 0)
                return EXIT_FAILURE;
        client_be_patient(client);
        (void) monitor_follow(client, c, argv);
        return EXIT_FAILURE;
}
