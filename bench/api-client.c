/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench/api-client.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char chunk[1 << 18];

static int connect_to(const char *path) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

        if (fd < 0)
                return -errno;
        snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
        if (connect(fd, (struct sockaddr *) &address, sizeof address) >= 0)
                return fd;
        r = -errno;
        close(fd);
        return r;
}

static int send_all(int fd, const char *data, size_t size) {
        while (size > 0) {
                ssize_t n = send(fd, data, size, MSG_NOSIGNAL);

                if (n < 0)
                        return -errno;
                data += n;
                size -= (size_t) n;
        }
        return 0;
}

/* Receives as many bytes, into `data` if that is not NULL. */
static int receive_all(int fd, char *data, size_t size) {
        while (size > 0) {
                size_t most = data || size < sizeof chunk ? size : sizeof chunk;
                ssize_t n = recv(fd, data ? data : chunk, most, 0);

                if (n <= 0)
                        return n < 0 ? -errno : -ECONNRESET;
                data = data ? data + n : NULL;
                size -= (size_t) n;
        }
        return 0;
}

/* The last reply is the first that does not say that others follow, and nothing comes behind it. */
static int receive_varlink(struct client *c) {
        static const char continues[] = "\"continues\":true}";
        char tail[sizeof continues + 1] = "";

        for (c->answer_size = 0;;) {
                ssize_t n = recv(c->fd, chunk, sizeof chunk, 0);
                size_t keep = n > 0 && (size_t) n < sizeof tail ? (size_t) n : sizeof tail;

                if (n <= 0)
                        return n < 0 ? -errno : -ECONNRESET;
                if (c->answer_size == 0 && memcmp(chunk, "{\"error\"", 8) == 0)
                        return -EPROTO;
                c->answer_size += (size_t) n;
                memmove(tail, tail + keep, sizeof tail - keep);
                memcpy(tail + sizeof tail - keep, chunk + n - keep, keep);
                if (tail[sizeof tail - 1] == '\0' &&
                    memcmp(tail + sizeof tail - sizeof continues, continues, sizeof continues) != 0)
                        return 0;
        }
}

int client_varlink(const char *path, const char *method, bool more, struct client *ret) {
        struct client c = { .receive = receive_varlink };
        int n = asprintf(&c.request, "{\"method\":\"%s\"%s}", method, more ? ",\"more\":true" : "");

        if (n < 0)
                return -ENOMEM;
        c.request_size = (size_t) n + 1;
        c.fd = connect_to(path);
        if (c.fd < 0) {
                free(c.request);
                return c.fd;
        }
        *ret = c;
        return 0;
}

/* A message that is put together, in the byte order of the machine. */
struct message {
        char data[1024];
        size_t n;
};

static void align(struct message *m, size_t to) {
        while (m->n % to != 0)
                m->data[m->n++] = '\0';
}

static void put(struct message *m, const void *data, size_t n) {
        memcpy(m->data + m->n, data, n);
        m->n += n;
}

static void put_string(struct message *m, const char *s) {
        uint32_t size = (uint32_t) strlen(s);

        align(m, sizeof size);
        put(m, &size, sizeof size);
        put(m, s, size + 1);
}

static void put_field(struct message *m, char code, char type, const char *value) {
        const char head[] = { code, 1, type, '\0' };

        align(m, 8);
        put(m, head, sizeof head);
        if (type != 'g')
                put_string(m, value);
        else {
                put(m, &(char){ (char) strlen(value) }, 1);
                put(m, value, strlen(value) + 1);
        }
}

struct target {
        const char *destination, *object, *interface, *member, *argument;
};

static struct message bus_message(const struct target *t) {
        const char head[] = { __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 'l' : 'B', 1, 0, 1 };
        struct message m = { 0 };
        uint32_t numbers[] = { 0, 1, 0 }; /* size of the body, serial, size of the fields */

        put(&m, head, sizeof head);
        put(&m, numbers, sizeof numbers);
        put_field(&m, 1, 'o', t->object);
        put_field(&m, 2, 's', t->interface);
        put_field(&m, 3, 's', t->member);
        put_field(&m, 6, 's', t->destination);
        if (t->argument)
                put_field(&m, 8, 'g', "s");
        numbers[2] = (uint32_t) (m.n - sizeof head - sizeof numbers);
        align(&m, 8);
        if (t->argument) {
                size_t begin = m.n;

                put_string(&m, t->argument);
                numbers[0] = (uint32_t) (m.n - begin);
        }
        memcpy(m.data + sizeof head, numbers, sizeof numbers);
        return m;
}

/* Messages before the answer, such as signals, are passed over. */
static int receive_bus(struct client *c) {
        for (;;) {
                struct {
                        char order, type, flags, version;
                        uint32_t body, serial, fields;
                } head;
                size_t rest;
                int r = receive_all(c->fd, (char *) &head, sizeof head);

                if (r < 0)
                        return r;
                rest = (size_t) head.fields + (8 - head.fields % 8) % 8 + head.body;
                r = receive_all(c->fd, NULL, rest);
                c->answer_size = sizeof head + rest;
                if (r < 0 || head.type == 2)
                        return r;
                if (head.type == 3)
                        return -EPROTO;
        }
}

static int say_hello(struct client *c) {
        static const struct target hello = { "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                             "org.freedesktop.DBus", "Hello", NULL };
        struct message m = bus_message(&hello);
        char line[64], hex[32] = "", uid[16], answer[256];
        ssize_t n;

        snprintf(uid, sizeof uid, "%u", (unsigned) geteuid());
        for (size_t i = 0; uid[i]; i++)
                snprintf(hex + 2 * i, 3, "%02x", (unsigned char) uid[i]);
        n = snprintf(line + 1, sizeof line - 1, "AUTH EXTERNAL %s\r\n", hex) + 1;
        line[0] = '\0';
        if (send_all(c->fd, line, (size_t) n) < 0)
                return -ECONNRESET;
        n = recv(c->fd, answer, sizeof answer, 0);
        if (n < 2 || memcmp(answer, "OK", 2) != 0)
                return -EACCES;
        if (send_all(c->fd, "BEGIN\r\n", 7) < 0 || send_all(c->fd, m.data, m.n) < 0)
                return -ECONNRESET;
        return receive_bus(c);
}

int client_bus(const char *path, const char *object, const char *interface, const char *member,
               const char *argument, struct client *ret) {
        const struct target target = { "org.binfmtd1", object, interface, member, argument };
        struct client c = { .receive = receive_bus, .fd = connect_to(path) };
        struct message m = bus_message(&target);
        int r = c.fd < 0 ? c.fd : say_hello(&c);

        c.request = malloc(m.n);
        if (r >= 0 && !c.request)
                r = -ENOMEM;
        if (r < 0) {
                client_clear(&c);
                return r;
        }
        memcpy(c.request, m.data, m.n);
        c.request_size = m.n;
        *ret = c;
        return 0;
}

static int receive_echo(struct client *c) {
        return receive_all(c->fd, NULL, c->answer_size);
}

static _Noreturn void serve_echo(int fd, size_t request, size_t answer) {
        char *data = calloc(1, answer);

        while (data && receive_all(fd, NULL, request) >= 0 && send_all(fd, data, answer) >= 0)
                ;
        _exit(0);
}

int client_echo(const struct client *like, struct client *ret) {
        struct client c = *like;
        int fds[2];
        pid_t pid;

        c.receive = receive_echo;
        c.request = calloc(1, c.request_size);
        if (!c.request || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
                return -ENOMEM;
        pid = fork();
        if (pid == 0) {
                close(fds[0]);
                serve_echo(fds[1], c.request_size, c.answer_size);
        }
        close(fds[1]);
        c.fd = fds[0];
        *ret = c;
        return pid < 0 ? -EAGAIN : 0;
}

int client_call(struct client *c) {
        int r = send_all(c->fd, c->request, c->request_size);

        return r < 0 ? r : c->receive(c);
}

void client_clear(struct client *c) {
        if (c->fd >= 0)
                close(c->fd);
        free(c->request);
        *c = (struct client){ .fd = -1 };
}
