/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Authorises callers. The superuser may do everything; polkit is asked about others, and without polkit
 * nobody else may do anything. All questions are asked asynchronously. */

#include "model/base/macro.h"

#include <systemd/sd-bus.h>

struct polkit;

/* The bus is borrowed, and has to outlive the result. 0 or -ENOMEM. */
int polkit_new(sd_bus *bus, struct polkit **ret);
struct polkit *polkit_free(struct polkit *p); /* returns NULL; waiting callers get no answer */
DEFINE_CLEANUP(struct polkit *, polkit_free);

/* To be returned by the handler of a method: if the caller may do `action`, `then` is called as if it were
 * the handler; else an error is replied. Only so many calls may wait at a time, in all and of each user; one
 * more is an error. The strings and `user` are borrowed until then. */
int polkit_authorise(struct polkit *p, sd_bus_message *call, const char *action,
                     sd_bus_message_handler_t then, void *user, sd_bus_error *error);
