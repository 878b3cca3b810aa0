/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl status: the machine at a glance. */

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

static void print_instance(const struct context *c, const json_t *status) {
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

static void print_daemon(const struct snapshot *a, const json_t *status) {
        const char *version = field_string(status, "version");

        if (a->client)
                printf("      Daemon: runs, version %s, and was asked\n", version ? version : "unknown");
        else
                printf("      Daemon: not asked: %s\n", a->why_not);
}

/* The Status, with one field more: whose it is. */
static int print_json(const struct snapshot *a) {
        json_auto_t *status = json_copy(a->status);

        if (!status || json_object_set_new(status, "daemon", json_boolean(a->client != NULL)) < 0)
                return -ENOMEM;
        return api_print(TAKE_PTR(status));
}

int verb_status(struct context *c, int argc, char **argv) {
        _cleanup_(snapshot_clear) struct snapshot a = { 0 };

        (void) argc;
        (void) argv;
        if (snapshot_get_status(c, &a) < 0)
                return EXIT_FAILURE;
        if (c->json) {
                int r = print_json(&a);

                return r < 0 ? complain_errno(c, r, "cannot print the status") : EXIT_SUCCESS;
        }
        print_daemon(&a, a.status);
        print_instance(c, a.status);
        print_states(c, a.status);
        print_diagnostic_counts(a.status);
        print_pending(a.status);
        return EXIT_SUCCESS;
}
