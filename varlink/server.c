/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/server.h"
#include "varlink/address.h"
#include "varlink/session.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
        RETRY_USEC = 1000000, /* pause in listening for lack of descriptors or memory */
};

static struct varlink_server_config with_defaults(const struct varlink_server_config *config) {
        struct varlink_server_config c = *config;

        c.limits.message = c.limits.message > 0 ? c.limits.message : 64u << 10;
        c.limits.depth = c.limits.depth > 0 ? c.limits.depth : 32;
        c.limits.output = c.limits.output > 0 ? c.limits.output : 4u << 20;
        c.memory_per_user = c.memory_per_user > 0 ? c.memory_per_user : 16u << 20;
        c.connections = c.connections > 0 ? c.connections : 4096;
        c.connections_per_user = c.connections_per_user > 0 ? c.connections_per_user : 1024;
        c.timeout_usec = c.timeout_usec > 0 ? c.timeout_usec : UINT64_C(45000000);
        return c;
}

static int server_resume(_unused_ sd_event_source *source, _unused_ uint64_t usec, void *user) {
        struct varlink_server *s = user;

        for (size_t i = 0; i < s->n_listeners; i++)
                if (sd_event_source_set_enabled(s->listeners[i], SD_EVENT_ON) < 0)
                        break;
        return 0;
}

int varlink_server_new(sd_event *event, const struct varlink_server_config *config, void *user,
                       struct varlink_server **ret) {
        _cleanup_(varlink_server_freep) struct varlink_server *s = calloc(1, sizeof *s);
        int r;

        if (!s)
                return -ENOMEM;
        s->event = sd_event_ref(event);
        s->config = with_defaults(config);
        s->user = user;
        r = sd_event_add_time_relative(event, &s->retry, CLOCK_MONOTONIC, 0, 0, server_resume, s);
        if (r >= 0)
                r = sd_event_source_set_enabled(s->retry, SD_EVENT_OFF);
        if (r >= 0)
                r = varlink_server_add_interface(s, &varlink_service);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(s);
        return 0;
}

struct varlink_server *varlink_server_free(struct varlink_server *s) {
        if (!s)
                return NULL;
        while (s->links)
                varlink_session_free(s->links);
        for (size_t i = 0; i < s->n_listeners; i++)
                sd_event_source_disable_unref(s->listeners[i]);
        sd_event_source_disable_unref(s->retry);
        free(s->listeners);
        free(s->interfaces);
        sd_event_unref(s->event);
        free(s);
        return NULL;
}

int varlink_server_add_interface(struct varlink_server *s, const struct varlink_interface *interface) {
        if (!varlink_interface_agrees(interface))
                return -EINVAL;
        if (varlink_interfaces_find(s->interfaces, s->n_interfaces, interface->name))
                return -EEXIST;
        if (!ARRAY_GROW(s->interfaces, s->n_interfaces))
                return -ENOMEM;
        s->interfaces[s->n_interfaces++] = interface;
        return 0;
}

/* Tells a client that there are too many. It may not have sent anything yet, so this is no reply to a call:
 * the client finds it when it waits for the first one. */
static void server_refuse(const struct varlink_server *s, int fd, const char *scope, size_t limit) {
        json_t *message;
        char *text;

        if (!s->config.busy_error)
                return;
        message = json_pack("{s:s, s:{s:s, s:I}}", "error", s->config.busy_error, "parameters", "scope",
                            scope, "limit", (json_int_t) limit);
        text = message ? json_dumps(message, JSON_COMPACT) : NULL;
        if (text)
                (void) send(fd, text, strlen(text) + 1, MSG_DONTWAIT | MSG_NOSIGNAL);
        free(text);
        json_decref(message);
}

int varlink_server_add_connection(struct varlink_server *s, int fd) {
        const struct varlink_account *account;
        struct ucred peer;
        socklen_t size = sizeof peer;

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
                return -errno;
        if (s->n_links >= s->config.connections) {
                server_refuse(s, fd, "service", s->config.connections);
                return -EUSERS;
        }
        account = varlink_account_find(s->accounts, peer.uid);
        if (account && account->connections >= s->config.connections_per_user) {
                server_refuse(s, fd, "user", s->config.connections_per_user);
                return -EUSERS;
        }
        return varlink_session_new(s, fd, peer.uid);
}

/* Stops listening for a while. Without descriptors or memory the socket would stay readable and the loop
 * spin. */
static void server_pause(struct varlink_server *s) {
        if (sd_event_source_set_time_relative(s->retry, RETRY_USEC) < 0 ||
            sd_event_source_set_enabled(s->retry, SD_EVENT_ONESHOT) < 0)
                return;
        for (size_t i = 0; i < s->n_listeners; i++)
                sd_event_source_set_enabled(s->listeners[i], SD_EVENT_OFF);
}

static int on_connect(_unused_ sd_event_source *source, int fd, _unused_ uint32_t events, void *user) {
        struct varlink_server *s = user;
        _cleanup_(varlink_closep) int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (client >= 0) {
                if (varlink_server_add_connection(s, client) >= 0)
                        client = -1;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
                server_pause(s);
        return 0;
}

int varlink_server_listen_fd(struct varlink_server *s, int fd) {
        int flags = fcntl(fd, F_GETFL), r;

        if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
                return -errno;
        if (!ARRAY_GROW(s->listeners, s->n_listeners))
                return -ENOMEM;
        r = sd_event_add_io(s->event, s->listeners + s->n_listeners, fd, EPOLLIN, on_connect, s);
        if (r < 0)
                return r;
        sd_event_source_set_io_fd_own(s->listeners[s->n_listeners++], true);
        return 0;
}

/* Removes a socket file that nobody listens on; any other file is left and -EADDRINUSE. */
static int remove_stale(const struct sockaddr_un *address) {
        _cleanup_(varlink_closep) int fd = -1;
        struct stat st;

        if (lstat(address->sun_path, &st) < 0)
                return errno == ENOENT ? 0 : -errno;
        if (!S_ISSOCK(st.st_mode))
                return -EADDRINUSE;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0)
                return -errno;
        if (connect(fd, (const struct sockaddr *) address, sizeof *address) >= 0 || errno != ECONNREFUSED)
                return -EADDRINUSE;
        return unlink(address->sun_path) < 0 && errno != ENOENT ? -errno : 0;
}

int varlink_server_listen(struct varlink_server *s, const char *address, mode_t mode) {
        _cleanup_(varlink_closep) int fd = -1;
        struct sockaddr_un un;
        int r;

        r = varlink_address_parse(address, &un);
        if (r < 0)
                return r;
        r = remove_stale(&un);
        if (r < 0)
                return r;
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (fd < 0 || bind(fd, (const struct sockaddr *) &un, sizeof un) < 0)
                return -errno;
        if (chmod(un.sun_path, mode) < 0 || listen(fd, SOMAXCONN) < 0)
                return -errno;
        r = varlink_server_listen_fd(s, fd);
        if (r >= 0)
                fd = -1;
        return r;
}
