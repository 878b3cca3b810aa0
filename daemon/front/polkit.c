/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A request asks two questions: which user called (asked of the bus), and may that user do it (asked of
 * polkit). It is in the list from its call to its answer. */

#include "daemon/front/polkit.h"
#include "daemon/names.h"

#include <errno.h>
#include <sys/types.h>

#define MAX_WAITING  1024u                            /* the bus answers at once, so they are never many */
#define MAX_ASKED    64u                              /* of polkit, which may ask a person */
#define MAX_EACH     16u                              /* of these, each user */
#define PATIENCE     (UINT64_C(5) * 60 * 1000 * 1000) /* with a person */
#define INTERACTIVE  1u                               /* polkit's flag */
#define UNKNOWN_USER ((uid_t) -1)

struct request {
        struct polkit *polkit;
        struct request *next;
        sd_bus_message *call;
        sd_bus_slot *slot; /* of the question that is under way */
        const char *action;
        uid_t uid; /* known once polkit is asked */
        sd_bus_message_handler_t then;
        void *user;
};

struct polkit {
        sd_bus *bus;
        struct request *first;
        size_t n;
};

int polkit_new(sd_bus *bus, struct polkit **ret) {
        struct polkit *p = calloc(1, sizeof *p);

        if (!p)
                return -ENOMEM;
        p->bus = bus;
        *ret = p;
        return 0;
}

static void request_free(struct request *r) {
        sd_bus_slot_unref(r->slot);
        sd_bus_message_unref(r->call);
        free(r);
}

struct polkit *polkit_free(struct polkit *p) {
        while (p && p->first) {
                struct request *r = p->first;

                p->first = r->next;
                request_free(r);
        }
        free(p);
        return NULL;
}

static void request_end(struct request *r) {
        struct request **p = &r->polkit->first;

        while (*p != r)
                p = &(*p)->next;
        *p = r->next;
        r->polkit->n--;
        request_free(r);
}

/* Ends the request with a result as a handler returns it. */
static int request_answer(struct request *r, int result, const sd_bus_error *error) {
        if (sd_bus_error_is_set(error))
                (void) sd_bus_reply_method_error(r->call, error);
        else if (result < 0)
                (void) sd_bus_reply_method_errno(r->call, result, NULL);
        request_end(r);
        return 0;
}

static int request_deny(struct request *r, const char *id, const char *message) {
        const sd_bus_error error = SD_BUS_ERROR_MAKE_CONST(id, message);

        return request_answer(r, 0, &error);
}

static int request_grant(struct request *r) {
        _cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
        int result = r->then(r->call, r->user, &error);

        return request_answer(r, result, &error);
}

static int on_decision(sd_bus_message *m, void *user, sd_bus_error *ignored _unused_) {
        const sd_bus_error *e = sd_bus_message_get_error(m);
        int authorised = false, challenge = false;
        struct request *r = user;

        if (e && sd_bus_error_has_names(e, SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER))
                return request_deny(r, SD_BUS_ERROR_ACCESS_DENIED,
                                    "Only root may do this, as there is no polkit to ask about others");
        if (e || sd_bus_message_enter_container(m, 'r', "bba{ss}") < 0 ||
            sd_bus_message_read(m, "bb", &authorised, &challenge) < 0)
                return request_deny(r, SD_BUS_ERROR_ACCESS_DENIED,
                                    "polkit could not tell whether this is allowed");
        if (authorised)
                return request_grant(r);
        return challenge ? request_deny(r, SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED,
                                        "This has to be allowed by a person who is asked")
                         : request_deny(r, SD_BUS_ERROR_ACCESS_DENIED, "polkit does not allow this");
}

static int ask_polkit(struct request *r) {
        _cleanup_(sd_bus_message_unrefp) sd_bus_message *m = NULL;
        bool interactive = sd_bus_message_get_allow_interactive_authorization(r->call) > 0;
        int q = sd_bus_message_new_method_call(r->polkit->bus, &m, POLKIT_NAME, POLKIT_PATH,
                                               POLKIT_AUTHORITY, "CheckAuthorization");

        if (q >= 0)
                q = sd_bus_message_append(m, "(sa{sv})sa{ss}us", "system-bus-name", 1, "name", "s",
                                          sd_bus_message_get_sender(r->call), r->action, 0,
                                          interactive ? INTERACTIVE : 0, "");
        r->slot = sd_bus_slot_unref(r->slot);
        return q < 0 ? q
                     : sd_bus_call_async(r->polkit->bus, &r->slot, m, on_decision, r,
                                         interactive ? PATIENCE : 0);
}

static bool too_many_asked(const struct polkit *p, uid_t uid) {
        size_t asked = 0, his = 0;

        for (const struct request *r = p->first; r; r = r->next) {
                asked += r->uid != UNKNOWN_USER;
                his += r->uid == uid;
        }
        return asked >= MAX_ASKED || his >= MAX_EACH;
}

static int on_user(sd_bus_message *m, void *user, sd_bus_error *ignored _unused_) {
        struct request *r = user;
        uint32_t uid;
        int q;

        if (sd_bus_message_is_method_error(m, NULL) || sd_bus_message_read(m, "u", &uid) < 0)
                return request_deny(r, SD_BUS_ERROR_ACCESS_DENIED, "The bus does not know who asked");
        if (uid == 0)
                return request_grant(r);
        if (too_many_asked(r->polkit, uid))
                return request_deny(r, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many calls wait to be allowed");
        r->uid = uid;
        q = ask_polkit(r);
        return q < 0 ? request_answer(r, q, NULL) : 0;
}

int polkit_authorise(struct polkit *p, sd_bus_message *call, const char *action,
                     sd_bus_message_handler_t then, void *user, sd_bus_error *error) {
        const char *sender = sd_bus_message_get_sender(call);
        struct request *r;
        int q;

        if (p->n >= MAX_WAITING)
                return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many calls wait");
        if (!sender)
                return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "Nobody has asked");
        r = calloc(1, sizeof *r);
        if (!r)
                return -ENOMEM;
        *r = (struct request){ .polkit = p, .next = p->first, .call = sd_bus_message_ref(call) };
        r->action = action;
        r->uid = UNKNOWN_USER;
        r->then = then;
        r->user = user;
        p->first = r;
        p->n++;
        q = sd_bus_call_method_async(p->bus, &r->slot, DBUS_NAME, DBUS_PATH, DBUS_NAME,
                                     "GetConnectionUnixUser", on_user, r, "s", sender);
        if (q < 0)
                request_end(r);
        return q < 0 ? q : 1;
}
