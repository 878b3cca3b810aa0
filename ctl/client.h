/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The daemon as its client sees it: which one is to be asked, if any, and what it answers.
 *
 * It is asked where it looks after what the command line is about: not below another root, not about another
 * instance of binfmt_misc than the one that is seen from here, as in a container or in binfmtctl exec. */

#include "ctl/context.h"

#include <jansson.h>

struct client;

/* 0 with *ret NULL where none is to be asked; then *ret_why_not says why: "no daemon runs", "--root is
 * given" (the caller's to free). Negative errno after complaining where there should be one, but it cannot
 * be reached or does not answer. */
int client_find(const struct context *c, struct client **ret, char **ret_why_not);

struct client *client_free(struct client *d); /* returns NULL */
DEFINE_CLEANUP(struct client *, client_free);

/* What it said of itself when it was found; borrowed. */
json_t *client_status(const struct client *d);

/* Calls a method of org.binfmtd ("Show"). `parameters` are taken; NULL is -ENOMEM. *ret is borrowed until
 * the next call. 0, or negative errno after complaining; -EREMOTEIO: the daemon answered with an error. */
int client_call(struct client *d, const char *method, json_t *parameters, json_t **ret);

/* The same with `more`: begins, then each reply. client_next() returns 1 if others follow, and 0 if this was
 * the last. */
int client_begin(struct client *d, const char *method);
int client_next(struct client *d, json_t **ret);

/* From now on replies may take any time. */
void client_be_patient(struct client *d);

/* The device of the instance that is mounted there; 0: none is. */
uint64_t instance_device(const char *path);
