/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/front/subscribers.h"
#include "api/details.h"

#include <errno.h>

struct subscriber {
        struct subscribers *all;
        struct subscriber *next;
        struct varlink *v;
};

static void subscriber_on_close(struct varlink *v _unused_, void *user) {
        struct subscriber *s = user, **p = &s->all->first;

        while (*p != s)
                p = &(*p)->next;
        *p = s->next;
        free(s);
}

int subscribers_add(struct subscribers *s, struct varlink *v) {
        struct subscriber *new = calloc(1, sizeof *new);

        if (!new)
                return -ENOMEM;
        *new = (struct subscriber){ .all = s, .next = s->first, .v = v };
        s->first = new;
        varlink_on_close(v, subscriber_on_close, new);
        return varlink_notify(v, json_pack("{s:b}", "ready", 1));
}

/* All subscribers get the same message; varlink/ drops clients that cannot take it. The call of a client
 * that misses a message ends with an error, so that the client knows. */
static void notify_subscribers(struct subscribers *s, json_t *message) {
        for (struct subscriber *i = s->first; i; i = i->next)
                if (!message || varlink_notify(i->v, json_incref(message)) < 0)
                        (void) varlink_error_errno(i->v, -ENOMEM);
        json_decref(message);
}

static void subscribers_on_formats(void *user, struct format *const *news, size_t n) {
        struct subscribers *s = user;

        for (size_t i = 0; s->first && i < n; i++) {
                bool gone = !news[i]->definition && !news[i]->have;

                notify_subscribers(s, json_pack("{s:o, s:o}", "name", api_text(news[i]->name), "format",
                                                gone ? json_null() : api_format(news[i])));
        }
}

static void subscribers_on_status(void *user) {
        struct subscribers *s = user;
        const struct status *now = control_status(s->control);

        if (s->first)
                notify_subscribers(s, json_pack("{s:o}", "status",
                                                api_status(now->pass, now->options, now->device)));
}

static void subscribers_on_lost(void *user) {
        struct subscribers *s = user;

        for (struct subscriber *i = s->first; i; i = i->next)
                (void) varlink_error_errno(i->v, -EAGAIN);
}

void subscribers_begin(struct subscribers *s, struct control *control) {
        *s = (struct subscribers){
                .control = control,
                .listener = { .formats = subscribers_on_formats,
                              .status = subscribers_on_status,
                              .lost = subscribers_on_lost,
                              .user = s },
        };
        control_listen(control, &s->listener);
}

void subscribers_end(struct subscribers *s) {
        if (s->control)
                control_unlisten(s->control, &s->listener);
}
