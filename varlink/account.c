/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/account.h"

struct varlink_account *varlink_account_enter(struct varlink_account **list, uid_t uid) {
        struct varlink_account *account;

        for (account = *list; account; account = account->next)
                if (account->uid == uid)
                        break;
        if (!account) {
                account = calloc(1, sizeof *account);
                if (!account)
                        return NULL;
                account->uid = uid;
                account->next = *list;
                *list = account;
        }
        account->connections++;
        return account;
}

void varlink_account_leave(struct varlink_account **list, struct varlink_account *account) {
        if (--account->connections > 0)
                return;
        while (*list != account)
                list = &(*list)->next;
        *list = account->next;
        free(account);
}
