/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Any kernel, of which chosen operations fail without having done anything. */

#include "engine/system/table.h"

struct faulty_table {
        struct table table;            /* what is handed to the code under test */
        struct table *inner;           /* borrowed */
        size_t operations;             /* so far, reads and those that failed too */
        size_t fail_at;                /* the first one that fails, from 1; 0: none */
        bool for_good;                 /* and all behind it, as if the process had died there */
        int error;                     /* how: negative errno */
        void (*after)(void *userdata); /* called after each operation that was let through; may be NULL */
        void *userdata;
};

void faulty_kernel_init(struct faulty_table *f, struct table *inner);
