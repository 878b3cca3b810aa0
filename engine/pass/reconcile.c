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

int reconcile_decide(const struct options *options, struct table *table, struct pass *pass) {
        _cleanup_free_ struct format **chosen = NULL;
        size_t n_chosen = 0;
        struct host host;
        int r = pass_begin(pass, options);

        pass->unavailable = table->error;
        if (r >= 0 && table->error == 0)
                r = pass_read_table(pass, table, NULL, NULL);
        if (r < 0)
                return r;
        host_probe(&host);
        r = pass_decide_all(pass, &host);
        if (r >= 0)
                r = pass_rank_all(pass, table);
        if (r >= 0)
                r = pass_gather(pass);
        if (r >= 0 && (options->chosen || options->chosen_names))
                r = pass_choose(pass, options, &chosen, &n_chosen);
        return r < 0 || table->error < 0 ? r : pass_plan(pass, chosen, n_chosen);
}

int reconcile_plan(const struct options *options, struct table *table, struct pass *ret) {
        int r = reconcile_read(options, ret);

        return r < 0 ? r : reconcile_decide(options, table, ret);
}

int reconcile_plan_instance(const struct options *options, struct pass *ret, struct table **ret_table) {
        _cleanup_(table_freep) struct table *table = NULL;
        struct table absent = { .error = table_open(options->instance, &table) };
        int r = table ? table_set_root(table, options->root) : 0;

        if (r >= 0)
                r = reconcile_plan(options, table ? table : &absent, ret);

        if (r >= 0)
                *ret_table = TAKE_PTR(table);
        return r;
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

int reconcile_remove(struct table *table, char *const *globs, size_t *ret_removed) {
        struct entry **entries = NULL;
        size_t n, removed = 0;
        int first = table->ops->read(table, &entries, &n);

        if (first < 0)
                return first;
        for (size_t i = 0; i < n; i++) {
                int r;

                if ((!entries[i]->ours && !entry_is_stand_in(entries[i])) ||
                    !globs_match(globs, entries[i]->name))
                        continue;
                r = table->ops->remove(table, entries[i]->name);
                removed += r >= 0;
                if (r < 0 && r != -ENOENT && first == 0)
                        first = r;
        }
        entries_free(entries, n);
        *ret_removed = removed;
        return first;
}
