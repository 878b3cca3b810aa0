/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The example as a service, for other programs' clients: serve SOCKET. Ends with its standard input. */

#include "tests/varlink/example.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

static int on_input(sd_event_source *source, int fd, _unused_ uint32_t events, void *user) {
        char bytes[64];
        ssize_t n = read(fd, bytes, sizeof bytes);

        if (n <= 0)
                return sd_event_exit(sd_event_source_get_event(source), 0);
        example_poke(user, (size_t) n);
        return 0;
}

int main(int argc, char *argv[]) {
        struct varlink_server_config config = example_config();
        struct varlink_server *server = NULL;
        struct example example = { 0 };
        sd_event *event = NULL;
        int r;

        if (argc != 2) {
                fprintf(stderr, "usage: serve SOCKET\n");
                return 2;
        }
        r = sd_event_default(&event);
        if (r >= 0)
                r = sd_event_add_io(event, NULL, STDIN_FILENO, EPOLLIN, on_input, &example);
        if (r >= 0)
                r = varlink_server_new(event, &config, &example, &server);
        if (r >= 0)
                r = varlink_server_add_interface(server, &example_interface);
        if (r >= 0)
                r = varlink_server_listen(server, argv[1], 0666);
        if (r >= 0)
                r = sd_event_loop(event);
        if (r < 0)
                fprintf(stderr, "serve: %s\n", strerror(-r));
        varlink_server_free(server);
        sd_event_unref(event);
        return r < 0;
}
