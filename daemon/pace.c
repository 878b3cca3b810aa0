/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/pace.h"

void pace_count(struct pace *p, uint64_t now) {
        p->begun[p->n++ % PACE_BURST] = now;
}

uint64_t pace_next(const struct pace *p, uint64_t now) {
        uint64_t oldest, last;

        if (p->n < PACE_BURST)
                return 0;
        oldest = p->begun[p->n % PACE_BURST];
        last = p->begun[(p->n - 1) % PACE_BURST];
        return now - oldest > PACE_WINDOW ? 0 : last + PACE_DELAY;
}
