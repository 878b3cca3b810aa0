/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* May who called do what he asks for? The superuser may; of anybody else polkit knows, and without polkit
 * nobody else may. All of that is asked without waiting for the answers. */

#include "model/base/macro.h"

#include <systemd/sd-bus.h>

struct polkit;

/* The bus is borrowed, and has to outlive it. 0 or -ENOMEM. */
int polkit_new(sd_bus *bus, struct polkit **ret);
struct polkit *polkit_free(struct polkit *p); /* returns NULL; who waits gets no answer */
DEFINE_CLEANUP(struct polkit *, polkit_free);

/* For a method's handler to return: `then` will be called as if it was the handler, if the caller may do
 * `action`; else an error is replied. Only so many calls wait at a time, in all and of each user; one more
 * is an error. The strings and `user` are borrowed until then. */
int polkit_authorise(struct polkit *p, sd_bus_message *call, const char *action,
                     sd_bus_message_handler_t then, void *user, sd_bus_error *error);
