/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In polkitd's place: says what it is told to, of everybody.
 *
 *   polkit ADDRESS yes|no|challenge|error|silent
 *
 * It prints a line for each question: the action, the subject's kind and the flags. */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

static const char *mode;

static int check_authorization(sd_bus_message *m, void *user, sd_bus_error *error) {
        const char *kind, *action;
        uint32_t flags;
        int r = sd_bus_message_enter_container(m, 'r', "sa{sv}");

        (void) user;
        if (r >= 0)
                r = sd_bus_message_read(m, "s", &kind);
        if (r >= 0)
                r = sd_bus_message_skip(m, "a{sv}");
        if (r >= 0)
                r = sd_bus_message_exit_container(m);
        if (r >= 0)
                r = sd_bus_message_read(m, "s", &action);
        if (r >= 0)
                r = sd_bus_message_skip(m, "a{ss}");
        if (r >= 0)
                r = sd_bus_message_read(m, "u", &flags);
        if (r < 0)
                return r;
        printf("%s %s %u\n", action, kind, flags);
        fflush(stdout);
        if (strcmp(mode, "silent") == 0)
                return 1;
        if (strcmp(mode, "error") == 0)
                return sd_bus_error_set(error, "org.freedesktop.PolicyKit1.Error.Failed", "as told");
        return sd_bus_reply_method_return(m, "(bba{ss})", strcmp(mode, "yes") == 0,
                                          strcmp(mode, "challenge") == 0, 0);
}

static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", check_authorization,
                      SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
};

int main(int argc, char **argv) {
        sd_bus *bus = NULL;
        int r;

        if (argc != 3)
                return 2;
        mode = argv[2];
        r = sd_bus_new(&bus);
        if (r >= 0)
                r = sd_bus_set_address(bus, argv[1]);
        if (r >= 0)
                r = sd_bus_set_bus_client(bus, true);
        if (r >= 0)
                r = sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
                                             "org.freedesktop.PolicyKit1.Authority", vtable, NULL);
        if (r >= 0)
                r = sd_bus_start(bus);
        if (r >= 0)
                r = sd_bus_request_name(bus, "org.freedesktop.PolicyKit1", 0);
        while (r >= 0) {
                r = sd_bus_process(bus, NULL);
                if (r == 0)
                        r = sd_bus_wait(bus, UINT64_MAX);
        }
        fprintf(stderr, "polkit: %s\n", strerror(-r));
        sd_bus_flush_close_unref(bus);
        return r == -ECONNRESET || r == -ENOTCONN ? 0 : 1;
}
