/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Counts what each user has of a server: connections, and bytes that lie in our memory for them. So one user
 * can use up no more than one user's share. */

#include "model/base/macro.h"

#include <sys/types.h>

struct varlink_account {
        struct varlink_account *next; /* the list's */
        uid_t uid;
        size_t connections; /* the account goes with the last */
        size_t memory;      /* bytes that came in or go out */
};

/* The account of this user; NULL: it has no connection. */
struct varlink_account *varlink_account_find(struct varlink_account *list, uid_t uid);

/* Counts one more connection of this user. Returns the account, lent until varlink_account_leave(), or NULL:
 * no memory. */
struct varlink_account *varlink_account_enter(struct varlink_account **list, uid_t uid);

/* Counts one less; its memory must have been taken off before. */
void varlink_account_leave(struct varlink_account **list, struct varlink_account *account);
