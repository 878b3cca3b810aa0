/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl status: the daemon, the instance and the counts of formats at a glance. */

#include "api/json.h"
#include "ctl/fields.h"
#include "ctl/render.h"
#include "ctl/snapshot.h"

#include <errno.h>
#include <stdio.h>

static void print_styled(const struct context *c, enum style style, const char *words) {
        fputs(style_sequence(style, c->color_output), stdout);
        print_quoted(stdout, words);
        fputs(style_sequence(STYLE_PLAIN, c->color_output), stdout);
}

static void status_print_instance(const struct context *c, const json_t *status) {
        const char *instance = field_string(status, "instance"), *hint = field_string(status, "hint");
        const char *why = field_string(status, "reason");
        bool on = field_is_true(status, "enabled");

        printf("    Instance: ");
        print_quoted(stdout, instance ? instance : "");
        fputs(", ", stdout);
        if (field_is_true(status, "available"))
                print_styled(c, on ? STYLE_GREEN : STYLE_RED, on ? "switched on" : "switched off");
        else {
                print_styled(c, STYLE_YELLOW, "unavailable");
                if (why) {
                        fputs(": ", stdout);
                        print_quoted(stdout, why);
                }
        }
        putchar('\n');
        if (hint) {
                printf("%14s", "");
                print_quoted(stdout, hint);
                putchar('\n');
        }
}

static void print_states(const struct context *c, const json_t *status) {
        json_t *states = json_object_get(status, "states");
        const char *separator = ": ";

        printf("     Formats: %lld", field_integer(status, "formats"));
        for (enum format_state i = 0; i < _FORMAT_STATE_MAX; i++) {
                const char *name = format_state_name(i);
                long long n = field_integer(states, name);

                if (n == 0)
                        continue;
                printf("%s%s%lld %s%s", separator, style_sequence(state_style(name), c->color_output), n,
                       name, style_sequence(STYLE_PLAIN, c->color_output));
                separator = ", ";
        }
        putchar('\n');
}

static void print_diagnostic_counts(const json_t *status) {
        _cleanup_(text_clear) struct text t = { 0 };

        text_append_count(&t, (size_t) field_integer(status, "errors"), "error");
        text_append(&t, ", ");
        text_append_count(&t, (size_t) field_integer(status, "warnings"), "warning");
        if (!t.failed)
                printf(" Definitions: %s\n", t.data);
}

static void print_pending(const json_t *status) {
        _cleanup_(text_clear) struct text t = { 0 };
        size_t n = (size_t) field_integer(status, "pendingChanges");

        if (!field_is_true(status, "available"))
                return;
        text_append_count(&t, n, "change");
        if (!t.failed)
                printf("     Pending: %s\n", n == 0 ? "nothing" : t.data);
}

static void print_daemon(const struct snapshot *s, const json_t *status) {
        const char *version = field_string(status, "version");

        if (s->client)
                printf("      Daemon: runs, version %s, and was asked\n", version ? version : "unknown");
        else
                printf("      Daemon: not asked: %s\n", s->why_not);
}

int verb_status(struct context *c, int argc, char **argv) {
        _cleanup_(snapshot_clear) struct snapshot s = { 0 };

        (void) argc;
        (void) argv;
        if (snapshot_get_status(c, &s) < 0)
                return EXIT_FAILURE;
        if (c->json) {
                /* The Status of org.binfmtd does not say whether it comes from the daemon. */
                json_auto_t *status = json_copy(s.status);
                int r = json_object_set_new(status, "daemon", json_boolean(s.client != NULL));

                r = r < 0 ? -ENOMEM : api_print(TAKE_PTR(status));
                return r < 0 ? complain_errno(c, r, "cannot print the status") : EXIT_SUCCESS;
        }
        print_daemon(&s, s.status);
        status_print_instance(c, s.status);
        print_states(c, s.status);
        print_diagnostic_counts(s.status);
        print_pending(s.status);
        return EXIT_SUCCESS;
}
