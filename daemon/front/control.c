/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/control.h"
#include "model/base/quote.h"
#include "model/base/similar.h"

#include <errno.h>

struct control {
        struct daemon *daemon;
        int (*pass)(void *user);
        void *user;
        struct listener *listeners;
        struct status notified; /* as last told to the listeners */
};

int control_new(struct daemon *daemon, int (*pass)(void *user), void *user, struct control **ret) {
        struct control *c = calloc(1, sizeof *c);

        if (!c)
                return -ENOMEM;
        *c = (struct control){ .daemon = daemon, .pass = pass, .user = user };
        *ret = c;
        return 0;
}

struct control *control_free(struct control *c) {
        free(c);
        return NULL;
}

void control_listen(struct control *c, struct listener *l) {
        l->next = c->listeners;
        c->listeners = l;
}

void control_unlisten(struct control *c, struct listener *l) {
        for (struct listener **p = &c->listeners; *p; p = &(*p)->next)
                if (*p == l) {
                        *p = l->next;
                        return;
                }
}

const struct status *control_status(const struct control *c) {
        return daemon_status(c->daemon);
}

static bool is_shown_as(const struct format *f, const char *name) {
        _cleanup_(text_clear) struct text t = { 0 };

        if (utf8_is_valid(f->name))
                return false;
        quote_as_utf8(&t, f->name);
        return !t.failed && streq(t.data, name);
}

const struct format *control_find(const struct control *c, const char *name) {
        const struct formats *formats = &control_status(c)->pass->formats;
        const struct format *f = formats_find(formats, name);

        if (!f && strstr(name, "\\x"))
                for (size_t i = 0; i < formats->n && !f; i++)
                        if (is_shown_as(formats->items[i], name))
                                f = formats->items[i];
        return f;
}

const char *control_suggest(const struct control *c, const char *name) {
        const struct formats *formats = &control_status(c)->pass->formats;
        _cleanup_free_ const char **names = calloc(formats->n + 1, sizeof *names);

        if (!names)
                return NULL;
        for (size_t i = 0; i < formats->n; i++)
                names[i] = formats->items[i]->name;
        return similar_word(name, names, formats->n);
}

int control_switch(struct control *c, const struct switches *s, struct control_verdict *ret) {
        const char *file = s->runtime ? SWITCH_PATH_RUNTIME : SWITCH_PATH_LASTING;
        _cleanup_free_ const char **names = calloc(s->n + 1, sizeof *names);
        struct switches found = *s;
        int r;

        if (!names)
                return -ENOMEM;
        for (size_t i = 0; i < s->n; i++) {
                const struct format *f = control_find(c, s->names[i]);
                enum control_refusal refusal = !f                          ? CONTROL_NO_SUCH_FORMAT
                                               : !f->definition            ? CONTROL_NOT_DECLARED
                                               : !switch_can_name(f->name) ? CONTROL_CANNOT_BE_NAMED
                                                                           : CONTROL_DONE;

                if (refusal != CONTROL_DONE) {
                        *ret = (struct control_verdict){ refusal, s->names[i], 0 };
                        return 0;
                }
                names[i] = f->name;
        }
        found.names = names;
        r = daemon_switch(c->daemon, &found);
        if (r < 0) {
                *ret = (struct control_verdict){ CONTROL_CANNOT_WRITE, file, r };
                return 0;
        }
        r = c->pass(c->user);
        if (r >= 0)
                *ret = (struct control_verdict){ CONTROL_DONE, NULL, 0 };
        return r;
}

void control_append_obstacle(const struct control_verdict *v, struct text *t) {
        text_append(t, strerror(-v->error));
        if (v->error == -EROFS && streq(v->name, SWITCH_PATH_LASTING))
                text_append(t, "; if /etc/binfmtd was made or replaced after the service's start, "
                               "systemctl restart binfmtd lets the service write there");
}

int control_reload(struct control *c) {
        daemon_reload(c->daemon);
        return c->pass(c->user);
}

void control_notify(struct control *c, const struct keeper_result *result) {
        const struct status *now = control_status(c);
        bool other = !status_same_instance(now, &c->notified);

        c->notified = *now;
        for (struct listener *l = c->listeners; l; l = l->next) {
                if (!result) {
                        l->lost(l->user);
                        continue;
                }
                if (other)
                        l->status(l->user);
                if (result->n_news > 0)
                        l->formats(l->user, result->news, result->n_news);
        }
}
