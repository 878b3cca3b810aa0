/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What counts for one name: the best of its definitions, as its overrides amend it. */

#include "model/base/similar.h"
#include "model/format/catalog.h"

#include <errno.h>
#include <stdio.h>

/* Looking for the nearest name asks all names: enough for people's mistakes, and a bound for everything
 * else. */
#define SUGGESTIONS_MAX 16u

static const char *duplicate_hint(const struct definition *loser, const struct definition *winner) {
        if (streq(loser->file, winner->file))
                return "remove one of the two";
        if (loser->source == SOURCE_BINFMTD)
                return "remove or rename one of the two; to change single keys of a format, use an override "
                       "in binfmtd/override.d";
        return "remove or rename one of the two, or mask the file with an empty one of the same name in a "
               "higher directory";
}

static int report_duplicate(const struct definition *loser, const struct definition *winner,
                            struct diagnostics *diagnostics) {
        return diagnostics_add(diagnostics, SEVERITY_WARNING, "duplicate-name", definition_location(loser),
                               loser->name, duplicate_hint(loser, winner),
                               "the name is defined twice, and the definition in %s:%u counts instead",
                               winner->file, winner->line);
}

/* `all`: those of one name, the best first. */
static int report_duplicates(struct definition *const *all, size_t n, struct diagnostics *diagnostics) {
        const struct definition *best = all[0];

        for (size_t i = 1; i < n; i++) {
                const struct definition *d = all[i];
                int r;

                if (best->source != d->source) {
                        best = d;
                        continue;
                }
                /* A section repeated within one file was reported where it was read. */
                if (d->source <= SOURCE_BINFMTD && streq(best->file, d->file))
                        continue;
                r = report_duplicate(d, best, diagnostics);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* All names, once each; borrowed. */
static int list_names(const struct catalog *c, const char ***ret, size_t *ret_n) {
        const char **names = calloc(c->n + 1, sizeof *names);
        struct definition *d;
        size_t n = 0;

        if (!names)
                return -ENOMEM;
        for (size_t i = 0; (d = catalog_next(c, &i));)
                names[n++] = d->name;
        *ret = names;
        *ret_n = n;
        return 0;
}

static int report_unknown(const struct catalog *c, const struct definition *patch,
                          struct diagnostics *diagnostics, size_t *n_unknown) {
        _cleanup_free_ const char **names = NULL;
        _cleanup_free_ char *hint = NULL;
        const char *near = NULL;
        size_t n;
        int r;

        if ((*n_unknown)++ < SUGGESTIONS_MAX) {
                r = list_names(c, &names, &n);
                if (r < 0)
                        return r;
                near = similar_word(patch->name, names, n);
        }
        if (near && asprintf(&hint, "did you mean [%s]?", near) < 0) {
                hint = NULL;
                return -ENOMEM;
        }
        return diagnostics_add(diagnostics, SEVERITY_WARNING, "override-unknown", definition_location(patch),
                               patch->name,
                               hint ? hint : "remove the override, or define the format in binfmtd/conf.d",
                               "the override amends nothing, as no format has its name");
}

static int report_pattern(const struct definition *d, const struct definition *patch,
                          struct diagnostics *diagnostics) {
        if (!(patch->set & FIELD_PATTERN) || !patch->pattern || !d->pattern ||
            pattern_equal(d->pattern, patch->pattern))
                return 0;
        return diagnostics_add(diagnostics, SEVERITY_NOTE, "override-pattern", definition_location(patch),
                               patch->name, "to match other files besides, define a format of another name",
                               "the override replaces the pattern given in %s:%u by a different one",
                               d->file, d->line);
}

/* As it was read: whatever was found out since is to be found out anew. */
static void restore(struct definition **slot) {
        struct definition *d = *slot;

        if (d->pristine) {
                *slot = TAKE_PTR(d->pristine);
                definition_free(d);
                d = *slot;
        }
        d->invalid = d->misread;
        if (!d->misread)
                free(TAKE_PTR(d->mistake));
}

static int copy_slot(struct definition **slot) {
        struct definition *copy;
        int r;

        if ((*slot)->pristine)
                return 0;
        r = definition_copy(*slot, &copy);
        if (r < 0)
                return r;
        copy->pristine = *slot;
        *slot = copy;
        return 0;
}

static int amend(struct definition **slot, const struct definition *patch, struct diagnostics *diagnostics) {
        int r = copy_slot(slot);

        if (r >= 0)
                r = report_pattern(*slot, patch, diagnostics);
        if (r < 0)
                return r;
        /* What a mistaken override was meant to say is not known, so the definition without it is not what
         * anybody asked for either. */
        if (patch->invalid)
                (*slot)->invalid = true;
        if (patch->mistake && !(*slot)->mistake && !((*slot)->mistake = strdup(patch->mistake)))
                return -ENOMEM;
        return definition_amend(*slot, patch);
}

int catalog_resolve_at(struct catalog *c, size_t *index, struct diagnostics *diagnostics,
                       struct definition **ret) {
        struct definition **all = c->definitions + *index;
        size_t n = 0, o;
        int r;

        while (definitions_have(c->definitions, c->n, *index + n, all[0]->name))
                restore(&all[n++]);
        r = report_duplicates(all, n, diagnostics);
        o = c->n_overrides > 0 ? definitions_seek(c->overrides, c->n_overrides, all[0]->name) : 0;
        for (; r >= 0 && definitions_have(c->overrides, c->n_overrides, o, all[0]->name); o++)
                r = amend(&all[0], c->overrides[o], diagnostics);
        if (r < 0)
                return r;
        *index += n;
        *ret = all[0];
        return 0;
}

int catalog_resolve_name(struct catalog *c, const char *name, struct diagnostics *diagnostics,
                         struct definition **ret) {
        size_t index = definitions_seek(c->definitions, c->n, name);

        if (definitions_have(c->definitions, c->n, index, name))
                return catalog_resolve_at(c, &index, diagnostics, ret);
        *ret = NULL;
        return 0;
}

int catalog_report_unknown(const struct catalog *c, struct diagnostics *diagnostics) {
        size_t n_unknown = 0;
        int r = 0;

        for (size_t i = 0; i < c->n_overrides && r >= 0; i++) {
                const struct definition *patch = c->overrides[i];
                size_t at = definitions_seek(c->definitions, c->n, patch->name);

                if (!definitions_have(c->definitions, c->n, at, patch->name))
                        r = report_unknown(c, patch, diagnostics, &n_unknown);
        }
        return r;
}

int catalog_resolve(struct catalog *c, struct diagnostics *diagnostics) {
        struct definition *d;
        int r = 0;

        catalog_sort(c);
        for (size_t i = 0; i < c->n && r >= 0;)
                r = catalog_resolve_at(c, &i, diagnostics, &d);
        return r < 0 ? r : catalog_report_unknown(c, diagnostics);
}
