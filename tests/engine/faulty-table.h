/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A table in front of any other one, of which chosen operations fail without having done anything. */

#include "engine/system/table.h"

struct faulty_table {
        struct table table;            /* what is handed to the code under test */
        struct table *inner;           /* borrowed */
        size_t operations;             /* number of those called, reads and failed ones included */
        size_t fail_at;                /* number of the first that fails; 0: none does */
        bool for_good;                 /* all later ones fail too, as if the process had died there */
        int error;                     /* returned by those that fail: negative errno */
        void (*after)(void *userdata); /* called after each operation that was let through; may be NULL */
        void *userdata;
};

void faulty_table_init(struct faulty_table *f, struct table *inner);
