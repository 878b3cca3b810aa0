/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/pass.h"

void pass_count_states(const struct pass *pass, size_t ret[static _FORMAT_STATE_MAX]) {
        memset(ret, 0, _FORMAT_STATE_MAX * sizeof *ret);
        for (size_t i = 0; i < pass->formats.n; i++)
                ret[pass->formats.items[i]->state]++;
}

/* A stand-in stands only while its entry is being replaced, or was left behind: it is not counted. */
size_t pass_position(const struct pass *pass, const struct format *f, size_t *ret_n) {
        size_t n = 0, before = 0;

        for (size_t i = 0; i < pass->formats.n; i++) {
                const struct format *other = pass->formats.items[i];

                n += other->have != NULL;
                before += other->have && other->serial > f->serial;
        }
        *ret_n = n;
        return f->have ? before + 1 : 0;
}

void pass_clear(struct pass *pass) {
        plan_clear(&pass->plan);
        pattern_index_clear(&pass->pattern_index);
        free(pass->ranked);
        overlaps_clear(&pass->overlaps);
        formats_clear(&pass->formats);
        entries_free(pass->stand_ins, pass->n_stand_ins);
        prober_free(pass->prober);
        catalog_clear(&pass->catalog);
        diagnostics_clear(&pass->diagnostics);
        *pass = (struct pass){ 0 };
}
