/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The memory of contention, for daemon/contention.c and its test. */

#include "daemon/contention.h"

struct contention {
        struct contention *next;
        uint64_t repairs[CONTENTION_LIMIT]; /* times of the last ones, a ring */
        unsigned n;                         /* how many there ever were */
        uint64_t held_until;                /* 0: not held */
        bool contended;
        char name[];
};
