/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl/client.h"
#include "api/org-binfmtd.h"
#include "ctl/fields.h"
#include "varlink/client.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define USEC_PER_SEC   UINT64_C(1000000)
#define ANSWER_TIMEOUT (5 * USEC_PER_SEC)
#define CHANGE_TIMEOUT (60 * USEC_PER_SEC) /* a pass may have to wait for disks, and for its turn */

#define OFFLINE_HINT   "systemctl status binfmtd tells more; --offline does without the daemon"

struct client {
        const struct context *context;
        struct varlink_client *connection;
        json_t *status;
};

uint64_t instance_device(const char *path) {
        _cleanup_free_ char *inside = NULL;
        struct stat st;

        /* stat() of a file inside triggers an automount, stat() of the directory would not. */
        if (asprintf(&inside, "%s/register", path) < 0) {
                inside = NULL;
                return 0;
        }
        return stat(inside, &st) < 0 ? 0 : st.st_dev;
}

static int complain_failure(const struct context *c, int error) {
        if (error == -ENOMEM)
                complain_errno(c, error, "cannot ask the daemon");
        else if (error == -ETIMEDOUT)
                complain(c, OFFLINE_HINT, "the daemon at %s does not answer", context_socket(c));
        else if (error == -ECONNRESET)
                complain(c, OFFLINE_HINT, "the daemon at %s closed the connection", context_socket(c));
        else
                complain(c, OFFLINE_HINT, "cannot speak to the daemon at %s: %s", context_socket(c),
                         strerror(-error));
        return error;
}

static void complain_no_such_format(const struct context *c, const json_t *parameters) {
        const char *near = field_string(parameters, "suggestion"), *name = field_string(parameters, "name");
        _cleanup_free_ char *hint = NULL;

        if (near && asprintf(&hint, "did you mean %s?", near) < 0)
                hint = NULL;
        complain(c, hint ? hint : "binfmtctl list shows all formats", "there is no format '%s'",
                 name ? name : "");
}

/* Complains about an error that the daemon answered. */
static int complain_answer(const struct context *c, const char *error, const json_t *parameters) {
        const char *name = field_string(parameters, "name"), *message = field_string(parameters, "message");
        const char *file = field_string(parameters, "file");

        if (streq(error, BINFMTD_ERROR_NO_SUCH_FORMAT))
                complain_no_such_format(c, parameters);
        else if (streq(error, BINFMTD_ERROR_NOT_DECLARED))
                complain_not_declared(c, name ? name : "");
        else if (streq(error, BINFMTD_ERROR_CANNOT_BE_NAMED))
                complain_cannot_be_named(c, name ? name : "");
        else if (streq(error, BINFMTD_ERROR_CANNOT_WRITE))
                complain_cannot_write(c, file ? file : "", -(int) field_integer(parameters, "errno"));
        else if (streq(error, BINFMTD_ERROR_FAILED))
                complain(c, OFFLINE_HINT, "the daemon failed: %s",
                         message ? message : "it does not say why");
        else if (streq(error, BINFMTD_ERROR_TOO_MANY_CONNECTIONS))
                complain(c, "try again later, or give --offline", "too many are connected to the daemon");
        else if (streq(error, "org.varlink.service.PermissionDenied"))
                complain(c, "run it as root: sudo binfmtctl ...", "only root may change formats");
        else
                complain(c, "is it of another version? --offline does without it",
                         "the daemon answered with the error %s", error);
        return -EREMOTEIO;
}

int client_call(struct client *client, const char *method, json_t *parameters, json_t **ret) {
        const char *error = NULL;
        char name[64];
        int r;

        snprintf(name, sizeof name, BINFMTD_INTERFACE ".%s", method);
        r = varlink_client_call(client->connection, name, parameters, ret, &error);
        if (r < 0)
                return complain_failure(client->context, r);
        return error ? complain_answer(client->context, error, *ret) : 0;
}

int client_begin(struct client *client, const char *method) {
        char name[64];
        int r;

        snprintf(name, sizeof name, BINFMTD_INTERFACE ".%s", method);
        r = varlink_client_begin(client->connection, name, json_object());
        return r < 0 ? complain_failure(client->context, r) : 0;
}

int client_next(struct client *client, json_t **ret) {
        const char *error = NULL;
        int r = varlink_client_next(client->connection, ret, &error);

        if (r < 0)
                return complain_failure(client->context, r);
        return error ? complain_answer(client->context, error, *ret) : r;
}

bool client_shares_files(const struct client *client, const char **ret_root) {
        const char *root = field_string(client->status, "root");
        pid_t peer = varlink_client_peer(client->connection);
        struct stat here, there;
        char path[64];

        if (geteuid() != 0 || peer <= 0)
                return false;
        snprintf(path, sizeof path, "/proc/%d/root/.", (int) peer);
        if (stat("/", &here) < 0 || stat(path, &there) < 0)
                return false;
        *ret_root = root ? root : "";
        return here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

void client_be_patient(struct client *client) {
        varlink_client_set_timeout(client->connection, VARLINK_NO_TIMEOUT);
}

json_t *client_status(const struct client *client) {
        return client->status;
}

/* The reason not to look for a daemon at all; NULL: none. */
static const char *why_not_look(const struct context *c) {
        if (c->offline)
                return "--offline is given";
        if (c->options.added || c->options.only_added)
                return "it knows nothing of --add";
        if (c->socket)
                return NULL;
        if (*c->options.root)
                return "--root is given";
        return c->instance_given ? "--binfmt-misc is given" : NULL;
}

/* The reason not to ask this daemon; NULL: none. */
static const char *why_not_ask(const struct context *c, const json_t *status) {
        const char *root = field_string(status, "root"), *instance = field_string(status, "instance");
        long long device = field_integer(status, "device");

        if (*c->options.root && !streq_ptr(c->options.root, root))
                return "the daemon looks below another root";
        if (!c->socket && root)
                return "the daemon looks below a root of its own";
        if (c->instance_given)
                instance = c->options.instance;
        if (device > 0 && (!instance || instance_device(instance) != (uint64_t) device))
                return "the daemon looks after another instance than the one that is seen from here";
        return NULL;
}

static int ask_status(struct client *client) {
        json_t *reply = NULL;
        int r = client_call(client, "GetStatus", json_object(), &reply);

        if (r < 0)
                return r;
        client->status = json_incref(json_object_get(reply, "status"));
        if (json_is_object(client->status))
                return 0;
        return complain_failure(client->context, -EBADMSG);
}

static bool nobody_listens(int error) {
        return error == -ENOENT || error == -ECONNREFUSED || error == -ENOTDIR;
}

/* Connects and asks for the status. 1 if this daemon is to be asked; 0, with *ret_why_not, if none is;
 * negative errno after complaining. */
static int client_connect(struct client *client, const char **ret_why_not) {
        const struct context *c = client->context;
        int r = varlink_client_connect(context_socket(c), ANSWER_TIMEOUT, &client->connection);

        if (nobody_listens(r) && !c->socket) {
                *ret_why_not = "no daemon runs";
                return 0;
        }
        if (nobody_listens(r)) {
                complain(c, "--offline does without a daemon", "no daemon listens at %s", c->socket);
                return r;
        }
        if (r < 0)
                return complain_failure(c, r);
        r = ask_status(client);
        if (r < 0)
                return r;
        varlink_client_set_timeout(client->connection, CHANGE_TIMEOUT);
        *ret_why_not = why_not_ask(c, client->status);
        return *ret_why_not == NULL;
}

int client_find(const struct context *c, struct client **ret, char **ret_why_not) {
        _cleanup_(client_freep) struct client *client = calloc(1, sizeof *client);
        const char *why = why_not_look(c);
        char *copy = NULL;
        int r = 0;

        if (!client)
                return complain_failure(c, -ENOMEM);
        client->context = c;
        if (!why)
                r = client_connect(client, &why);
        if (r < 0)
                return r;
        if (r == 0 && !(copy = strdup(why)))
                return complain_failure(c, -ENOMEM);
        *ret_why_not = copy;
        *ret = r > 0 ? TAKE_PTR(client) : NULL;
        return 0;
}

struct client *client_free(struct client *client) {
        if (!client)
                return NULL;
        json_decref(client->status);
        varlink_client_free(client->connection);
        free(client);
        return NULL;
}
