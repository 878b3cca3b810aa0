/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "daemon/status.h"

void status_take(const struct pass *pass, const struct options *options, uint64_t device,
                 struct status *ret) {
        struct status s = {
                .pass = pass,
                .options = options,
                .device = pass->unavailable < 0 ? 0 : device,
                .unavailable = pass->unavailable,
                .switched_off = pass->switched_off,
        };

        pass_count_states(pass, s.formats);
        *ret = s;
}

bool status_same_instance(const struct status *a, const struct status *b) {
        return a->unavailable == b->unavailable && a->device == b->device &&
               a->switched_off == b->switched_off;
}

void status_describe(const struct status *s, struct text *t) {
        const char *hint;
        bool any = false;

        if (s->unavailable < 0)
                text_printf(t, "unavailable: %s; ", table_error_sentence(s->unavailable, &hint));
        else if (s->switched_off)
                text_append(t, "switched off as a whole; ");
        for (enum format_state state = 0; state < _FORMAT_STATE_MAX; state++) {
                if (s->formats[state] == 0 && (state != FORMAT_REGISTERED || s->unavailable < 0))
                        continue;
                text_printf(t, "%s%zu %s", any ? ", " : "", s->formats[state], format_state_name(state));
                any = true;
        }
        if (!any)
                text_append(t, "nothing is declared");
}
