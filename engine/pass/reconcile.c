/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/pass/reconcile.h"
#include "engine/pass/steps.h"
#include "engine/read/sources.h"

#include <errno.h>
#include <fnmatch.h>

int reconcile_read(const struct options *options, struct pass *ret) {
        int r = 0;

        if (!options->only_added)
                r = sources_read(options->root, &ret->catalog, &ret->diagnostics);
        if (r >= 0)
                r = pass_read_added(ret, options);
        if (r >= 0)
                r = pass_resolve_all(ret);
        if (r >= 0)
                r = pass_gather(ret);
        return r < 0 ? r : catalog_report_unknown(&ret->catalog, &ret->diagnostics);
}

int reconcile_decide(const struct options *options, struct table *k, int unavailable, struct pass *pass) {
        _cleanup_free_ struct format **chosen = NULL;
        size_t n_chosen = 0;
        struct host host;
        int r = pass_begin(pass, options);

        pass->unavailable = unavailable;
        if (r >= 0 && k)
                r = pass_read_table(pass, k, NULL, NULL);
        if (r < 0)
                return r;
        host_probe(&host);
        r = pass_decide_all(pass, &host);
        if (r >= 0)
                r = pass_rank_all(pass, k);
        if (r >= 0)
                r = pass_gather(pass);
        if (r >= 0 && (options->chosen || options->chosen_names))
                r = pass_choose(pass, options, &chosen, &n_chosen);
        return r < 0 || !k ? r : pass_plan(pass, chosen, n_chosen);
}

int reconcile_plan(const struct options *options, struct table *k, int unavailable, struct pass *ret) {
        int r = reconcile_read(options, ret);

        return r < 0 ? r : reconcile_decide(options, k, unavailable, ret);
}

int reconcile(const struct options *options, struct table *k, struct pass *ret) {
        int r = reconcile_plan(options, k, 0, ret);

        return r < 0 ? r : apply_plan(k, &ret->plan, &ret->result);
}

static bool globs_match(char *const *globs, const char *name) {
        size_t n = strlen(name);
        char plain[NAME_LENGTH_MAX + 1];

        if (!globs)
                return true;
        entry_name_is_stand_in(name, &n);
        memcpy(plain, name, n);
        plain[n] = '\0';
        for (; *globs; globs++)
                if (fnmatch(*globs, plain, 0) == 0)
                        return true;
        return false;
}

int reconcile_remove(struct table *k, char *const *globs, size_t *ret_removed) {
        struct entry **table = NULL;
        size_t n_table, removed = 0;
        int first = k->ops->read(k, &table, &n_table);

        if (first < 0)
                return first;
        for (size_t i = 0; i < n_table; i++) {
                int r;

                if ((!table[i]->ours && !entry_name_is_stand_in(table[i]->name, NULL)) ||
                    !globs_match(globs, table[i]->name))
                        continue;
                r = k->ops->remove(k, table[i]->name);
                removed += r >= 0;
                if (r < 0 && r != -ENOENT && first == 0)
                        first = r;
        }
        entries_free(table, n_table);
        *ret_removed = removed;
        return first;
}

void pass_count_states(const struct pass *r, size_t ret[static _FORMAT_STATE_MAX]) {
        memset(ret, 0, _FORMAT_STATE_MAX * sizeof *ret);
        for (size_t i = 0; i < r->formats.n; i++)
                ret[r->formats.items[i]->state]++;
}

/* A stand-in stands only while its entry is being replaced, or was left behind: it is not counted. */
size_t pass_position(const struct pass *r, const struct format *f, size_t *ret_n) {
        size_t n = 0, before = 0;

        for (size_t i = 0; i < r->formats.n; i++) {
                const struct format *other = r->formats.items[i];

                n += other->have != NULL;
                before += other->have && other->serial > f->serial;
        }
        *ret_n = n;
        return f->have ? before + 1 : 0;
}

void pass_clear(struct pass *r) {
        plan_clear(&r->plan);
        pattern_index_clear(&r->pattern_index);
        free(r->ranked);
        overlaps_clear(&r->overlaps);
        formats_clear(&r->formats);
        entries_free(r->stand_ins, r->n_stand_ins);
        prober_free(r->prober);
        catalog_clear(&r->catalog);
        diagnostics_clear(&r->diagnostics);
        *r = (struct pass){ 0 };
}
