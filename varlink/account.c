/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "varlink/account.h"

struct varlink_account *varlink_account_find(struct varlink_account *list, uid_t uid) {
        while (list && list->uid != uid)
                list = list->next;
        return list;
}

struct varlink_account *varlink_account_enter(struct varlink_account **list, uid_t uid) {
        struct varlink_account *account = varlink_account_find(*list, uid);

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
