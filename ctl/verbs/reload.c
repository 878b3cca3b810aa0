/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* binfmtctl reload: the daemon reads everything again; without one, a pass of our own. */

#include "ctl/client.h"

#include <stdio.h>

int verb_reload(struct context *c, int argc, char **argv) {
        _cleanup_(client_freep) struct client *client = NULL;
        _cleanup_free_ char *why_not = NULL;
        json_t *reply;

        if (client_find(c, &client, &why_not) < 0)
                return EXIT_FAILURE;
        if (client) {
                if (client_call(client, "Reload", json_object(), &reply) < 0)
                        return EXIT_FAILURE;
                if (!c->no_legend && !c->json)
                        puts("reloaded by the daemon");
                return EXIT_SUCCESS;
        }
        if (!c->no_legend && !c->json)
                printf("applied without the daemon: %s\n", why_not);
        return verb_apply(c, argc, argv);
}
