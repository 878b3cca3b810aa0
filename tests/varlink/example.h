/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* org.example.test, an interface with one method for each thing that a handler can do. */

#include "varlink/connection.h"
#include "varlink/server.h"

struct example_watcher;

struct example {
        struct example_watcher *watchers; /* of Watch and Later */
        size_t calls;                     /* that came as far as a handler */
        size_t closed;                    /* watchers whose call ended */
        size_t made;                      /* messages that Count and Flood made */
        int last;                         /* what the last varlink_notify() returned */
};

extern const struct varlink_interface example_interface;

#define EXAMPLE_BUSY   "org.example.test.TooManyConnections"
#define EXAMPLE_FAILED "org.example.test.Failed"

/* The configuration with names and errors of the example; all limits are the default. */
struct varlink_server_config example_config(void);

/* Sends each watcher a message of about that size, and returns the number of watchers. */
size_t example_poke(struct example *e, size_t size);

/* Gives each watcher its last reply. */
void example_release(struct example *e);
