/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tests/varlink/example.h"

#include "varlink/parameters.h"

#include <errno.h>

struct example_watcher {
        struct varlink *v;
        struct example *example;
        struct example_watcher *next;
};

static const char description[] = "# What a handler can do.\n"
                                  "interface org.example.test\n"
                                  "\n"
                                  "# Says it again.\n"
                                  "method Echo(\n"
                                  "  # Some text\n"
                                  "  text: string,\n"
                                  "  number: ?int,\n"
                                  "  flag: ?bool,\n"
                                  "  list: ?[]string\n"
                                  ") -> (text: string, number: int, flag: bool, list: []string)\n"
                                  "\n"
                                  "# Counts from 0, one reply a number, as fast as they are read.\n"
                                  "method Count(to: int) -> (number: int)\n"
                                  "\n"
                                  "# Replies of that size, all at once.\n"
                                  "method Flood(replies: int, size: int) -> (data: string)\n"
                                  "\n"
                                  "# A ready message, then each poke.\n"
                                  "method Watch() -> (ready: ?bool, data: ?string)\n"
                                  "\n"
                                  "# One reply, when it is time.\n"
                                  "method Later() -> ()\n"
                                  "\n"
                                  "# Fails.\n"
                                  "method Break(errno: int, afterwards: ?bool) -> ()\n"
                                  "\n"
                                  "# Never replies, and does not say that it will.\n"
                                  "method Forget() -> ()\n"
                                  "\n"
                                  "# Is refused.\n"
                                  "method Refuse(reason: string) -> ()\n"
                                  "\n"
                                  "# For root.\n"
                                  "method Secret() -> (uid: int)\n"
                                  "\n"
                                  "# Is not there yet.\n"
                                  "method Nothing() -> ()\n"
                                  "\n"
                                  "error Refused (reason: string)\n"
                                  "error Failed (errno: int, message: string)\n"
                                  "error TooManyConnections (scope: string, limit: int)\n";

struct echo {
        const char *text;
        int64_t number;
        bool flag;
        json_t *list;
};

static int echo(struct varlink *v, json_t *parameters, _unused_ unsigned flags, void *user) {
        struct echo p = { .number = -1 };
        const struct varlink_field fields[] = {
                { "text", VARLINK_STRING, offsetof(struct echo, text), true },
                { "number", VARLINK_INTEGER, offsetof(struct echo, number), false },
                { "flag", VARLINK_BOOLEAN, offsetof(struct echo, flag), false },
                { "list", VARLINK_STRINGS, offsetof(struct echo, list), false },
        };
        struct example *e = user;
        int r;

        e->calls++;
        r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &p);
        if (r != 0)
                return r;
        return varlink_reply(v, json_pack("{s:s, s:I, s:b, s:o}", "text", p.text, "number",
                                          (json_int_t) p.number, "flag", p.flag, "list",
                                          p.list ? json_incref(p.list) : json_array()));
}

struct count {
        struct example *example;
        int64_t next, to;
};

static int count_on(struct varlink *v, void *user) {
        struct count *c = user;
        json_t *parameters = json_pack("{s:I}", "number", (json_int_t) c->next);
        int r;

        c->example->made++;
        if (c->next == c->to)
                return varlink_reply(v, parameters);
        c->next++;
        r = varlink_notify(v, parameters);
        return r < 0 ? r : 1;
}

static void count_end(_unused_ struct varlink *v, void *user) {
        free(user);
}

static int count(struct varlink *v, json_t *parameters, _unused_ unsigned flags, void *user) {
        const struct varlink_field fields[] = { { "to", VARLINK_INTEGER, 0, true } };
        struct count *c;
        int64_t to = 0;
        int r;

        r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &to);
        if (r != 0)
                return r;
        if (to < 0)
                return varlink_error_invalid_parameter(v, "to");
        c = calloc(1, sizeof *c);
        if (!c)
                return -ENOMEM;
        *c = (struct count){ .example = user, .to = to };
        varlink_on_close(v, count_end, c);
        varlink_on_drain(v, count_on, c);
        return 0;
}

static json_t *data_of(size_t size) {
        char *text = malloc(size + 1);
        json_t *data;

        if (!text)
                return NULL;
        memset(text, 'x', size);
        text[size] = '\0';
        data = json_pack("{s:s}", "data", text);
        free(text);
        return data;
}

static int flood(struct varlink *v, json_t *parameters, _unused_ unsigned flags, void *user) {
        struct {
                int64_t replies, size;
        } p;
        const struct varlink_field fields[] = {
                { "replies", VARLINK_INTEGER, 0, true },
                { "size", VARLINK_INTEGER, sizeof p.replies, true },
        };
        struct example *e = user;
        int r;

        r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &p);
        if (r != 0)
                return r;
        if (p.replies < 1 || p.replies > 100000)
                return varlink_error_invalid_parameter(v, "replies");
        if (p.size < 0 || p.size > 1 << 24)
                return varlink_error_invalid_parameter(v, "size");
        for (; p.replies > 1; p.replies--, e->made++) {
                e->last = varlink_notify(v, data_of((size_t) p.size));
                if (e->last < 0)
                        return e->last;
        }
        e->made++;
        return e->last = varlink_reply(v, data_of((size_t) p.size));
}

static void watcher_end(_unused_ struct varlink *v, void *user) {
        struct example_watcher *w = user, **p = &w->example->watchers;

        while (*p != w)
                p = &(*p)->next;
        *p = w->next;
        w->example->closed++;
        free(w);
}

static int later(struct varlink *v, _unused_ json_t *parameters, _unused_ unsigned flags, void *user) {
        struct example *e = user;
        struct example_watcher *w = calloc(1, sizeof *w);

        if (!w)
                return -ENOMEM;
        *w = (struct example_watcher){ v, e, e->watchers };
        e->watchers = w;
        varlink_on_close(v, watcher_end, w);
        return 0;
}

static int watch_ready(struct varlink *v, _unused_ void *user) {
        return varlink_notify(v, json_pack("{s:b}", "ready", 1));
}

static int watch(struct varlink *v, json_t *parameters, unsigned flags, void *user) {
        int r = later(v, parameters, flags, user);

        if (r >= 0)
                varlink_on_drain(v, watch_ready, NULL);
        return r;
}

size_t example_poke(struct example *e, size_t size) {
        size_t n = 0;

        for (struct example_watcher *w = e->watchers; w; w = w->next, n++)
                e->last = varlink_notify(w->v, data_of(size));
        return n;
}

void example_release(struct example *e) {
        for (struct example_watcher *w = e->watchers; w; w = w->next)
                e->last = varlink_reply(w->v, json_object());
}

static int break_down(struct varlink *v, json_t *parameters, _unused_ unsigned flags, _unused_ void *user) {
        struct {
                int64_t error;
                bool afterwards;
        } p = { 0 };
        const struct varlink_field fields[] = {
                { "errno", VARLINK_INTEGER, 0, true },
                { "afterwards", VARLINK_BOOLEAN, sizeof p.error, false },
        };
        int r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &p);

        if (r != 0)
                return r;
        if (p.error < 1 || p.error > 100)
                return varlink_error_invalid_parameter(v, "errno");
        if (p.afterwards)
                varlink_reply(v, json_object());
        return (int) -p.error;
}

static int forget(_unused_ struct varlink *v, _unused_ json_t *parameters, _unused_ unsigned flags,
                  _unused_ void *user) {
        return 0;
}

static int refuse(struct varlink *v, json_t *parameters, _unused_ unsigned flags, _unused_ void *user) {
        const struct varlink_field fields[] = { { "reason", VARLINK_STRING, 0, true } };
        const char *reason = NULL;
        int r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &reason);

        if (r != 0)
                return r;
        return varlink_error(v, "org.example.test.Refused", json_pack("{s:s}", "reason", reason));
}

static int secret(struct varlink *v, _unused_ json_t *parameters, _unused_ unsigned flags,
                  _unused_ void *user) {
        return varlink_reply(v, json_pack("{s:I}", "uid", (json_int_t) varlink_peer_uid(v)));
}

static const struct varlink_method methods[] = {
        { "Echo", echo, 0 },
        { "Count", count, VARLINK_METHOD_NEEDS_MORE },
        { "Flood", flood, VARLINK_METHOD_NEEDS_MORE },
        { "Watch", watch, VARLINK_METHOD_NEEDS_MORE },
        { "Later", later, 0 },
        { "Break", break_down, 0 },
        { "Forget", forget, 0 },
        { "Refuse", refuse, 0 },
        { "Secret", secret, VARLINK_METHOD_PRIVILEGED },
        { "Nothing", NULL, 0 },
};

const struct varlink_interface example_interface = {
        .name = "org.example.test",
        .description = description,
        .methods = methods,
        .n_methods = ELEMENTSOF(methods),
};

struct varlink_server_config example_config(void) {
        return (struct varlink_server_config){
                .vendor = "The Example Project",
                .product = "example",
                .version = "1",
                .url = "https://example.org/",
                .failed_error = EXAMPLE_FAILED,
                .busy_error = EXAMPLE_BUSY,
        };
}
