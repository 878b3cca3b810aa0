/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon as its client sees it: which one is to be asked, if any, and what it answers.
 *
 * The daemon is asked only if it looks after the root and the instance of binfmt_misc that the command line
 * is about. In a container or in binfmtctl exec, for example, another instance is seen than the daemon's. */

#include "ctl/context.h"

#include <jansson.h>

struct client;

/* 0 with *ret NULL if none is to be asked; *ret_why_not then says why: "no daemon runs", "--root is given"
 * (the caller's to free). Negative errno after complaining if there should be a daemon, but it cannot be
 * reached or does not answer. */
int client_find(const struct context *c, struct client **ret, char **ret_why_not);

struct client *client_free(struct client *client); /* returns NULL */
DEFINE_CLEANUP(struct client *, client_free);

/* The daemon's Status from when it was found; borrowed. */
json_t *client_status(const struct client *client);

/* Calls a method of org.binfmtd ("Show"). Takes `parameters`; NULL is -ENOMEM. *ret is borrowed until the
 * next call. 0, or negative errno after complaining; -EREMOTEIO: the daemon answered with an error. */
int client_call(struct client *client, const char *method, json_t *parameters, json_t **ret);

/* A call with `more`: client_begin() makes it, and client_next() reads one reply. It returns 1 if others
 * follow, 0 if this was the last, or negative errno after complaining. */
int client_begin(struct client *client, const char *method);
int client_next(struct client *client, json_t **ret);

/* May this process write the files that the daemon reads? It may as root, where its / is the one of whoever
 * listens. If so, *ret_root is what the daemon looks below, "" for the machine itself; borrowed. */
bool client_shares_files(const struct client *client, const char **ret_root);

/* Waits for replies without a limit from now on. */
void client_be_patient(struct client *client);

/* The device number of the instance that is mounted at `path`; 0: none is. */
uint64_t instance_device(const char *path);
