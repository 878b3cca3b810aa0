/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/varlink.h"
#include "api/details.h"
#include "api/explanation.h"
#include "api/org-binfmtd.h"
#include "daemon/descriptors.h"
#include "daemon/front/subscribers.h"
#include "daemon/names.h"
#include "engine/pass/inquiry.h"
#include "engine/pass/interpreters.h"
#include "model/base/hex.h"
#include "varlink/connection.h"
#include "varlink/parameters.h"
#include "varlink/server.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define CONNECTIONS 4096u /* in all … */
#define USERS       4u    /* … of which one user may have such a part */
#define LIST_STEP   32u   /* replies each time that the client has read what was sent */

struct varlink_api {
        struct control *control;
        struct varlink_server *server;
        struct subscribers subscribers;
};

static int varlink_api_get_status(struct varlink *v, json_t *parameters, unsigned flags _unused_,
                                  void *user) {
        struct varlink_api *a = user;
        const struct status *s = control_status(a->control);
        int r = varlink_dispatch(v, parameters, NULL, 0, NULL);

        if (r != 0)
                return r;
        return varlink_reply(v, json_pack("{s:o}", "status", api_status(s->pass, s->options, s->device)));
}

static int varlink_api_refuse_unknown(struct varlink *v, const struct control *c, const char *name) {
        const char *near = control_suggest(c, name);

        return varlink_error(v, BINFMTD_ERROR_NO_SUCH_FORMAT,
                             json_pack("{s:o, s:o}", "name", api_text(name), "suggestion", api_text(near)));
}

static int varlink_api_show(struct varlink *v, json_t *parameters, unsigned flags _unused_, void *user) {
        const char *name = NULL;
        const struct varlink_field fields[] = { { "name", VARLINK_STRING, 0, true } };
        _cleanup_free_ const struct interpreter **interpreters = NULL;
        struct varlink_api *a = user;
        const struct pass *pass = control_status(a->control)->pass;
        const struct format *f;
        int r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &name);

        if (r != 0)
                return r;
        f = control_find(a->control, name);
        if (!f)
                return varlink_api_refuse_unknown(v, a->control, name);
        r = interpreters_probe(pass->prober, f, &interpreters);
        return r < 0 ? r : varlink_reply(v, api_details(pass, f, interpreters));
}

/* A List call under way. Passes may run between its replies: it continues behind the last name that it sent.
 */
struct list {
        struct control *control;
        char *last;
};

static void list_end(struct varlink *v _unused_, void *user) {
        struct list *l = user;

        free(l->last);
        free(l);
}

static size_t list_position(const struct list *l, const struct formats *formats) {
        size_t i = l->last ? formats_seek(formats, l->last) : 0;

        return i < formats->n && l->last && streq(formats->items[i]->name, l->last) ? i + 1 : i;
}

static int list_on(struct varlink *v, void *user) {
        struct list *l = user;
        const struct formats *formats = &control_status(l->control)->pass->formats;
        size_t i = list_position(l, formats), end = i + LIST_STEP;

        if (formats->n == 0 || i == formats->n)
                return varlink_reply(v, json_object());
        for (; i < formats->n && i < end; i++) {
                json_t *reply = json_pack("{s:o}", "format", api_format(formats->items[i]));
                int r = i + 1 < formats->n ? varlink_notify(v, reply) : varlink_reply(v, reply);

                if (r < 0)
                        return r;
        }
        free(l->last);
        l->last = strdup(formats->items[i - 1]->name);
        return l->last ? i < formats->n : -ENOMEM;
}

static int varlink_api_list(struct varlink *v, json_t *parameters, unsigned flags _unused_, void *user) {
        struct varlink_api *a = user;
        struct list *l;
        int r = varlink_dispatch(v, parameters, NULL, 0, NULL);

        if (r != 0)
                return r;
        l = calloc(1, sizeof *l);
        if (!l)
                return -ENOMEM;
        l->control = a->control;
        varlink_on_close(v, list_end, l);
        varlink_on_drain(v, list_on, l);
        return 0;
}

/* NULL if memory is lacking. */
static json_t *obstacle_text(const struct control_verdict *verdict) {
        _cleanup_(text_clear) struct text t = { 0 };

        control_append_obstacle(verdict, &t);
        return t.failed ? NULL : api_text(t.data);
}

static int varlink_api_refuse(struct varlink *v, const struct control *c,
                              const struct control_verdict *verdict) {
        switch (verdict->refusal) {
        case CONTROL_NO_SUCH_FORMAT:
                return varlink_api_refuse_unknown(v, c, verdict->name);
        case CONTROL_NOT_DECLARED:
                return varlink_error(v, BINFMTD_ERROR_NOT_DECLARED,
                                     json_pack("{s:o}", "name", api_text(verdict->name)));
        case CONTROL_CANNOT_BE_NAMED:
                return varlink_error(v, BINFMTD_ERROR_CANNOT_BE_NAMED,
                                     json_pack("{s:o}", "name", api_text(verdict->name)));
        case CONTROL_CANNOT_WRITE:
                return varlink_error(v, BINFMTD_ERROR_CANNOT_WRITE,
                                     json_pack("{s:o, s:i, s:o}", "file", api_text(verdict->name), "errno",
                                               -verdict->error, "message", obstacle_text(verdict)));
        case CONTROL_DONE:
                break;
        }
        return 0;
}

static int varlink_api_reply_formats(struct varlink *v, const struct control *c, const struct switches *s) {
        json_auto_t *array = json_array();

        for (size_t i = 0; array && i < s->n; i++) {
                const struct format *f = control_find(c, s->names[i]);

                if (f && api_push(array, api_format(f)) < 0)
                        return -ENOMEM;
        }
        return varlink_reply(v, json_pack("{s:O}", "formats", array));
}

static int varlink_api_switch(struct varlink *v, json_t *parameters, struct control *c, bool enabled) {
        struct {
                json_t *names;
                bool runtime;
        } p = { 0 };
        const struct varlink_field fields[] = {
                { "names", VARLINK_STRINGS, 0, true },
                { "runtime", VARLINK_BOOLEAN, sizeof p.names, false },
        };
        int r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &p);
        _cleanup_free_ const char **names = NULL;
        struct control_verdict verdict;
        struct switches s;

        if (r != 0)
                return r;
        s = (struct switches){ .n = json_array_size(p.names), .enabled = enabled, .runtime = p.runtime };
        if (s.n == 0)
                return varlink_error_invalid_parameter(v, "names");
        s.names = names = calloc(s.n, sizeof *names);
        if (!names)
                return -ENOMEM;
        for (size_t i = 0; i < s.n; i++)
                names[i] = json_string_value(json_array_get(p.names, i));
        r = control_switch(c, &s, &verdict);
        if (r < 0)
                return r;
        return verdict.refusal == CONTROL_DONE ? varlink_api_reply_formats(v, c, &s)
                                               : varlink_api_refuse(v, c, &verdict);
}

static int varlink_api_enable(struct varlink *v, json_t *parameters, unsigned flags _unused_, void *user) {
        return varlink_api_switch(v, parameters, ((struct varlink_api *) user)->control, true);
}

static int varlink_api_disable(struct varlink *v, json_t *parameters, unsigned flags _unused_, void *user) {
        return varlink_api_switch(v, parameters, ((struct varlink_api *) user)->control, false);
}

static int varlink_api_reload(struct varlink *v, json_t *parameters, unsigned flags _unused_, void *user) {
        struct varlink_api *a = user;
        int r = varlink_dispatch(v, parameters, NULL, 0, NULL);

        if (r != 0)
                return r;
        r = control_reload(a->control);
        return r < 0 ? r : varlink_reply(v, json_object());
}

static int varlink_api_explain(struct varlink *v, json_t *parameters, unsigned flags _unused_, void *user) {
        struct {
                const char *path, *header;
        } p = { 0 };
        const struct varlink_field fields[] = {
                { "path", VARLINK_STRING, 0, true },
                { "header", VARLINK_STRING, sizeof p.path, true },
        };
        struct varlink_api *a = user;
        _cleanup_(inquiry_clear) struct inquiry i = { 0 };
        uint8_t header[PATTERN_HEADER_SIZE];
        size_t n;
        int r = varlink_dispatch(v, parameters, fields, ELEMENTSOF(fields), &p);

        if (r != 0)
                return r;
        if (!hex_decode(p.header, strlen(p.header), header, sizeof header, &n))
                return varlink_error_invalid_parameter(v, "header");
        r = inquire_header(control_status(a->control)->options, control_status(a->control)->pass, p.path,
                           header, n, &i);
        if (r < 0)
                return r;
        return varlink_reply(v, json_pack("{s:o}", "explanation",
                                          api_explanation(&i.question, &i.explanation, &i.setting,
                                                          &i.verdict, NULL)));
}

static int varlink_api_subscribe(struct varlink *v, json_t *parameters, unsigned flags _unused_,
                                 void *user) {
        struct varlink_api *a = user;
        int r = varlink_dispatch(v, parameters, NULL, 0, NULL);

        return r != 0 ? r : subscribers_add(&a->subscribers, v);
}

static const struct varlink_method methods[] = {
        { "GetStatus", varlink_api_get_status, 0 },
        { "List", varlink_api_list, VARLINK_METHOD_NEEDS_MORE },
        { "Show", varlink_api_show, 0 },
        { "Enable", varlink_api_enable, VARLINK_METHOD_PRIVILEGED },
        { "Disable", varlink_api_disable, VARLINK_METHOD_PRIVILEGED },
        { "Reload", varlink_api_reload, VARLINK_METHOD_PRIVILEGED },
        { "Explain", varlink_api_explain, 0 },
        { "Subscribe", varlink_api_subscribe, VARLINK_METHOD_NEEDS_MORE },
};

static const struct varlink_interface interface = {
        .name = BINFMTD_INTERFACE,
        .description = org_binfmtd_description,
        .methods = methods,
        .n_methods = ELEMENTSOF(methods),
};

int varlink_api_new(sd_event *event, struct control *control, struct varlink_api **ret) {
        size_t connections = descriptors_for_clients(CONNECTIONS);
        const struct varlink_server_config config = {
                .vendor = "binfmtd",
                .product = "binfmtd",
                .version = PACKAGE_VERSION,
                .url = "man:binfmtd(8)",
                .failed_error = BINFMTD_ERROR_FAILED,
                .busy_error = BINFMTD_ERROR_TOO_MANY_CONNECTIONS,
                .connections = connections,
                .connections_per_user = (connections + USERS - 1) / USERS,
        };
        _cleanup_(varlink_api_freep) struct varlink_api *a = calloc(1, sizeof *a);
        int r;

        if (!a)
                return -ENOMEM;
        a->control = control;
        subscribers_begin(&a->subscribers, control);
        r = varlink_server_new(event, &config, a, &a->server);
        if (r >= 0)
                r = varlink_server_add_interface(a->server, &interface);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(a);
        return 0;
}

struct varlink_api *varlink_api_free(struct varlink_api *a) {
        if (!a)
                return NULL;
        varlink_server_free(a->server);
        subscribers_end(&a->subscribers);
        free(a);
        return NULL;
}

/* Serves the sockets of our name that were handed over. Returns their number, or negative errno. */
static int take_sockets(struct varlink_server *server) {
        char **names = NULL;
        int n = sd_listen_fds_with_names(true, &names), taken = 0, r = 0;

        for (int i = 0; i < n; i++) {
                int fd = SD_LISTEN_FDS_START + i;

                if (r >= 0 && streq(names[i], SOCKET_NAME)) {
                        r = varlink_server_listen_fd(server, fd);
                        taken++;
                } else
                        close(fd);
                free(names[i]);
        }
        free(names);
        return n < 0 ? n : r < 0 ? r : taken;
}

static void make_socket_directory(const char *socket) {
        _cleanup_free_ char *directory = strdup(socket);
        char *slash = directory ? strrchr(directory, '/') : NULL;

        if (!slash || slash == directory)
                return;
        *slash = '\0';
        if (mkdir(directory, 0755) == 0)
                (void) chmod(directory, 0755); /* whatever the umask */
}

int varlink_api_listen(struct varlink_api *a, const char *socket) {
        int r = take_sockets(a->server);

        if (r != 0 || !socket)
                return r < 0 ? r : 0;
        make_socket_directory(socket);
        return varlink_server_listen(a->server, socket, 0666);
}
